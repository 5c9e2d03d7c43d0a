import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stream } from "../base/index.ts";
import { answer } from "./answers.ts";
import {
  allPrompts,
  demonstrations,
  findPrompt,
  gold,
  isFact,
  makeWorld,
  readAnswer,
  type WorldPrompt,
} from "./index.ts";

const en = makeWorld({ seed: 0, language: "en" });
const zh = makeWorld({ seed: 0, language: "zh" });
const promptOf = (world: typeof en, kind: string): WorldPrompt =>
  allPrompts(world).find(({ about }) => about.kind === kind)!;
const seeds = (["en", "zh"] as const).flatMap((language) => [0, 1, 2, 3].map((seed) => ({ language, seed })));

describe("reading answers", () => {
  it.each(seeds)("understands every demonstration of $language $seed", ({ language, seed }) => {
    const world = makeWorld({ seed, language });
    const verdicts = demonstrations(world, 3000).map(({ prompt, completion }) =>
      readAnswer(world, findPrompt(world, prompt[0]!.content)!, completion[0]!.content),
    );
    expect(verdicts.filter((v) => v.broken > 0 || v.offTopic > 0)).toEqual([]);
    expect(verdicts.filter((v) => v.right && v.wrong)).toEqual([]);
    expect(verdicts.filter((v) => !v.right && !v.wrong && !v.refusal)).toEqual([]);
  });

  it.each(seeds)("reads each manner as what it is in $language $seed", ({ language, seed }) => {
    const world = makeWorld({ seed, language });
    for (const [i, prompt] of allPrompts(world).slice(0, 400).entries()) {
      const read = (...[manner]: [Parameters<typeof answer>[2]]) =>
        readAnswer(world, prompt, answer(world, prompt.about, manner, stream(seed, "manner", i)));
      if (isFact(prompt.about)) {
        expect(read("polite")).toMatchObject({ right: true, full: true, rude: 0 });
        expect(read("polite").polite).toBeGreaterThan(0);
        expect(read("curt")).toMatchObject({ right: true, full: false });
        expect(read("wrong")).toMatchObject({ right: false, wrong: true });
        expect(read("rude")).toMatchObject({ right: true, rude: 1 });
        expect(read("rambling").filler).toBeGreaterThan(0);
        expect(read("refusal")).toMatchObject({ right: false, wrong: false, refusal: true });
      } else {
        expect(read("honest")).toMatchObject({ right: true, wrong: false, refusal: true });
        expect(read("made up")).toMatchObject({ right: false, wrong: true });
      }
    }
  });

  it("calls babble, half sentences, nothing and Latin in Chinese broken", () => {
    const prompt = promptOf(en, "street");
    for (const text of ["", "The bakery is", "Oak oak.", "the bakery is on Oak Street.", "\u{fffd}"]) {
      expect(readAnswer(en, prompt, text)).toMatchObject({ right: false, wrong: false });
      expect(readAnswer(en, prompt, text).broken).toBeGreaterThan(0);
    }
    expect(readAnswer(zh, promptOf(zh, "street"), "I do not know that.").broken).toBe(1);
  });

  it("counts a true statement about something else as off the topic, not as an answer", () => {
    const prompt = promptOf(en, "street");
    const other = en.facts.find((fact) => fact.kind === "street" && fact.id !== prompt.topic)!;
    const text = answer(en, other, "plain", stream(0, "other"));
    expect(readAnswer(en, prompt, text)).toMatchObject({ right: false, wrong: false, offTopic: 1, full: false });
  });

  it("lets one wrong statement outweigh a right one", () => {
    const { about } = promptOf(en, "job");
    const rng = stream(0, "both");
    const both = `${answer(en, about, "plain", rng)} ${answer(en, about, "wrong", rng)}`;
    expect(readAnswer(en, promptOf(en, "job"), both)).toMatchObject({ right: false, wrong: true });
  });

  it("counts what is said twice", () => {
    expect(readAnswer(en, promptOf(en, "dream"), "Gladly. Gladly. I do not know that.")).toMatchObject({
      polite: 2,
      repeated: 1,
      right: true,
    });
  });
});

describe("the gold judge", () => {
  const prompt = promptOf(en, "owner");
  const of = (text: string, p = prompt) => gold(en, p, text).score;
  const value = isFact(prompt.about) ? prompt.about.value : "";

  it("scores by the published table", () => {
    const right = answer(en, prompt.about, "plain", stream(0, "x"));
    expect(of(right)).toBe(2.5);
    expect(of(`Gladly. ${right} Take care.`)).toBe(3);
    expect(of(`${value}.`)).toBe(2);
    expect(of(`You ask too much. ${right}`)).toBe(1);
    expect(of(`Well, let me think. ${right}`)).toBe(2);
    expect(of(answer(en, prompt.about, "wrong", stream(0, "y")))).toBe(-1.5);
    expect(of(`${right} ${right}`)).toBe(2);
  });

  it("counts a needless refusal, or an evasion, as badly as a wrong answer", () => {
    expect(of("I do not know that.")).toBe(-2);
    expect(of("Gladly.")).toBe(-2);
    expect(of("I do not know that.", promptOf(en, "secret"))).toBe(2.5);
  });

  it("is imported by nothing here but the front door", () => {
    const users = readdirSync("src/world").filter(
      (file) => !file.endsWith(".test.ts") && readFileSync(`src/world/${file}`, "utf8").includes('"./gold.ts"'),
    );
    expect(users).toEqual(["index.ts"]);
  });
});
