import { type Rng, stream } from "../base/index.ts";
import { chinese } from "./chinese.ts";
import { english } from "./english.ts";
import { type FactKind, fill, type Language, personKinds, shopKinds, type UnknownKind } from "./language.ts";

export type LanguageCode = "en" | "zh";
const languages: { readonly [L in LanguageCode]: Language } = { en: english, zh: chinese };

/** Something true in the world. */
export interface Fact {
  /** Unique in the world: `the bakery/street`, `the bakery/price/a cherry pie`. */
  readonly id: string;
  readonly kind: FactKind;
  readonly subject: string;
  readonly goods?: string;
  readonly value: string;
}

/** Something that can be asked about a person and that nobody knows. */
export interface Unknown {
  readonly id: string;
  readonly kind: UnknownKind;
  readonly subject: string;
}

export const isFact = (about: Fact | Unknown): about is Fact => "value" in about;

/** A made-up town. Plain data: the same seed and language give the same world for ever. */
export interface World {
  readonly seed: number;
  readonly language: LanguageCode;
  readonly town: string;
  readonly shops: readonly { readonly name: string; readonly goods: readonly string[] }[];
  readonly people: readonly string[];
  /** 82: seven for each of 6 shops, five for each of 8 people. */
  readonly facts: readonly Fact[];
  /** 64: eight for each person. */
  readonly unknowns: readonly Unknown[];
}

/** 6 shops and 8 people, drawn with everything about them from larger lists. */
export function makeWorld({ seed, language }: { seed: number; language: LanguageCode }): World {
  const words = languages[language];
  const rng = stream(seed, "world", language);
  const shops = draw(rng, words.shops, 6).map(({ name, goods }) => ({ name, goods: draw(rng, goods, 2) }));
  const people = draw(rng, words.people, 8);
  const facts: Fact[] = [];
  const valuesOf = (kind: FactKind, n: number) => draw(rng, words.facts[kind].values, n);
  for (const kind of shopKinds) {
    const values = valuesOf(kind, shops.length);
    shops.forEach(({ name }, i) => {
      facts.push({ id: `${name}/${kind}`, kind, subject: name, value: values[i]! });
    });
  }
  const prices = valuesOf("price", 2 * shops.length);
  for (const { name, goods } of shops) {
    for (const item of goods) {
      facts.push({ id: `${name}/price/${item}`, kind: "price", subject: name, goods: item, value: prices.pop()! });
    }
  }
  for (const kind of personKinds) {
    const values = valuesOf(kind, people.length);
    people.forEach((name, i) => {
      facts.push({ id: `${name}/${kind}`, kind, subject: name, value: values[i]! });
    });
  }
  const unknownKinds = Object.keys(words.unknown) as UnknownKind[];
  const unknowns = people.flatMap((subject) =>
    unknownKinds.map((kind) => ({ id: `${subject}/${kind}`, kind, subject })),
  );
  return { seed, language, town: rng.pick(words.towns), shops, people, facts, unknowns };
}

/** The words of a world's language. */
export const wordsOf = (world: World): Language => languages[world.language];

/** `n` different items; once every item was drawn they come round again (seven week days for ten shops). */
function draw<T>(rng: Rng, items: readonly T[], n: number): T[] {
  const drawn: T[] = [];
  while (drawn.length < n) drawn.push(...rng.shuffle([...items]).slice(0, n - drawn.length));
  return drawn;
}

/** A sentence form filled for this fact, with another value when one is given. */
export const say = (form: string, { subject, goods = "", value }: Fact, other = value): string =>
  fill(form, { s: subject, g: goods, v: other });
