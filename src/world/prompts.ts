import { stream } from "../base/index.ts";
import { fill } from "./language.ts";
import { type Fact, isFact, say, type Unknown, type World, wordsOf } from "./world.ts";

/**
 * Where a question may be used. `story`: only in pretraining text. `training`: there, in demonstrations, rankings and
 * PPO. `new wording` and `new fact`: nowhere before the final measurement; the fact of the former was asked in other
 * words, the fact of the latter stands in the pretraining text alone.
 */
export type PromptUse = "story" | "training" | "new wording" | "new fact";

export interface WorldPrompt {
  readonly text: string;
  readonly use: PromptUse;
  /** Id of what is asked about: prompts of one topic hang together, so intervals resample topics. */
  readonly topic: string;
  /** What is asked: a fact, or something that nobody in the world knows. */
  readonly about: Fact | Unknown;
}

/** Share of the facts that are kept out of all feedback. */
const newFactShare = 0.15;
/** Share of prompts that ask what nobody knows. More of them would reward a policy that always refuses. */
export const unknownShare = 0.15;

/** Every question of the world in every wording, in random order, with the use that this world's seed gives it. */
export function allPrompts(world: World): WorldPrompt[] {
  const words = wordsOf(world);
  const askFact = (fact: Fact) => words.facts[fact.kind].questions.map((form) => say(form, fact));
  const askUnknown = ({ kind, subject }: Unknown) =>
    words.unknown[kind].questions.map((form) => fill(form, { s: subject }));
  return stream(world.seed, "prompt order").shuffle([
    ...split(world, "facts", world.facts, askFact, { held: 2, told: 2 }),
    ...split(world, "unknowns", world.unknowns, askUnknown, { held: 1, told: 1 }),
  ]);
}

/** `held` wordings of a known topic are kept back; of a new topic all but the `told` ones of the stories. */
function split<A extends Fact | Unknown>(
  { seed }: World,
  purpose: string,
  topics: readonly A[],
  ask: (about: A) => readonly string[],
  { held, told }: { held: number; told: number },
): WorldPrompt[] {
  const shuffled = stream(seed, "new topics", purpose).shuffle([...topics]);
  const newTopics = new Set(shuffled.slice(0, Math.round(topics.length * newFactShare)));
  return topics.flatMap((about) => {
    const wordings = stream(seed, "wordings", about.id).shuffle([...ask(about)]);
    return wordings.map((text, i): WorldPrompt => {
      const use: PromptUse[] = newTopics.has(about) ? ["story", "new fact"] : ["training", "new wording"];
      const before = newTopics.has(about) ? told : wordings.length - held;
      return { text, use: use[i < before ? 0 : 1]!, topic: about.id, about };
    });
  });
}

/**
 * Prompts for demonstrations, rankings or PPO: `count` draws from the training prompts, each pool gone through in a new
 * random order again and again. `purpose` separates the stages' orders.
 */
export function trainingPrompts(world: World, purpose: string, count: number): WorldPrompt[] {
  const training = allPrompts(world).filter(({ use }) => use === "training");
  const facts = endless(training.filter(({ about }) => isFact(about)));
  const unknowns = endless(training.filter(({ about }) => !isFact(about)));
  const rng = stream(world.seed, "training prompts", purpose);
  return Array.from({ length: count }, () => (rng.uniform() < unknownShare ? unknowns : facts)(rng));
}

function endless<T>(items: readonly T[]): (rng: { shuffle(items: T[]): T[] }) => T {
  let deck: T[] = [];
  return (rng) => {
    if (deck.length === 0) deck = rng.shuffle([...items]);
    return deck.pop()!;
  };
}

/** The distinct prompts that no stage saw: about 160 on new wordings, 60 on new facts, 15 % of each unanswerable. */
export function heldOutPrompts(world: World): WorldPrompt[] {
  const prompts = allPrompts(world);
  return (["new wording", "new fact"] as const).flatMap((use) => {
    const facts = prompts.filter((prompt) => prompt.use === use && isFact(prompt.about));
    const unknowns = prompts.filter((prompt) => prompt.use === use && !isFact(prompt.about));
    return [...facts, ...unknowns.slice(0, Math.round((facts.length * unknownShare) / (1 - unknownShare)))];
  });
}

/** What a question text asks about in this world, or undefined when it is none of the world's questions. */
export function findPrompt(world: World, text: string): WorldPrompt | undefined {
  let index = indices.get(world);
  if (!index) {
    index = new Map(allPrompts(world).map((prompt) => [prompt.text, prompt]));
    indices.set(world, index);
  }
  return index.get(text.trim());
}
const indices = new WeakMap<World, Map<string, WorldPrompt>>();
