import { describe, expect, it } from "vitest";
import { closedForm, mdpFromYaml, mrpOf, uniformPolicy, valueIteration } from "./index.ts";

const meal = `
gamma: 0.8
吃饭: { reward: 6, next: { 喝酒: 0.5, 喝茶: 0.5 } }
喝酒: { reward: 3, next: 睡觉 }
喝茶: { reward: 5, next: { 聊天: 1.0 } }
睡觉: { reward: 10 }
聊天: { reward: 4 }
`;

async function values(text: string): Promise<Record<string, number>> {
  const process = await mdpFromYaml(text, "meal.yaml");
  const V = closedForm(mrpOf(process, uniformPolicy(process)));
  return Object.fromEntries(process.states.map((name, s) => [name, V[s]!]));
}

describe("a process from YAML", () => {
  it("with rewards on leaving, a meal is worth 13.68", async () => {
    const V = await values(meal);
    expect(V.吃饭).toBeCloseTo(13.68, 12);
    expect([V.喝酒, V.喝茶, V.睡觉, V.聊天]).toEqual([11, 8.2, 10, 4]);
  });

  it("with rewards on entering, a state is worth what comes after it", async () => {
    const V = await values(`rewardOn: entering\n${meal}`);
    expect(V.吃饭).toBeCloseTo(0.5 * (3 + 0.8 * 10) + 0.5 * (5 + 0.8 * 4), 12);
    expect([V.睡觉, V.聊天]).toEqual([0, 0]);
  });

  it("takes states below `states` too, thirds as fractions, and a discount that wins over the file's", async () => {
    const text = "states:\n  a: { reward: 3, next: { a: 1/3, b: 2/3 } }\n  b:\ngamma: 1\n";
    const process = await mdpFromYaml(text, "a.yaml", 0.5);
    expect(process.gamma).toBe(0.5);
    expect(process.transitions).toEqual([
      [
        [
          [1 / 3, 0, 3, false],
          [2 / 3, 1, 3, false],
        ],
      ],
      [],
    ]);
  });

  it("takes actions, with rewards of their own beside that of the state", async () => {
    const text = `
gamma: 0.9
start: home
home: { walk: { reward: 1, next: home }, drive: { reward: 2, next: { home: 0.5, ditch: 0.5 } } }
ditch: { reward: -5, pull: { next: home } }
`;
    const process = await mdpFromYaml(text, "car.yaml");
    expect(process.actions).toEqual([["walk", "drive"], ["pull"]]);
    const { values, policy } = valueIteration(process);
    expect([...policy]).toEqual([0, 0]);
    expect(values[0]).toBeCloseTo(10, 8);
    expect(values[1]).toBeCloseTo(-5 + 9, 8);
  });

  it("names of numbers and of words are names", async () => {
    const { states } = await mdpFromYaml("1: { next: yes }\nyes: { next: 1.50 }\n1.50: {}\n", "n.yaml");
    expect(states).toEqual(["1", "yes", "1.50"]);
  });

  it.each([
    ["a: { next: { b: 0.5, a: 0.4 } }\nb: {}", "probability-sum", "x.yaml:1", /a: the probabilities sum to 0.9/],
    ["gamma: 0.9\n\n吃饭: { reward: 6, next: 喝洒 }\n喝酒: {}", "unknown-state", "x.yaml:3", /喝洒/],
    ["a: { rewrad: 6, next: a }", "bad-mdp", "x.yaml:1", /rewrad/],
    ["a: { reward: lots, next: a }", "bad-mdp", "x.yaml:1", /wanted a number, got lots/],
    ["a:\n  go: { reward: .nan, next: a }", "bad-mdp", "x.yaml:2", /wanted a number/],
    ["a:\n  go: { next: { a: 1.5, b: -0.5 } }\nb: {}", "bad-mdp", "x.yaml:2", /between 0 and 1, got 1.5/],
    ["a:\n  go: { reward: 3 }", "bad-mdp", "x.yaml:2", /next is missing/],
    ["a:\n  next: a\n  go: { next: a }", "bad-mdp", "x.yaml:3", /both next and go/],
    ["gamma: 1.5\na: { next: a }", "bad-mdp", "x.yaml:1", /between 0 and 1/],
    ["rewardOn: arrival\na: {}", "bad-mdp", "x.yaml:1", /leaving or entering/],
    ["a: {}\na: {}", "bad-mdp", "x.yaml:2", /unique/],
    ["gamma: 0.9", "bad-mdp", "x.yaml:1", /no state/],
    ["- a\n- b", "bad-mdp", "x.yaml:1", /wanted states/],
    ["a: {", "bad-mdp", "x.yaml:1", /./],
    ["start: c\nab: {}", "unknown-state", "x.yaml:1", /called c/],
  ])("%j is refused as %s at %s", async (text, code, where, message) => {
    const error = await mdpFromYaml(text, "x.yaml").catch((thrown) => thrown);
    const problem = error.problems?.[0] ?? error;
    expect(problem).toMatchObject({ code, where, message: expect.stringMatching(message) });
  });

  it("lists every problem of a file at once", async () => {
    const text = "a: { next: { b: 0.5 } }\nb: { next: nowhere }\nc: { reward: x }\n";
    const first = await mdpFromYaml(text, "x.yaml").catch((thrown) => thrown);
    expect(first).toMatchObject({ code: "bad-mdp", where: "x.yaml:3" });
    const rest = await mdpFromYaml(text.replace("x }", "1 }"), "x.yaml").catch((thrown) => thrown);
    expect(rest.problems.map(({ where }: { where: string }) => where)).toEqual(["x.yaml:2", "x.yaml:1"]);
  });
});
