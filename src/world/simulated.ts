import { stream } from "../base/index.ts";
import { mean, std } from "../stats/index.ts";
import type { Annotator, Features } from "./annotator.ts";

/**
 * Annotators for data that is not the built-in world (`plaudit label --simulate`): people who judge by a score, such as
 * a reward model's, and each to some degree by length and by polite words.
 */
export function simulatedAnnotators({ seed, count = 6 }: { seed: number; count?: number }): Annotator[] {
  return Array.from({ length: count }, (_, i) => {
    const rng = stream(seed, "simulated annotator", i);
    const likes = (weight: number, what: string) =>
      Math.abs(weight) < 0.15 ? [] : [`${weight > 0 ? "likes" : "dislikes"} ${what}`];
    const [score, length, polite] = [Math.exp(0.3 * rng.normal()), 0.3 * rng.normal(), 0.3 * rng.normal()];
    const taste = [...likes(length, "long answers"), ...likes(polite, "courtesy")].join(", ");
    return {
      name: `simulated-${i + 1}`,
      taste: taste || "goes by the score alone",
      weights: { score, length, polite },
      noise: Math.exp(0.2 * rng.normal()),
      positionBias: 0.4 * rng.uniform(),
      tieWidth: 0.1,
      seconds: { perTask: 4 + 10 * rng.uniform(), perCharacter: 0.02 + 0.06 * rng.uniform() },
    };
  });
}

const politeWords = /\b(please|thank|thanks|glad(ly)?|happy to|pleasure|sorry|welcome)\b|[请谢您]|抱歉|乐意|不客气/gi;

/** Score and length in standard deviations of their group, and the number of polite words: what such a person sees. */
export function textFeatures(completions: readonly string[], scores: readonly number[]): Features[] {
  const score = standardised(scores);
  const length = standardised(completions.map((text) => Math.log1p(text.length)));
  return completions.map((text, i) => ({
    score: score[i]!,
    length: length[i]!,
    polite: text.match(politeWords)?.length ?? 0,
  }));
}

function standardised(values: readonly number[]): number[] {
  const [centre, spread] = [mean(values), std(values, 0)];
  return values.map((value) => (spread > 0 ? (value - centre) / spread : 0));
}
