/** Errors in the language of the page. */
import { useTranslation } from "react-i18next";
import { misfits, refusals } from "./refusals-zh.ts";

/** What is known of an error: its code, its words in English, and the numbers and names in them. */
export interface Coded {
  readonly code?: string | undefined;
  readonly message: string;
  readonly values?: Readonly<Record<string, string | number>> | undefined;
}

export interface Said {
  readonly text: string;
  readonly lang: "en" | "zh-CN";
}

const chinese: ReadonlyMap<string, string> = new Map([...Object.entries(refusals), ...Object.entries(misfits)]);

/** An error in these words where there are any for its code and nothing in them is missing, else in the server's. */
export function saidIn(language: string, { code, message, values = {} }: Coded): Said {
  const sentence = language === "zh" && code !== undefined ? chinese.get(code) : undefined;
  const text = sentence?.replace(/{{(\w+)}}/g, (hole, name: string) => String(values[name] ?? hole));
  return text === undefined || text.includes("{{") ? { text: message, lang: "en" } : { text, lang: "zh-CN" };
}

/** Says errors in the language of the page. */
export function useSaying(): (error: Coded) => Said {
  const { i18n } = useTranslation();
  return (error) => saidIn(i18n.language, error);
}
