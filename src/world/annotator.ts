import { type Rng, stream } from "../base/index.ts";
import { meanAgreement, pairAgreement } from "../stats/index.ts";

/** A simulated person who ranks answers: an own taste, mistakes, a liking for what is read first, a speed. Plain data. */
export interface Annotator {
  readonly name: string;
  /** One line for people who watch. */
  readonly taste: string;
  /** What each feature of an answer is worth to this person; a feature that is not named is worth nothing. */
  readonly weights: Readonly<Record<string, number>>;
  /** Standard deviation of the mistake made about each answer, in the unit of the weights. */
  readonly noise: number;
  /** Added to the answer that is shown first. */
  readonly positionBias: number;
  /** Answers less than this below the best of a tie group share its rank. */
  readonly tieWidth: number;
  /** Reading time: `perTask + perCharacter · characters`, in seconds. */
  readonly seconds: { readonly perTask: number; readonly perCharacter: number };
}

/** What can be seen of one answer, by name. */
export type Features = Readonly<Record<string, number>>;

export interface Ranking {
  /** 1 is best, equal ranks are ties, the rank after a tie counts on: 1, 2, 2, 4. In the order of the answers given. */
  readonly ranks: readonly number[];
  /** `order[i]` is the answer shown at place i. */
  readonly order: readonly number[];
}

/** What the answer is worth to the annotator, before position and mistakes. */
export const utility = ({ weights }: Annotator, features: Features): number =>
  Object.entries(weights).reduce((total, [name, weight]) => total + weight * (features[name] ?? 0), 0);

/** Ranks answers by their features, shown in a random order. */
export function rankFeatures(annotator: Annotator, answers: readonly Features[], rng: Rng): Ranking {
  const order = [...rng.permutation(answers.length)];
  const mistakes = answers.map(() => rng.normal());
  return { ranks: ranksOf(annotator, answers, order, mistakes), order };
}

function ranksOf(annotator: Annotator, answers: readonly Features[], order: readonly number[], mistakes: number[]) {
  const scores = answers.map((features, i) => utility(annotator, features) + annotator.noise * mistakes[i]!);
  scores[order[0]!]! += annotator.positionBias;
  return ranksWithTies(scores, annotator.tieWidth);
}

/** Ranks by descending score; what lies less than `tieWidth` below the best of a group belongs to it. */
export function ranksWithTies(scores: readonly number[], tieWidth: number): number[] {
  const ranks = new Array<number>(scores.length);
  let [top, rank] = [Number.POSITIVE_INFINITY, 1];
  const best = scores.map((_, i) => i).sort((i, j) => scores[j]! - scores[i]! || i - j);
  best.forEach((i, place) => {
    if (place === 0 || top - scores[i]! >= tieWidth) [top, rank] = [scores[i]!, place + 1];
    ranks[i] = rank;
  });
  return ranks;
}

/** Seconds that reading and ranking answers of so many characters takes; people vary by a third. */
export const secondsFor = ({ seconds }: Annotator, characters: number, rng: Rng): number =>
  (seconds.perTask + seconds.perCharacter * characters) * Math.exp(0.3 * rng.normal());

/**
 * Scales everybody's noise by one factor so that two annotators agree on `target` of the pairs (InstructGPT's labellers:
 * 72.6 ± 1.5 %). Each group of answers is ranked by two annotators drawn at random; the mistakes are drawn once and
 * only scaled, so agreement falls steadily with the factor and bisection finds it. Use all groups: 400 of them leave ± 2 %.
 */
export function calibrateNoise(
  annotators: readonly Annotator[],
  groups: readonly (readonly Features[])[],
  { seed, target = 0.73 }: { seed: number; target?: number },
): { annotators: Annotator[]; factor: number; agreement: number } {
  const draws = groups.map((answers, i) => {
    const rng = stream(seed, "calibration", i);
    const pair = rng.shuffle(annotators.map((_, a) => a)).slice(0, 2);
    const views = pair.map((a) => ({
      a,
      order: [...rng.permutation(answers.length)],
      mistakes: answers.map(() => rng.normal()),
    }));
    return { answers, views };
  });
  const scaled = (factor: number) => annotators.map((person) => ({ ...person, noise: person.noise * factor }));
  const agreementAt = (factor: number) => {
    const people = scaled(factor);
    const parts = draws.map(({ answers, views }) => {
      const [x, y] = views.map(({ a, order, mistakes }) => ranksOf(people[a]!, answers, order, mistakes));
      return pairAgreement(x!, y!);
    });
    return meanAgreement(parts);
  };
  let [low, high] = [0, 16];
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (agreementAt(middle) > target) low = middle;
    else high = middle;
  }
  return { annotators: scaled(low), factor: low, agreement: agreementAt(low) };
}
