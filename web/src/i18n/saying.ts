/** Errors and findings in the language of the page. */
import { useTranslation } from "react-i18next";
import { type Explained, explained } from "./explained-zh.ts";
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

/** In the page's own words, else in those of the documentation, else as the program says it: in English. */
export function saidIn(language: string, { code = "", message, values = {} }: Coded): Said {
  if (language !== "zh") return { text: message, lang: "en" };
  const own = chinese.get(code)?.replace(/{{(\w+)}}/g, (hole, name: string) => String(values[name] ?? hole));
  if (own !== undefined && !own.includes("{{")) return { text: own, lang: "zh-CN" };
  const of = explained.get(code);
  return of ? { text: `${of.meaning}${of.advice}`, lang: "zh-CN", original: message } : { text: message, lang: "en" };
}

/** Says errors in the language of the page. */
export function useSaying(): (error: Coded) => Said {
  const { i18n } = useTranslation();
  return (error) => saidIn(i18n.language, error);
}

/** Why a finding is and what to do, in the language of the page. */
export function useAdvice(): (finding: { code: string; cause: string; fix: string }) => Explained & Pick<Said, "lang"> {
  const { i18n } = useTranslation();
  return ({ code, cause, fix }) => {
    const of = i18n.language === "zh" ? explained.get(code) : undefined;
    return of ? { ...of, lang: "zh-CN" } : { meaning: cause, advice: fix, lang: "en" };
  };
}
