/** Which shortcut a key press means. None while somebody types, and none that an input method is still composing with. */
import { useEffect, useRef } from "react";

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "keyCode">;
/** What of the focused element matters. */
export interface Focus {
  readonly tag: string;
  readonly type?: string | undefined;
  readonly editable?: boolean;
}

const typed = new Set(["text", "search", "password", "email", "number", "url", "tel", "date", "datetime-local"]);
const isTyping = ({ tag, type, editable }: Focus): boolean =>
  editable === true || tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && typed.has(type ?? "text"));

/**
 * The name of a shortcut: "a" … "z", "1" … "9", "?", "enter", "arrowup" …, and "mod+enter", which counts in text
 * fields too. Undefined: the press belongs to the field, the button, the browser or the input method.
 */
export function shortcutOf(press: Press, focus: Focus): string | undefined {
  const { key, ctrlKey, metaKey, altKey, isComposing, keyCode } = press;
  if (isComposing || keyCode === 229) return undefined; // 229: an input method has the key
  if (key === "Enter" && (ctrlKey || metaKey)) return "mod+enter";
  if (ctrlKey || metaKey || altKey || isTyping(focus)) return undefined;
  const pressed = focus.tag === "BUTTON" || focus.tag === "A" || focus.tag === "SUMMARY";
  if (pressed && (key === "Enter" || key === " ")) return undefined;
  if ((focus.type === "radio" || focus.type === "range") && key.startsWith("Arrow")) return undefined;
  return key.toLowerCase();
}

export const focusOf = (target: EventTarget | null): Focus =>
  target instanceof HTMLElement
    ? { tag: target.tagName, type: target.getAttribute("type") ?? undefined, editable: target.isContentEditable }
    : { tag: "" };

export type Bindings = Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>;

/** Shortcuts of the page. They rest while a dialog is open or an element has taken the press. */
export function useShortcuts(bindings: Bindings): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const name = shortcutOf(event, focusOf(event.target));
      const run = name === undefined ? undefined : latest.current[name];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
