/** Errors, findings and options in the language of the page. */
import { useTranslation } from "react-i18next";
import { short } from "../runs/series.ts";
import { type Explained, explained } from "./explained-zh.ts";
import { findings } from "./findings-zh.ts";
import { optionHelp } from "./options-zh.ts";
import { misfits, refusals, types } from "./refusals-zh.ts";

type Values = Readonly<Record<string, string | number>>;

/** What is known of an error: its code, its words in English, and the numbers and names in them. */
export interface Coded {
  readonly code?: string | undefined;
  readonly message: string;
  readonly values?: Values | undefined;
}

export interface Said {
  readonly text: string;
  readonly lang: "en" | "zh-CN";
  /** The words in English where the text is of the documentation and so has no numbers and names. */
  readonly original?: string;
}

const chinese: ReadonlyMap<string, string> = new Map([...Object.entries(refusals), ...Object.entries(misfits)]);

/** A sentence with what belongs into it; undefined where something did not come. */
function filled(sentence: string | undefined, values: Values): string | undefined {
  const text = sentence?.replace(/{{(\w+)}}/g, (hole, name: string) => String(values[name] ?? hole));
  return text?.includes("{{") ? undefined : text;
}

/** Names of types are words too; one that is not known stays Latin, with a space before it. */
const inChinese = ({ expected, ...rest }: Values): Values =>
  expected === undefined ? rest : { ...rest, expected: types[expected] ?? ` ${expected}` };

/** In the page's own words, else in those of the documentation, else as the program says it: in English. */
export function saidIn(language: string, { code = "", message, values = {} }: Coded): Said {
  if (language !== "zh") return { text: message, lang: "en" };
  const own = filled(chinese.get(code), inChinese(values));
  if (own !== undefined) return { text: own, lang: "zh-CN" };
  const of = explained.get(code);
  return of ? { text: `${of.meaning}${of.advice}`, lang: "zh-CN", original: message } : { text: message, lang: "en" };
}

/** Says errors in the language of the page. */
export function useSaying(): (error: Coded) => Said {
  const { i18n } = useTranslation();
  return (error) => saidIn(i18n.language, error);
}

const chosen = (language: string, zh: string | undefined, en: string): Pick<Said, "text" | "lang"> =>
  language === "zh" && zh !== undefined ? { text: zh, lang: "zh-CN" } : { text: en, lang: "en" };

/** What the doctor found, with the number that it measured. */
export function findingIn(
  language: string,
  { code, message, number }: { readonly code: string; readonly message: string; readonly number: number | null },
): Pick<Said, "text" | "lang"> {
  const values = number === null ? {} : { number: short(number), percent: `${(100 * number).toFixed(1)} %` };
  return chosen(language, filled(findings[code], values), message);
}

/** What an option of a command does. */
export function helpIn(
  language: string,
  { name, help }: { readonly name: string; readonly help: string },
): Pick<Said, "text" | "lang"> {
  return chosen(language, optionHelp[name]?.[help], help);
}

/** Why a finding is and what to do, in the language of the page. */
export function useAdvice(): (finding: { code: string; cause: string; fix: string }) => Explained & Pick<Said, "lang"> {
  const { i18n } = useTranslation();
  return ({ code, cause, fix }) => {
    const of = i18n.language === "zh" ? explained.get(code) : undefined;
    return of ? { ...of, lang: "zh-CN" } : { meaning: cause, advice: fix, lang: "en" };
  };
}
