/** `plaudit mdp` and `plaudit rl` with tables, for real. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { plauditHere as plaudit } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-tabular-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...parts: string[]) => join(folder, ...parts);
const run = (line: string) => plaudit(folder, line.split(" "));
const result = async <T>(line: string): Promise<T> => {
  const { code, json, err } = await run(`${line} --json`);
  expect(code, err).toBe(0);
  return json<T>()[0]!;
};
const errorOf = async (line: string) => {
  const { code, json } = await run(`${line} --json`);
  return {
    exit: code,
    ...json<{ error: { code: string; message: string; where?: string; help?: string; problems?: object[] } }>()[0]!
      .error,
  };
};

interface Planned {
  values: Record<string, number>;
  policy: Record<string, string | number>;
}
interface Learnt {
  steps: number;
  return: { mean: number; std: number; episodes: number };
  trainReturn: number;
  regret: number | null;
  run: string;
}

writeFileSync(
  at("meal.yaml"),
  "gamma: 0.8\n吃饭: { reward: 6, next: { 喝酒: 0.5, 喝茶: 0.5 } }\n喝酒: { reward: 3, next: 睡觉 }\n喝茶: { reward: 5, next: 聊天 }\n睡觉: { reward: 10 }\n聊天: { reward: 4 }\n",
);
writeFileSync(
  at("choice.yaml"),
  "gamma: 0.5\ns: { a: { reward: 1, next: s }, 乙: { reward: 3, next: end } }\nend: {}\n",
);

describe("plaudit mdp", () => {
  it("computes a process in a file: values, and the best actions by name", async () => {
    const meal = await result<Planned>("mdp meal.yaml");
    expect(meal.values.吃饭).toBeCloseTo(13.68, 10);
    expect(meal.policy).toEqual({});
    for (const method of ["value-iteration", "policy-iteration", "gauss-seidel", "prioritized-sweeping"]) {
      const choice = await result<Planned>(`mdp choice.yaml --method ${method}`);
      expect(choice.policy).toEqual({ s: "乙" });
      expect(choice.values.s).toBeCloseTo(3, 8);
    }
    const patient = await result<Planned>("mdp choice.yaml --gamma 0.9");
    expect(patient.policy).toEqual({ s: "a" });
  });

  it("shows an environment as a grid, and draws it", async () => {
    const { code, out } = await run("mdp FrozenLake-v1 --gamma 0.99 --out lake.svg");
    expect(code).toBe(0);
    expect(out.split("\n").slice(0, 4)).toEqual([
      "0.542 ←  0.499 ↑  0.471 ↑  0.457 ↑",
      "0.558 ←        ·  0.358 ←        ·",
      "0.592 ↑  0.643 ↓  0.615 ←        ·",
      "      ·  0.742 →  0.863 ↓        ·",
    ]);
    const svg = readFileSync(at("lake.svg"), "utf8");
    expect(svg.match(/<rect x=/g)).toHaveLength(16);
    expect(await errorOf("mdp FrozenLake-v1 --out lake.svg")).toMatchObject({ exit: 2, code: "file-exists" });
    const within = await result<{ start: number }>("mdp FrozenLake-v1 --horizon 100");
    expect(within.start).toBeCloseTo(0.74419, 5);
  });

  it("shows a file as a table, and as a grid where states are places", async () => {
    const { out } = await run("mdp meal.yaml --out meal.svg");
    expect(out).toMatch(/^state {2}value\n吃饭 {3}13.68\n/);
    expect(readFileSync(at("meal.svg"), "utf8")).toContain("喝酒");
    writeFileSync(
      at("grid.yaml"),
      'gamma: 0.9\n"0,0": { right: { next: "0,1" } }\n"0,1": { right: { reward: 1, next: "1,1" } }\n"1,1": {}\n',
    );
    expect((await run("mdp grid.yaml")).out).toMatch(/^0\.900 → {2} {4}1 →\n {15}·\n/);
  });

  it("names what is wrong with file and line", async () => {
    writeFileSync(at("bad.yaml"), "gamma: 0.9\na: { next: { b: 0.5, a: 0.4 } }\nb: { next: c }\n");
    expect(await errorOf("mdp bad.yaml")).toMatchObject({
      exit: 3,
      problems: [
        { code: "unknown-state", where: "bad.yaml:3" },
        { code: "probability-sum", where: "bad.yaml:2" },
      ],
    });
    writeFileSync(at("endless.yaml"), "a: { reward: 1, next: b }\nb: { next: a }\n");
    expect(await errorOf("mdp endless.yaml")).toMatchObject({ exit: 3, code: "endless-chain" });
    expect(await errorOf("mdp missing.yaml")).toMatchObject({ exit: 2, code: "missing-file" });
    expect(await errorOf("mdp FrozenLake")).toMatchObject({
      exit: 2,
      code: "unknown-env",
      help: expect.stringContaining("FrozenLake-v1"),
    });
    expect(await errorOf("mdp CartPole-v1")).toMatchObject({ exit: 2, code: "no-transitions" });
    expect(await errorOf("mdp meal.yaml --method gauss-seidel --horizon 3")).toMatchObject({
      exit: 2,
      code: "bad-flag",
    });
    expect(await errorOf("mdp meal.yaml --gamma 1.2")).toMatchObject({ exit: 2, code: "bad-flag" });
  });
});

describe("plaudit rl with tables", () => {
  it("learns with the environment's own defaults, and writes a run", async () => {
    const learnt = await result<Learnt>("rl q-learning --env CliffWalking-v1");
    expect(learnt).toMatchObject({ return: { mean: -13, std: 0, episodes: 100_000 }, regret: 0 });
    expect(learnt.run).toBe(join("runs", "rl-q-learning-001"));
    const { Q } = JSON.parse(readFileSync(at(learnt.run, "model", "values.json"), "utf8"));
    expect(Q).toHaveLength(48);
    expect(existsSync(at(learnt.run, "report.html"))).toBe(true);
    const rows = readFileSync(at(learnt.run, "metrics.jsonl"), "utf8").trim().split("\n");
    expect(JSON.parse(rows.at(-1)!)).toMatchObject({ "eval/mean_reward": -13, "eval/regret": 0 });
    const careful = await result<Learnt>("rl sarsa --env CliffWalking-v1 --eval-episodes 100");
    expect(careful).toMatchObject({ return: { mean: -17, episodes: 100 }, regret: 4 });
  });

  it.each(["monte-carlo", "td", "dyna-q"])(
    "%s broken off and resumed has the bytes of one that was not",
    async (algorithm) => {
      const line = `rl ${algorithm} --env FrozenLake-v1 --episodes 60 --episodes-per-step 10 --save-steps 2 --eval-episodes 50`;
      const whole = await result<Learnt>(`${line} --out whole-${algorithm}`);
      await result<Learnt>(`${line} --out broken-${algorithm}`);
      // As a kill at step 5 leaves it.
      const broken = (...parts: string[]) => at(`broken-${algorithm}`, ...parts);
      const { result: _, weights: __, ...info } = JSON.parse(readFileSync(broken("run.json"), "utf8"));
      writeFileSync(broken("run.json"), JSON.stringify({ ...info, status: "running", step: 4 }));
      for (const gone of ["model", "checkpoints/step-00000006"]) rmSync(broken(gone), { recursive: true });
      const { return: resumed } = await result<Learnt>(`runs resume broken-${algorithm}`);
      expect(resumed).toEqual(whole.return);
      for (const file of ["metrics.jsonl", "model/values.json", "checkpoints/step-00000006/values.json"]) {
        expect(readFileSync(broken(file), "utf8")).toBe(readFileSync(at(`whole-${algorithm}`, file), "utf8"));
      }
    },
  );

  it("takes the variants as flags", async () => {
    const few = "--episodes 200 --eval-episodes 100";
    const lines = [
      `rl td --env RandomWalk-v0 --n-steps 3 ${few}`,
      `rl td --env FrozenLake-v1 --policy optimal --lam 0.7 ${few}`,
      `rl monte-carlo --env Blackjack-v1 --method off-policy --importance ordinary ${few}`,
      `rl monte-carlo --env RandomWalk-v0 --method prediction --visits every ${few}`,
      `rl dyna-q --env GridWorld4x4-v0 --planning-steps 5 ${few}`,
    ];
    for (const line of lines) expect((await result<Learnt>(line)).return.episodes).toBe(100);
  });

  it("refuses what cannot be done before a run is begun", async () => {
    expect(await errorOf("rl q-learning --env CartPole-v1 --out never")).toMatchObject({
      exit: 2,
      code: "not-tabular",
    });
    expect(await errorOf("rl q-learning --env Taxi-v3 --out never")).toMatchObject({ exit: 2, code: "unknown-env" });
    expect(await errorOf("rl td --env RandomWalk-v0 --n-steps 2 --lam 0.5 --out never")).toMatchObject({
      code: "bad-flag",
    });
    const unused = "rl monte-carlo --env Blackjack-v1 --method off-policy --visits every --out never";
    expect(await errorOf(unused)).toMatchObject({ exit: 2, code: "bad-flag" });
    expect(await errorOf("rl q-learning --env Taxi-v4 --episodes 0 --out never")).toMatchObject({ code: "bad-flag" });
    expect(await errorOf("rl q-learning --env Taxi-v4 --seed -1 --out never")).toMatchObject({ code: "bad-flag" });
    expect(await errorOf("rl q-lerning --env Taxi-v4")).toMatchObject({ exit: 2, code: "unknown-command" });
    expect(existsSync(at("never"))).toBe(false);
    await result<Learnt>("rl td --env RandomWalk-v0 --episodes 10 --eval-episodes 5 --out taken");
    expect(await errorOf("rl q-learning --env Taxi-v4 --out taken")).toMatchObject({ code: "run-exists" });
    const other = "rl td --env Taxi-v4 --resume taken";
    expect(await errorOf(other)).toMatchObject({
      exit: 2,
      code: "resume-differs",
      message: expect.stringContaining("RandomWalk-v0"),
    });
  });
});
