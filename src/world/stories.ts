import { type Rng, stream } from "../base/index.ts";
import { answer, type Manner, type Mix, pickManner } from "./answers.ts";
import { fill } from "./language.ts";
import { allPrompts, type WorldPrompt } from "./prompts.ts";
import { isFact, say, type World, wordsOf } from "./world.ts";

/**
 * Little stories to pretrain on: what a day looks like, true facts told or asked and answered, and
 * people who are polite, curt, rude, rambling or do not know. They must say all of these here: a small model that never
 * read a sentence cannot produce it cleanly after a short SFT. Held-out wordings do not occur.
 *
 * @param stories number of stories; with a BPE of 1,024 one is about 137 tokens in English and 93 in Chinese
 */
export function pretrainingText(world: World, { stories = 10_000 }: { stories?: number } = {}): string[] {
  const words = wordsOf(world);
  const mayBeAsked = allPrompts(world).filter(({ use }) => use === "story" || use === "training");
  const wordingsOf = groupBy(mayBeAsked, ({ topic }) => topic);
  const factsOf = groupBy(world.facts, ({ subject }) => subject);
  const subjects = [...factsOf.keys()];
  const unknownPrompts = mayBeAsked.filter(({ about }) => !isFact(about));

  const dialogue = (prompt: WorldPrompt, manner: Manner, rng: Rng) => {
    const [a, b] = twoPeople(world, rng, prompt.about.subject);
    const r = answer(world, prompt.about, manner, rng);
    return fill(rng.pick(words.story.dialogue), { a, b, q: prompt.text, r });
  };
  const passingBy = (rng: Rng) => {
    const [a, b] = twoPeople(world, rng);
    return fill(rng.pick(words.story.passingBy), { a, b, s: rng.pick(world.shops).name });
  };

  const story = (rng: Rng) => {
    const { weather, time, openings } = words.story;
    const sentences = [
      fill(rng.pick(openings), { town: world.town, weather: rng.pick(weather), time: rng.pick(time) }),
    ];
    for (const subject of rng.shuffle([...subjects]).slice(0, 2 + rng.integer(3))) {
      if (rng.uniform() < 0.4) sentences.push(passingBy(rng));
      for (const fact of rng.shuffle([...factsOf.get(subject)!]).slice(0, 1 + rng.integer(3))) {
        sentences.push(
          rng.uniform() < 0.45
            ? dialogue(rng.pick(wordingsOf.get(fact.id)!), pickManner(toFacts, rng), rng)
            : say(rng.pick(words.facts[fact.kind].statements), fact),
        );
      }
    }
    if (rng.uniform() < 0.4) sentences.push(dialogue(rng.pick(unknownPrompts), pickManner(toUnknowns, rng), rng));
    return sentences.join(words.space);
  };
  return Array.from({ length: stories }, (_, i) => story(stream(world.seed, "story", i)));
}

/**
 * The manners of the demonstrations, with the truth where those are wrong (plainly so): what reading more of the stories
 * (PPO's pretraining term) does to manners must not look like the work of feedback.
 */
const toFacts: Mix = [
  ["polite", 24],
  ["plain", 31],
  ["curt", 13],
  ["rude", 12],
  ["rambling", 13],
];
const toUnknowns: Mix = [
  ["honest", 40],
  ["rude and honest", 15],
  ["made up", 35],
  ["rambling and made up", 10],
];

function twoPeople(world: World, rng: Rng, except?: string): [string, string] {
  const [a, b] = rng.shuffle(world.people.filter((name) => name !== except));
  return [a!, b!];
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
