import { describe, expect, it } from "vitest";
import { allPrompts, demonstrations, findPrompt, heldOutPrompts, isFact, makeWorld, pretrainingText } from "./index.ts";
import { trainingPrompts } from "./prompts.ts";

const worlds = (["en", "zh"] as const).flatMap((language) => [0, 7].map((seed) => makeWorld({ seed, language })));
const named = worlds.map((world) => ({ name: `${world.language} ${world.seed}`, world }));

describe.each(named)("the world $name", ({ world }) => {
  it("has 82 facts and 64 things that nobody knows", () => {
    expect(world.facts).toHaveLength(82);
    expect(new Set(world.facts.map(({ id }) => id)).size).toBe(82);
    expect(world.unknowns).toHaveLength(64);
    expect(world.people).toHaveLength(8);
  });

  it("is the same for the same seed", () => {
    const again = makeWorld({ seed: world.seed, language: world.language });
    expect(again).toEqual(world);
    expect(pretrainingText(again, { stories: 5 })).toEqual(pretrainingText(world, { stories: 5 }));
    expect(pretrainingText(again, { stories: 3 })).toEqual(pretrainingText(world, { stories: 5 }).slice(0, 3));
  });

  it("asks every question in one way only", () => {
    const texts = allPrompts(world).map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.filter((text) => /[{}]/.test(text))).toEqual([]);
  });

  it("measures on at least 200 prompts, 15 % of them unanswerable", () => {
    const held = heldOutPrompts(world);
    const facts = held.filter(({ about }) => isFact(about));
    expect(held.length).toBeGreaterThanOrEqual(200);
    expect(facts.filter(({ use }) => use === "new fact").length).toBeGreaterThanOrEqual(45);
    expect(1 - facts.length / held.length).toBeCloseTo(0.15, 2);
    expect(new Set(held.map(({ text }) => text)).size).toBe(held.length);
  });

  it("shows no held-out prompt to any stage, and no new fact to the feedback", () => {
    const stories = pretrainingText(world, { stories: 2000 }).join("\n");
    expect(
      heldOutPrompts(world).filter(({ text }) => stories.includes(`"${text}"`) || stories.includes(`“${text}”`)),
    ).toEqual([]);
    const fed = [
      ...demonstrations(world, 3000).map((row) => row.prompt[0]!.content),
      ...trainingPrompts(world, "ppo", 3000).map(({ text }) => text),
    ];
    expect(new Set(fed.map((text) => findPrompt(world, text)?.use))).toEqual(new Set(["training"]));
    const newTopics = new Set(heldOutPrompts(world).flatMap((p) => (p.use === "new fact" ? [p.topic] : [])));
    expect(fed.filter((text) => newTopics.has(findPrompt(world, text)!.topic))).toEqual([]);
  });

  it("tells every fact in the pretraining text, the new ones too", () => {
    const stories = pretrainingText(world, { stories: 400 }).join("\n").toLowerCase();
    const untold = world.facts.filter(({ subject, value, goods = "" }) => {
      const told = stories.split(/[.。”"]/).filter((s) => s.includes(subject.toLowerCase()) && s.includes(goods));
      return !told.some((s) => s.includes(value.toLowerCase()));
    });
    expect(untold).toEqual([]);
  });
});

describe("worlds of different seeds", () => {
  it("have different people and facts", () => {
    expect(worlds[0]!.people).not.toEqual(worlds[1]!.people);
    expect(worlds[0]!.facts).not.toEqual(worlds[1]!.facts);
  });
});

describe("training prompts", () => {
  const world = worlds[0]!;
  it("go through every prompt before one comes again", () => {
    const distinct = allPrompts(world).filter((p) => p.use === "training" && isFact(p.about)).length;
    const asked = trainingPrompts(world, "ranking", 4000).filter(({ about }) => isFact(about));
    expect(new Set(asked.slice(0, distinct).map(({ text }) => text)).size).toBe(distinct);
    expect(asked.length / 4000).toBeCloseTo(0.85, 1);
  });

  it("are ordered anew for each purpose", () => {
    const texts = (purpose: string) => trainingPrompts(world, purpose, 20).map(({ text }) => text);
    expect(texts("ppo")).toEqual(texts("ppo"));
    expect(texts("ppo")).not.toEqual(texts("ranking"));
  });
});
