/** What the lessons share: the language they speak, and a check that stops a lesson that did not show what it says. */
import type { Finished, Trainer, TrainerStep } from "plaudit/run";

const wanted = process.argv[2] || process.env.LC_ALL || process.env.LANG || "en";

/** The first word behind the lesson's name, or what LANG says. */
export const language = wanted.startsWith("zh") ? "zh" : "en";

/** The one of two that is in the reader's language. */
export const inLanguage = <T>(en: T, zh: T): T => (language === "zh" ? zh : en);

export const say = (en: string, zh: string): void => console.log(inLanguage(en, zh));

/** Says what was shown. A lesson whose claim does not hold fails. */
export function shown(holds: boolean, en: string, zh: string): void {
  if (!holds) throw new Error(inLanguage(`this should hold and does not: ${en}`, `应当成立却不成立：${zh}`));
  say(`✓ ${en}`, `✓ ${zh}`);
}

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Runs a trainer to its end and returns its result; `look` sees every step. */
export async function train<R extends Finished>(
  trainer: Trainer<R>,
  look: (step: TrainerStep) => void = () => {},
): Promise<R> {
  for (;;) {
    const { done, value } = await trainer.next();
    if (done) return value;
    look(value);
  }
}
