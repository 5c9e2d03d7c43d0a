/** What a person prefers in this browser: kept in its storage, shared by the components that read it. */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
const prefix = "plaudit.preference.";

export function preference<T extends string>(name: string, values: readonly T[], initial: T) {
  const key = prefix + name;
  const read = (): T => {
    const stored = localStorage.getItem(key);
    return values.find((value) => value === stored) ?? initial;
  };
  const write = (value: T): void => {
    localStorage.setItem(key, value);
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { read, write, use: (): T => useSyncExternalStore(subscribe, read) };
}

/** `system` follows the operating system. */
export const themes = ["system", "light", "dark"] as const;
export const theme = preference("theme", themes, "system");
export const applyTheme = (): void => {
  document.documentElement.dataset.theme = theme.read();
};

export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];
const preferred = navigator.languages.find((tag) => /^(en|zh)/.test(tag)) ?? "en";
export const language = preference<Language>("language", languages, preferred.startsWith("zh") ? "zh" : "en");

export const guidelines = preference("guidelines", ["open", "closed"], innerWidth >= 1280 ? "open" : "closed");
