// What whoever labels clips promises to who asks, whether a formula answers or people do: run by the tests of each.
import { expect, it } from "vitest";
import type { ClipAnswer, ClipLabeller, ClipPair } from "../../src/feedback/index.ts";
import { clipAnswers } from "../../src/feedback/index.ts";

export interface LabellerPlace {
  /** Called again: as the next process would open it after the one before was killed. */
  open(): Promise<ClipLabeller>;
  /** Where people answer: what one of them says, and takes back again. */
  readonly people?: {
    say(rater: string, pair: string, answer: ClipAnswer): Promise<void>;
    takeBack(rater: string, pair: string): Promise<void>;
  };
}

export const clipPair = (id: string, more: Partial<ClipPair> = {}): ClipPair => {
  const clip = (angle: number) => ({
    ...{ env: "Pendulum-v1", fps: 20, actions: [0, [0.5], -1.5] },
    observations: [0, 1, 2].map((step) => [Math.cos(angle + step), Math.sin(angle + step), 0.25]),
  });
  return { id, clips: [clip(0), clip(1)], ...more };
};

export function labellerCases(place: () => LabellerPlace): void {
  const asked = async (...ids: string[]) => {
    const labeller = await place().open();
    await labeller.ask(ids.map((id) => clipPair(id)));
    return labeller;
  };

  it("answers nothing that was not asked, and each answer is one of the four", async () => {
    expect(await (await place().open()).answers()).toEqual(new Map());
    const answers = await (await asked("p1", "p2")).answers();
    for (const [pair, given] of answers) {
      expect(["p1", "p2"]).toContain(pair);
      for (const answer of given) expect(clipAnswers).toContain(answer);
    }
  });

  it("asked again, at once or after a kill, it knows the question", async () => {
    const labeller = await asked("p1", "p1", "p2");
    const answers = await labeller.answers();
    await labeller.ask([clipPair("p1")]);
    await (await asked("p2")).ask([clipPair("p1", { uncertainty: 0.5 })]);
    expect(await (await place().open()).answers()).toEqual(answers);
  });

  const { people } = place();
  if (!people) return;

  it("hands on what people say, one answer each, the last one", async () => {
    const labeller = await asked("p1", "p2", "p3", "p4", "p5");
    for (const [i, answer] of clipAnswers.entries()) await people.say("ada", `p${i + 1}`, answer);
    await people.say("bob", "p1", "left");
    await people.say("bob", "p1", "equal");
    const answers = await labeller.answers();
    expect(answers).toEqual(
      new Map([
        ["p1", ["left", "equal"]],
        ["p2", ["right"]],
        ["p3", ["equal"]],
        ["p4", ["cannot-tell"]],
      ]),
    );
    expect(await (await place().open()).answers()).toEqual(answers);
  });

  it("forgets what was taken back, and takes what is said instead", async () => {
    const labeller = await asked("p1");
    await people.say("ada", "p1", "left");
    await people.takeBack("ada", "p1");
    expect(await labeller.answers()).toEqual(new Map());
    await people.say("ada", "p1", "right");
    expect(await labeller.answers()).toEqual(new Map([["p1", ["right"]]]));
  });
}
