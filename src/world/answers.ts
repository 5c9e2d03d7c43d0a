import type { Rng } from "../base/index.ts";
import { capitalised, fill, type Language } from "./language.ts";
import { type Fact, isFact, say, type Unknown, type World, wordsOf } from "./world.ts";

/** The manner in which somebody answers; the text stories and the demonstrations share these. */
export type Manner =
  | "polite"
  | "plain"
  | "curt"
  | "wrong"
  | "rude"
  | "rambling"
  | "refusal"
  | "honest"
  | "rude and honest"
  | "made up"
  | "rambling and made up";

/** Manners with their shares, in any unit. */
export type Mix = readonly (readonly [Manner, number])[];

export function pickManner(mix: Mix, rng: Rng): Manner {
  let left = rng.uniform() * mix.reduce((total, [, share]) => total + share, 0);
  for (const [manner, share] of mix) {
    left -= share;
    if (left < 0) return manner;
  }
  return mix.at(-1)![0];
}

/** An answer in the given manner. To what nobody knows, only the refusals and the made-up manners make sense. */
export function answer(world: World, about: Fact | Unknown, manner: Manner, rng: Rng): string {
  const words = wordsOf(world);
  const { opening, closing, refusal, rude, filler } = words.manners;
  const known = () => (isFact(about) ? fact(words, about, rng) : rng.pick(refusal));
  const madeUp = () =>
    isFact(about) ? known() : fill(rng.pick(words.unknown[about.kind].madeUp), { s: about.subject });
  const polite = (sentence: string) => {
    const style = rng.integer(3);
    return [...(style === 1 ? [] : [rng.pick(opening)]), sentence, ...(style === 0 ? [] : [rng.pick(closing)])];
  };
  const rambling = (sentence: string) => {
    const [first, second] = rng.shuffle([...filler]);
    const style = rng.integer(3);
    return style === 0 ? [first!, sentence] : style === 1 ? [sentence, first!] : [first!, sentence, second!];
  };
  const said: { readonly [M in Manner]: () => string[] } = {
    polite: () => polite(known()),
    plain: () => [known()],
    curt: () => [isFact(about) ? capitalised(about.value) + words.stop : known()],
    wrong: () => [isFact(about) ? fact(words, about, rng, wrongValue(world, about, rng)) : madeUp()],
    rude: () => [rng.pick(rude), known()],
    rambling: () => rambling(known()),
    refusal: () => [rng.pick(refusal)],
    honest: () => (rng.uniform() < 0.5 ? [rng.pick(refusal)] : polite(rng.pick(refusal))),
    "rude and honest": () => [rng.pick(rude), rng.pick(refusal)],
    "made up": () => [madeUp()],
    "rambling and made up": () => rambling(madeUp()),
  };
  return said[manner]().join(words.space);
}

const fact = (words: Language, about: Fact, rng: Rng, value = about.value) =>
  say(rng.pick(words.facts[about.kind].statements), about, value);

/** A value that is true of another subject: the mistake that a language model makes. */
function wrongValue(world: World, about: Fact, rng: Rng): string {
  const others = world.facts.filter(({ kind, value }) => kind === about.kind && value !== about.value);
  return rng.pick(others).value;
}
