/** The page's words. English is the type of every dictionary: a key that is missing anywhere does not compile. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { language } from "../app/preference.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

const applyLanguage = (): void => {
  document.documentElement.lang = language.read() === "zh" ? "zh-CN" : "en";
};

/** Starts with the language that was chosen last, or the browser's. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, zh: { translation: zh } },
    lng: language.read(),
    fallbackLng: "en",
    interpolation: { escapeValue: false }, // React escapes
  });
  applyLanguage();
}

export async function speak(to: "en" | "zh"): Promise<void> {
  language.write(to);
  await i18next.changeLanguage(to);
  applyLanguage();
}
