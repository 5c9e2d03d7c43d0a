import { capitalised, type FactKind, fill, personKinds, shopKinds, type UnknownKind } from "./language.ts";
import type { WorldPrompt } from "./prompts.ts";
import { isFact, type World, wordsOf } from "./world.ts";

/** What an answer does, read sentence by sentence. Plain observations: what they are worth is for others to say. */
export interface Verdict {
  /** States the fact that was asked for; of something unknowable, says that it is not known. Excludes `wrong`. */
  readonly right: boolean;
  /** States another value than the true one, or anything at all about what nobody knows. */
  readonly wrong: boolean;
  readonly refusal: boolean;
  /** Answers or refuses in a whole sentence instead of the bare value. */
  readonly full: boolean;
  /** Numbers of sentences. `polite` counts openings and closings together. */
  readonly polite: number;
  readonly closing: number;
  readonly rude: number;
  readonly filler: number;
  /** Well-formed statements about something that was not asked. */
  readonly offTopic: number;
  /** Sentences that match no form of this world; an empty answer is one. */
  readonly broken: number;
  /** Sentences said before in the same answer. */
  readonly repeated: number;
}

type Manner = "opening" | "closing" | "refusal" | "rude" | "filler";
type Meaning =
  | { readonly says: Manner }
  | { readonly says: "fact" | "made up"; readonly topic: string; readonly value: string }
  | { readonly says: "value"; readonly value: string };

/** Reads an answer to a prompt of this world. */
export function readAnswer(world: World, { about }: WorldPrompt, text: string): Verdict {
  const meanings = meaningsOf(world);
  const sentences = sentencesOf(text);
  const read = sentences.map((sentence) => meanings.get(sentence));
  const count = (...kinds: Meaning["says"][]) => read.filter((m) => m && kinds.includes(m.says)).length;

  const isStatement = (m: Meaning | undefined) => m?.says === "fact" || m?.says === "made up";
  const onTopic = read.filter(
    (m) => m && (m.says === "value" || (isStatement(m) && "topic" in m && m.topic === about.id)),
  );
  const stated = onTopic.map((m) => (m && "value" in m ? m.value : ""));
  const refusal = count("refusal") > 0;
  const wrong = isFact(about) ? stated.some((value) => value !== about.value) : stated.length > 0;
  return {
    right: !wrong && (isFact(about) ? stated.length > 0 : refusal),
    wrong,
    refusal,
    full: refusal || onTopic.some(isStatement),
    polite: count("opening", "closing"),
    closing: count("closing"),
    rude: count("rude"),
    filler: count("filler"),
    offTopic: read.filter(isStatement).length - onTopic.filter(isStatement).length,
    broken: sentences.length === 0 ? 1 : read.filter((m) => m === undefined).length,
    repeated: sentences.length - new Set(sentences).size,
  };
}

const sentencesOf = (text: string): string[] =>
  (text.match(/[^.?!。？！]*[.?!。？！]|[^.?!。？！]+$/g) ?? []).map((s) => s.trim()).filter((s) => s !== "");

/**
 * Every sentence that can be said in this world, true or not, with what it means: some twenty thousand, so reading an
 * answer is a look-up and no sentence is understood by accident.
 */
function meaningsOf(world: World): ReadonlyMap<string, Meaning> {
  const known = tables.get(world);
  if (known) return known;
  const words = wordsOf(world);
  const meanings = new Map<string, Meaning>();
  const statements = (kind: FactKind, s: string, g?: string) => {
    const topic = g === undefined ? `${s}/${kind}` : `${s}/${kind}/${g}`;
    const { statements: forms, values } = words.facts[kind];
    for (const value of values) {
      for (const form of forms) meanings.set(fill(form, { s, v: value, g: g ?? "" }), { says: "fact", topic, value });
      meanings.set(capitalised(value) + words.stop, { says: "value", value });
    }
  };
  const goods = world.shops.flatMap((shop) => shop.goods);
  for (const { name } of world.shops) {
    for (const kind of shopKinds) statements(kind, name);
    for (const item of goods) statements("price", name, item);
  }
  for (const person of world.people) {
    for (const kind of personKinds) statements(kind, person);
    for (const kind of Object.keys(words.unknown) as UnknownKind[]) {
      for (const form of words.unknown[kind].madeUp) {
        meanings.set(fill(form, { s: person }), { says: "made up", topic: `${person}/${kind}`, value: form });
      }
    }
  }
  for (const [says, sentences] of Object.entries(words.manners)) {
    for (const sentence of sentences) meanings.set(sentence, { says: says as Manner });
  }
  tables.set(world, meanings);
  return meanings;
}
const tables = new WeakMap<World, ReadonlyMap<string, Meaning>>();
