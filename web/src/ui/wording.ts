import { useTranslation } from "react-i18next";
import type { Text } from "../api/types.ts";

/** Picks the language of the page from what a form says in several. */
export function useWording(): (wording: { readonly en: string; readonly zh?: string | undefined }) => string {
  const { i18n } = useTranslation();
  return ({ en, zh }) => (i18n.language === "zh" ? (zh ?? en) : en);
}

/** The `lang` of a text: what the task says, else by its letters; Latin ones are taken for English. */
export function langOf(text: string, declared?: string): string {
  if (declared) return declared;
  if (/[\u3040-\u30ff]/.test(text)) return "ja";
  if (/[\uac00-\ud7af]/.test(text)) return "ko";
  return /\p{Script=Han}/u.test(text) ? "zh-CN" : "en";
}

export const plain = (text: Text): string =>
  typeof text === "string" ? text : text.map(({ content }) => content).join("\n\n");

/** A, B, C … of the places on the screen. */
export const letter = (place: number): string => String.fromCharCode(65 + place);
