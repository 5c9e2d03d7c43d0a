import { describe, expect, it } from "vitest";
import { clipPair, labellerCases } from "../../../test/clips/labeller-cases.ts";
import type { ClipAnswer, ClipLabeller, ClipPair } from "../../feedback/index.ts";
import { syntheticLabeller } from "../../rl/index.ts";
import { agentFlags, checkAgentFlags, chosenAgent } from "./agent.ts";
import { type Book, memoryBook, queueOf } from "./book.ts";
import { braille } from "./braille.ts";
import { clipScreen } from "./screen.ts";

describe("the synthetic labeller", () => {
  // A run that goes on puts its questions again.
  const asked: ClipPair[] = [];
  labellerCases(() => ({
    async open(): Promise<ClipLabeller> {
      const trueRewards = (pair: string) => [[1], [pair === "p1" ? 0 : 2]] as const;
      const labeller = syntheticLabeller()({ trueRewards, answers: new Map() });
      await labeller.ask(asked);
      return {
        ask(pairs) {
          asked.push(...pairs);
          return labeller.ask(pairs);
        },
        answers: () => labeller.answers(),
      };
    },
  }));
});

describe("a person at the terminal, without a project", () => {
  it("is asked each pair once, and what he takes back is asked again", async () => {
    const queue = queueOf(memoryBook(new Map([["p0", ["left"]]])));
    await queue.labeller.ask([clipPair("p0"), clipPair("p1"), clipPair("p2")]);
    await queue.labeller.ask([clipPair("p1")]);
    expect([queue.current?.id, queue.waiting]).toEqual(["p1", 2]);
    await queue.say("right", 1);
    await queue.say("cannot-tell", 1);
    expect(queue.current).toBeUndefined();
    await queue.undo();
    expect(queue.current?.id).toBe("p2");
    await queue.say("equal", 1);
    const said: [string, readonly ClipAnswer[]][] = [
      ["p0", ["left"]],
      ["p1", ["right"]],
      ["p2", ["equal"]],
    ];
    expect(await queue.labeller.answers()).toEqual(new Map(said));
  });

  it("an answer that could not be kept is none", async () => {
    const full: Book = {
      ...memoryBook(new Map()),
      say: () => Promise.reject(new Error("no space left")),
    };
    const queue = queueOf(full);
    await queue.labeller.ask([clipPair("p1")]);
    await expect(queue.say("left", 1)).rejects.toThrow("no space left");
    expect(queue.current?.id).toBe("p1");
  });
});

describe("clips on a terminal", () => {
  it("draws with two dots by four a character", () => {
    const square = { view: [0, 0, 4, 4], background: "#ffffff" } as const;
    const corner = { kind: "polygon", fill: "#000000" } as const;
    const points = [
      [0, 2],
      [0, 4],
      [2, 4],
      [2, 2],
    ] as const;
    // 4 × 4 dots, of which the upper left 2 × 2 are black
    expect(braille({ ...square, shapes: [{ ...corner, points }] }, { columns: 2, rows: 9 })).toEqual(["⠛⠀"]);
    const small = braille({ ...square, view: [0, 0, 4, 16], shapes: [] }, { columns: 40, rows: 6 });
    expect(small.map((line) => line.length)).toEqual([3, 3, 3, 3, 3, 3]); // as high as there is room, and undistorted
  });

  const queue = { current: clipPair("p1"), waiting: 3, answered: 7 };
  const size = { question: "Which one swings up better?", status: "step 2 of 9", columns: 79, rows: 24 };

  it("shows both clips with the keys, and fits the screen", () => {
    const lines = clipScreen({ ...size, queue, step: 0 });
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.every((line) => line.length <= 79)).toBe(true);
    expect(lines.join("\n")).toMatch(/[⠁-⣿]/);
    expect(lines.join("\n")).toContain("← left");
    expect(lines.at(-1)).toContain("answered 7  ·  waiting 3  ·  step 2 of 9");
    expect(clipScreen({ ...size, queue, rows: 8, step: 0 })).toHaveLength(8);
  });

  it("the clips move, rest at their end, and begin anew", () => {
    const at = (step: number) => clipScreen({ ...size, queue, step }).join("\n");
    expect(at(1)).not.toBe(at(0));
    expect(at(5)).toBe(at(2)); // three steps, then rest
    expect(at(13)).toBe(at(0));
  });

  it("those of numbered states are pictures too", () => {
    const clip = (state: number) => ({ env: "FrozenLake-v1", fps: 4, observations: [[state]], actions: [1] });
    const asked = { ...queue, current: { id: "lake", clips: [clip(0), clip(9)] as const } };
    const lines = clipScreen({ ...size, queue: asked, step: 0 });
    const [left, right] = [lines.map((line) => line.slice(0, 37)), lines.map((line) => line.slice(41))];
    expect(left.join("")).toMatch(/[⠁-⣿]/);
    expect(left.filter((line) => /^[⠀-⣿]/.test(line))).not.toEqual(right.filter((line) => /^[⠀-⣿]/.test(line)));
  });

  it("says that nothing waits", () => {
    const idle = { ...queue, current: undefined, waiting: 0 };
    expect(clipScreen({ ...size, queue: idle, step: 0 }).join("\n")).toContain("The agent is learning");
  });
});

describe("the agent's flags", () => {
  it("are those of all agents, without defaults of their own", () => {
    expect(agentFlags).toMatchObject({ nEpochs: expect.anything(), rmsDecay: expect.anything() });
    for (const [key, flag] of Object.entries(agentFlags)) {
      if (key !== "agent") expect(flag.safeParse(undefined).data, key).toBeUndefined();
      expect(flag.description, key).toBeTruthy();
    }
  });

  it("refuses what the chosen one does not have", () => {
    expect(() => checkAgentFlags("a2c", new Set(["gamma", "clipRange"]))).toThrow("--clip-range");
    expect(() => checkAgentFlags("ppo", new Set(["gamma", "clipRange", "labels"]))).not.toThrow();
  });

  it("what is not said is the algorithm's default", () => {
    const { nSteps, totalTimesteps } = chosenAgent("a2c", { totalTimesteps: 7, clipRange: 0.3 }, 1);
    expect([nSteps, totalTimesteps]).toEqual([5, 7]);
  });
});
