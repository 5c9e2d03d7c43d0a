import { describe, expect, it } from "vitest";
import { stream } from "../base/index.ts";
import { meanAgreement, pairAgreement } from "../stats/index.ts";
import { answer, type Manner } from "./answers.ts";
import {
  calibrateNoise,
  features,
  makeWorld,
  rank,
  rankFeatures,
  ranksWithTies,
  secondsFor,
  simulatedAnnotators,
  textFeatures,
  townspeople,
} from "./index.ts";
import { trainingPrompts } from "./prompts.ts";
import { isFact } from "./world.ts";

const world = makeWorld({ seed: 0, language: "en" });
const manners: Manner[] = ["polite", "plain", "curt", "wrong", "rude", "rambling", "refusal"];
const tasks = trainingPrompts(world, "test", 600).map((prompt, i) => {
  const rng = stream(0, "answers", i);
  const k = 4 + rng.integer(6);
  const made = Array.from({ length: k }, () => answer(world, prompt.about, rng.pick(manners), rng));
  return { prompt, answers: [...new Set(made)] };
});
const groups = tasks.map(({ prompt, answers }) => answers.map((text) => features(world, prompt, text)));

describe("ranking", () => {
  it("gives close scores one rank and counts on after a tie", () => {
    expect(ranksWithTies([0, 3, 2.9, 1], 0.25)).toEqual([4, 1, 1, 3]);
    expect(ranksWithTies([1, 0.9, 0.8], 0.15)).toEqual([1, 1, 3]); // measured from the group's best, not from link to link
  });

  it("follows the taste when there is no noise", () => {
    const { prompt } = tasks.find((task) => isFact(task.prompt.about))!;
    const said = (manner: Manner) => answer(world, prompt.about, manner, stream(5, "said"));
    const quiet = { ...townspeople("en")[1]!, noise: 0, positionBias: 0 };
    const { ranks } = rank(quiet, world, prompt, [said("wrong"), said("polite"), said("rude")], stream(0, "r"));
    expect(ranks[1]).toBe(1);
    const refusing = rank(quiet, world, prompt, [said("wrong"), said("refusal")], stream(0, "r"));
    expect(refusing.ranks).toEqual([1, 1]); // as bad as each other
  });

  it("favours what is shown first, by the position bias alone", () => {
    const hasty = { ...townspeople("en")[4]!, noise: 0, positionBias: 1, tieWidth: 0 };
    const same = [{}, {}, {}, {}];
    for (let i = 0; i < 20; i++) {
      const { ranks, order } = rankFeatures(hasty, same, stream(i, "order"));
      expect(ranks[order[0]!]).toBe(1);
      expect(ranks.filter((r) => r === 1)).toHaveLength(1);
    }
  });

  it("is the same for the same stream", () => {
    const kira = townspeople("zh")[4]!;
    expect(rankFeatures(kira, groups[0]!, stream(3, "a"))).toEqual(rankFeatures(kira, groups[0]!, stream(3, "a")));
  });
});

describe("calibration", () => {
  const calibrated = calibrateNoise(townspeople("en"), groups, { seed: 0 });

  it("makes two annotators agree on 73 % of the pairs, on a second draw too", () => {
    expect(calibrated.agreement).toBeCloseTo(0.73, 2);
    const again = groups.map((group, i) => {
      const rng = stream(99, "second draw", i);
      const [a, b] = rng.shuffle([...calibrated.annotators]);
      return pairAgreement(rankFeatures(a!, group, rng).ranks, rankFeatures(b!, group, rng).ranks);
    });
    expect(Math.abs(meanAgreement(again) - 0.73)).toBeLessThan(0.02);
  });

  it("leaves tastes different and noise in proportion", () => {
    const noise = calibrated.annotators.map((person) => person.noise / calibrated.factor);
    noise.forEach((value, i) => void expect(value).toBeCloseTo(townspeople("en")[i]!.noise, 10));
    expect(new Set(calibrated.annotators.map((p) => JSON.stringify(p.weights))).size).toBe(6);
  });
});

describe("annotators for any data", () => {
  const texts = [
    "Thank you for asking! It is blue.",
    "blue",
    "It might be blue, or green, or something else entirely.",
  ];
  it("see scores and lengths in the group's own unit", () => {
    const seen = textFeatures(texts, [3, 1, 2]);
    expect(seen.map((f) => f.polite)).toEqual([1, 0, 0]);
    expect(seen.reduce((total, f) => total + f.score!, 0)).toBeCloseTo(0, 12);
    expect(seen[2]!.length).toBeGreaterThan(seen[1]!.length!);
    expect(textFeatures(["a", "b"], [1, 1]).map((f) => f.score)).toEqual([0, 0]);
    expect(textFeatures(["谢谢您的提问。它是蓝色的。", "蓝"], [0, 0])[0]!.polite).toBeGreaterThan(0);
  });

  it("differ from each other and agree with the score more often than not", () => {
    const people = simulatedAnnotators({ seed: 0 });
    expect(people).toHaveLength(6);
    expect(new Set(people.map((p) => p.weights.score)).size).toBe(6);
    const parts = Array.from({ length: 300 }, (_, i) => {
      const rng = stream(0, "scored", i);
      const scores = [rng.normal(), rng.normal(), rng.normal(), rng.normal()];
      const { ranks } = rankFeatures(people[i % 6]!, textFeatures(["a", "bb", "ccc", "dddd"], scores), rng);
      return pairAgreement(
        ranks,
        scores.map((s) => -s),
      );
    });
    expect(meanAgreement(parts)).toBeGreaterThan(0.6);
    expect(meanAgreement(parts)).toBeLessThan(0.95);
  });

  it("take longer for more text", () => {
    const [person] = simulatedAnnotators({ seed: 1 });
    expect(secondsFor(person!, 2000, stream(0, "s"))).toBeGreaterThan(secondsFor(person!, 20, stream(0, "s")));
  });
});
