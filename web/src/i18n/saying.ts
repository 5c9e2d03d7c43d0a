/** Errors, findings and options in the language of the page. */
import { useTranslation } from "react-i18next";
import { short } from "../runs/series.ts";
import { type Explained, explained } from "./explained-zh.ts";
import { findings } from "./findings-zh.ts";
import { optionHelp } from "./options-zh.ts";
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
  /** The words in English where the text is of the documentation and so has no numbers and names. */
  readonly original?: string;
}

const chinese: ReadonlyMap<string, string> = new Map([...Object.entries(refusals), ...Object.entries(misfits)]);

/** A sentence with what belongs into it; undefined where something did not come. */
function filled(sentence: string | undefined, values: NonNullable<Coded["values"]>): string | undefined {
  const text = sentence?.replace(/{{(\w+)}}/g, (hole, name: string) => String(values[name] ?? hole));
  return text?.includes("{{") ? undefined : text;
}

/** In the page's own words, else in those of the documentation, else as the program says it: in English. */
export function saidIn(language: string, { code = "", message, values = {} }: Coded): Said {
  if (language !== "zh") return { text: message, lang: "en" };
  const own = filled(chinese.get(code), values);
  if (own !== undefined) return { text: own, lang: "zh-CN" };
  const of = explained.get(code);
  return of ? { text: `${of.meaning}${of.advice}`, lang: "zh-CN", original: message } : { text: message, lang: "en" };
}

/** Says errors in the language of the page. */
export function useSaying(): (error: Coded) => Said {
  const { i18n } = useTranslation();
  return (error) => saidIn(i18n.language, error);
}

/** What the doctor found, with the number that it measured. */
export function findingIn(
  language: string,
  { code, message, number }: { readonly code: string; readonly message: string; readonly number: number | null },
): Pick<Said, "text" | "lang"> {
  const values = number === null ? {} : { number: short(number), percent: `${(100 * number).toFixed(1)} %` };
  const own = language === "zh" ? filled(findings[code], values) : undefined;
  return own === undefined ? { text: message, lang: "en" } : { text: own, lang: "zh-CN" };
}

/** What an option of a command does. */
export function helpIn(
  language: string,
  { name, help }: { readonly name: string; readonly help: string },
): Pick<Said, "text" | "lang"> {
  const own = language === "zh" ? optionHelp[name]?.[help] : undefined;
  return own === undefined ? { text: help, lang: "en" } : { text: own, lang: "zh-CN" };
}

/** Why a finding is and what to do, in the language of the page. */
export function useAdvice(): (finding: { code: string; cause: string; fix: string }) => Explained & Pick<Said, "lang"> {
  const { i18n } = useTranslation();
  return ({ code, cause, fix }) => {
    const of = i18n.language === "zh" ? explained.get(code) : undefined;
    return of ? { ...of, lang: "zh-CN" } : { meaning: cause, advice: fix, lang: "en" };
  };
}
