import { existsSync } from "node:fs";
import { extname } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { make } from "../../envs/index.ts";
import { readText, writeAtomic } from "../../files/index.ts";
import {
  closedForm,
  finiteHorizon,
  type Mdp,
  mdpFromEnv,
  mdpFromYaml,
  mrpOf,
  policyEvaluation,
  policyIteration,
  prioritizedSweeping,
  startValue,
  uniformPolicy,
  valueIteration,
} from "../../rl/index.ts";
import { checkAll, defineCommand, number } from "../frame/index.ts";
import { overwriteFlag, requireNewFile } from "../inputs/datasets.ts";
import { type Layout, layoutOfEnv, layoutOfNames } from "./layout.ts";
import { actionOf, asSvg, inTerminal, type Solved } from "./picture.ts";

/** What is planned with: values, and the actions that are best (or none, where a policy was only measured). */
const methods = {
  "value-iteration": (process: Mdp) => valueIteration(process),
  "gauss-seidel": (process: Mdp) => valueIteration(process, { order: "gauss-seidel" }),
  "prioritized-sweeping": (process: Mdp) => prioritizedSweeping(process),
  "policy-iteration": (process: Mdp) => policyIteration(process),
  "policy-evaluation": (process: Mdp) => measured(process, policyEvaluation(process, uniformPolicy(process)).values),
  "closed-form": (process: Mdp) => measured(process, closedForm(mrpOf(process, uniformPolicy(process)))),
};
type Method = keyof typeof methods;

/** Of the policy that takes every action alike: only where there is no other does it have one to name. */
const measured = ({ actions }: Mdp, values: Float64Array) => ({
  values,
  policy: Int32Array.from(actions, (names) => (names.length === 1 ? 0 : -1)),
});

const Result = z.strictObject({
  /** By the state's name. */
  values: z.record(z.string(), z.number()),
  /** Of every state with a choice the best action: its name, or its number where the environment gives numbers. */
  policy: z.record(z.string(), z.union([z.string(), z.int()])),
  /** What an episode is worth before its start is known. */
  start: z.number(),
  gamma: z.number(),
});

export const planning = defineCommand({
  name: "mdp",
  summary: "values and best actions of a Markov decision process, computed",
  examples: [
    "plaudit mdp meal.yaml",
    "plaudit mdp FrozenLake-v1 --gamma 0.99 --out lake.svg",
    "plaudit mdp CliffWalking-v1 --method prioritized-sweeping",
    "plaudit mdp FrozenLake-v1 --horizon 100",
    "plaudit mdp GridWorld4x4-v0 --method policy-evaluation   # of the policy that takes every action alike",
  ],
  schema: z.strictObject({
    process: z
      .string()
      .min(1)
      .describe("a YAML file (states with reward and next), or an environment that gives its transitions"),
    method: z
      .enum(Object.keys(methods) as [Method, ...Method[]])
      .optional()
      .describe("how (default: closed-form where there is nothing to choose, else value-iteration)"),
    gamma: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("γ: what a reward one step later is worth (default: the file's, else 1)"),
    horizon: z.int().positive().optional().describe("plan for so many steps only; the policy is that of the first one"),
    out: z.string().min(1).optional().describe("a picture of it, too (SVG)").meta({ value: "FILE" }),
    overwrite: overwriteFlag,
  }),
  positionals: ["process"],
  resultSchema: Result,
  async run(context, { process: name, method, gamma, horizon, out, overwrite }) {
    const { opened } = await checkAll({
      method: () => refuseBoth(method, horizon),
      out: () => out === undefined || requireNewFile(out, overwrite),
      opened: () => open(name, gamma),
    });
    const { process, numbered, layout } = opened;
    const hasChoice = process.actions.some((actions) => actions.length > 1);
    const how = method ?? (hasChoice ? "value-iteration" : "closed-form");
    const plan = horizon === undefined ? methods[how](process) : withinHorizon(process, horizon);
    const solved: Solved = { process, ...plan, layout };
    if (out !== undefined) writeAtomic(out, asSvg(solved));

    const chosen = process.states.flatMap((state, s) => {
      const action = actionOf(solved, s);
      return action === "" ? [] : [[state, numbered ? Number(action) : action] as const];
    });
    const start = startValue(process, plan.values);
    const said = `γ = ${process.gamma}, ${horizon === undefined ? how : `${horizon} steps`}: an episode is worth ${number(start)} at its start`;
    context.emit([inTerminal(solved), "", said, ...(out === undefined ? [] : [`picture: ${out}`])].join("\n"), {
      values: Object.fromEntries(process.states.map((state, s) => [state, plan.values[s]!])),
      policy: Object.fromEntries(chosen),
      start,
      gamma: process.gamma,
    });
    return {};
  },
});

/** A horizon is planned for in one way only: backwards from its end. */
function refuseBoth(method: string | undefined, horizon: number | undefined): void {
  if (method === undefined || horizon === undefined) return;
  throw new UsageError(`--method ${method} plans without a horizon`, {
    code: "bad-flag",
    help: "leave one of --method and --horizon out",
  });
}

function withinHorizon(process: Mdp, horizon: number) {
  const { values, policy } = finiteHorizon(process, horizon);
  return { values, policy: policy.at(-1)! };
}

interface Opened {
  readonly process: Mdp;
  /** Whether actions are called by numbers. */
  readonly numbered: boolean;
  readonly layout: Layout | undefined;
}

/** A file where there is one or the name looks like one, else an environment. */
async function open(name: string, gamma: number | undefined): Promise<Opened> {
  if (existsSync(name) || [".yaml", ".yml", ".json"].includes(extname(name))) {
    const process = await mdpFromYaml(readText(name), name, gamma);
    return { process, numbered: false, layout: layoutOfNames(process) };
  }
  const env = make(name);
  const process = mdpFromEnv(env, gamma);
  return { process, numbered: true, layout: layoutOfEnv(env, process) };
}
