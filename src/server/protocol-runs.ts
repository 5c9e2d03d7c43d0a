/**
 * The wire protocol, continued: runs, training, models. A run is named by its folder in the project's `runs` (a run inside
 * a quickstart: `quickstart-001/sft`), a model by its path in the project; both are looked up in what is there, so nothing
 * from the network ever becomes a path.
 */
import { z } from "zod";
import { kinds } from "../data/index.ts";
import { Text, ulidPattern } from "../feedback/index.ts";
import { leastTemperature } from "../generate/index.ts";
import { DryRun } from "../plan/index.ts";
import { NotedFinding } from "../run/index.ts";
import { type Route, route } from "./route.ts";

const Empty = z.strictObject({});
const Time = z.iso.datetime();
const RunId = z.string().min(1).max(200);
const ModelId = z.string().min(1).max(300).describe("path of a model in the project, as GET /api/models names it");
const ofRun = z.strictObject({ run: RunId });
const ofTrial = z.strictObject({ trial: z.string().max(100) });
const measured = z.array(z.number().nullable());
/** Why something ended too early: the page says the code in its own language. */
const Failed = z.strictObject({ code: z.string(), message: z.string() });

/**
 * `queued`: waits until no other run is at work. `starting`: its process reads model and data. `interrupted`: was asked to
 * stop, and saved. `stopped`: its process ended without a word (killed, or the power failed); the last checkpoint is there.
 */
export const RunState = z.enum(["queued", "starting", "running", "interrupted", "stopped", "failed", "finished"]);
export type RunState = z.infer<typeof RunState>;

export const RunRow = z.strictObject({
  run: RunId,
  command: z.string(),
  status: RunState,
  step: z.int(),
  /** Steps in all; null where its program did not say. */
  total: z.int().nullable(),
  created: Time.nullable(),
  seconds: z.number().nullable(),
  /** Runs of this project that its models came from. */
  parents: z.array(RunId),
  /** The numbers that it ended with. */
  result: z.record(z.string(), z.number()),
  /** Its final model, or that of its newest checkpoint. */
  model: ModelId.nullable(),
});
export type RunRow = z.infer<typeof RunRow>;

export const RunPage = RunRow.extend({
  seed: z.number().nullable(),
  /** Every setting with its value. */
  config: z.record(z.string(), z.unknown()),
  /** The command line that says the same; of a job that is no run yet, the one it will be started with. */
  commandLine: z.string(),
  versions: z.record(z.string(), z.string()),
  datasets: z.array(z.strictObject({ path: z.string(), hash: z.string(), rows: z.int().optional() })),
  /** What its models came from; `run` when that is a run of this project. */
  from: z.array(z.strictObject({ role: z.string(), path: z.string(), run: RunId.nullable() })),
  /** Runs of this project that began with a model of this one. */
  children: z.array(z.strictObject({ run: RunId, role: z.string(), command: z.string() })),
  checkpoints: z.array(z.strictObject({ step: z.int(), model: ModelId })),
  findings: z.array(NotedFinding),
  error: Failed.nullable(),
});
export type RunPage = z.infer<typeof RunPage>;

const Metric = z.strictObject({
  name: z.string(),
  label: z.strictObject({ en: z.string(), zh: z.string() }),
  /** Which way is up, where one is. */
  better: z.enum(["lower", "higher"]).optional(),
  /** Ascending; `values[i]` was measured at `steps[i]`, null = not a finite number. */
  steps: z.array(z.int()),
  values: measured,
});
export const Metrics = z.strictObject({
  metrics: z.array(Metric),
  /** Rows of metrics.jsonl, and the step of the last one: ask for more with `after`. */
  rows: z.int(),
  last: z.int().nullable(),
});
export type Metrics = z.infer<typeof Metrics>;

/** A row of samples.jsonl as its trainer wrote it; lists have one entry a token of the completion. */
export const SampleRow = z.looseObject({
  prompt: z.unknown(),
  completion: z.unknown().optional(),
  /** What each token adds to the text; absent where the row has no ids or the model is gone. */
  tokens: z.array(z.string()).optional(),
  logprobs: measured.optional(),
  ref_logprobs: measured.optional(),
  values: measured.optional(),
  advantages: measured.optional(),
  rewards: measured.optional(),
  score: z.number().nullable().optional(),
  kl: z.number().nullable().optional(),
});

export const Comparison = z.strictObject({
  runs: z.array(z.strictObject({ run: RunId, command: z.string(), status: RunState, step: z.int() })),
  /** Those that differ; in each list one value a run, null where it has none. */
  settings: z.array(z.strictObject({ name: z.string(), values: z.array(z.unknown()) })),
  results: z.array(z.strictObject({ name: z.string(), values: measured })),
  metrics: z.array(z.strictObject({ name: z.string(), values: measured, best: measured.optional() })),
});

export const trainingCommands = ["sft", "reward", "ppo"] as const;

export const TrainingRequest = z.strictObject({
  command: z.enum(trainingCommands),
  /** Of the new run's folder; default: the next free `<command>-001`. */
  name: z.string().min(1).max(80).optional(),
  /** The command's own flags by their names in code: `learningRate`. Files and models lie in the project. */
  options: z.record(z.string(), z.unknown()).default({}),
  /** `project`: what people said here (sft: demonstrations, reward: rankings, ppo: the tasks' prompts); or a file in the project. */
  data: z.string().min(1).max(300).default("project"),
});
export type TrainingRequest = z.infer<typeof TrainingRequest>;

/** An option of a command, by its name in code. */
const TrainingOption = z.strictObject({
  name: z.string(),
  /** As JSON Schema calls it: string, integer, number, boolean, array. */
  type: z.string(),
  /** As `--help` says it, in English. */
  help: z.string(),
  required: z.boolean(),
  default: z.unknown().optional(),
  choices: z.array(z.string()).optional(),
  /** What its value names: FILE, MODEL, SPEC (a model that scores). */
  names: z.string().optional(),
});
export type TrainingOption = z.infer<typeof TrainingOption>;

export const Plan = DryRun.extend({
  /** The doctor's warnings. */
  findings: z.array(NotedFinding),
  /** What it said besides: rows left out, texts cut. */
  notes: z.array(z.string()),
  commandLine: z.string(),
});
export type Plan = z.infer<typeof Plan>;

const Started = z.strictObject({ run: RunId, status: RunState });

export const ModelRow = z.strictObject({
  model: ModelId,
  kind: z.enum(["policy", "reward", "classifier"]),
  /** The run that made it, and after how many steps where it is a checkpoint. */
  run: RunId.nullable(),
  step: z.int().nullable(),
  /** Whether it has a chat template. */
  chat: z.boolean(),
  /** Bytes of its weights. */
  bytes: z.int(),
  changed: Time,
});
export type ModelRow = z.infer<typeof ModelRow>;

const sampling = {
  temperature: z
    .number()
    .min(0)
    .max(10)
    .refine((t) => t === 0 || t >= leastTemperature, `is 0 (greedy) or at least ${leastTemperature}`)
    .default(1),
  topP: z.number().gt(0).max(1).default(1),
  maxNewTokens: z.int().min(1).max(8192).default(128),
  seed: z.int().min(0).default(0),
};

export const SamplingJob = z.strictObject({
  sampling: z.string(),
  model: ModelId,
  /** Prompts done, and in all. */
  done: z.int(),
  total: z.int(),
  /** New tasks so far: a prompt whose answers are all the same gives none. */
  tasks: z.int(),
  state: z.enum(["working", "done", "stopped", "failed"]),
  error: Failed.optional(),
});
export type SamplingJob = z.infer<typeof SamplingJob>;

/** What is to be answered. Default: every prompt of the project's tasks. */
const promptSource = {
  prompts: z.array(Text).min(1).max(1000).optional(),
  /** A file of the project whose rows have a prompt. */
  file: z.string().min(1).max(300).optional(),
  /** Only the first so many. */
  limit: z.int().min(1).max(1000).optional(),
};

const Interval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });

/** Two models on the same prompts with the same random streams. */
export const TrialJob = z.strictObject({
  trial: z.string(),
  /** Before and after. */
  models: z.array(ModelId).length(2),
  /** The reward model that scores the answers. */
  judge: ModelId.nullable(),
  /** Prompts done, and in all. */
  done: z.int(),
  total: z.int(),
  state: z.enum(["working", "done", "stopped", "failed"]),
  error: Failed.optional(),
});
export type TrialJob = z.infer<typeof TrialJob>;

export const Trial = TrialJob.extend({
  /** Answers and scores: of the first model, of the second. */
  rows: z.array(
    z.strictObject({
      prompt: Text,
      answers: z.array(z.string()).length(2),
      scores: z.array(z.number()).length(2).nullable(),
    }),
  ),
  /** Of a trial that is done and was judged: mean scores, and how often the second's answer has the higher one. */
  result: z
    .strictObject({
      rewards: z.array(Interval).length(2),
      winRate: Interval.extend({ ties: z.int(), prompts: z.int() }),
    })
    .nullable(),
});
export type Trial = z.infer<typeof Trial>;

export const FileRow = z.strictObject({
  /** Its path in the project. */
  file: z.string(),
  bytes: z.int(),
  /** What its rows can serve as, by the first of them; null: not looked into. */
  kinds: z.array(z.enum(kinds as [(typeof kinds)[number], ...typeof kinds])).nullable(),
});
export type FileRow = z.infer<typeof FileRow>;

const ranking = z.array(z.array(z.int().nonnegative()).min(1)).max(100);

export const Disagreements = z.strictObject({
  /** Judgements that were looked at: the newest ones. */
  judgements: z.int(),
  pairs: z.int(),
  /** Share of the pairs that model and people order alike, with its 95 % interval over prompts; null without pairs. */
  agreement: z.strictObject({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** The worst first. */
  rows: z.array(
    z.strictObject({
      task: z.string(),
      by: z.string(),
      prompt: Text,
      completions: z.array(Text),
      groups: ranking,
      scores: z.array(z.number()),
      /** The pair that it gets most wrong, and by how much the worse answer's score is higher. */
      better: z.int(),
      worse: z.int(),
      margin: z.number(),
    }),
  ),
});

const Message = z.strictObject({ role: z.string().min(1).max(40), content: z.string().max(200_000) });

export const runRoutes = {
  "GET /api/runs": route({ permission: "watch", reply: z.array(RunRow) }),
  "GET /api/runs/:run": route({ permission: "watch", query: ofRun, reply: RunPage }),
  "GET /api/runs/:run/metrics": route({
    permission: "watch",
    query: z.strictObject({
      run: RunId,
      /** Separated by commas; default: all. */
      names: z.string().max(4000).optional(),
      /** At most so many a metric: the least and the greatest of each stretch stay. */
      points: z.coerce.number().int().min(10).max(20_000).default(1000),
      /** Only later steps. */
      after: z.coerce.number().int().min(0).optional(),
    }),
    reply: Metrics,
  }),
  "GET /api/runs/:run/samples": route({
    permission: "watch",
    query: z.strictObject({ run: RunId, step: z.coerce.number().int().min(0).optional() }),
    reply: z.strictObject({ step: z.int().nullable(), steps: z.array(z.int()), rows: z.array(SampleRow) }),
  }),
  /** What its process printed, if it was started from the page: the end of it. */
  "GET /api/runs/:run/log": route({
    permission: "watch",
    query: ofRun,
    reply: z.strictObject({ text: z.string(), cut: z.boolean() }),
  }),
  "GET /api/compare": route({
    permission: "watch",
    query: z.strictObject({ runs: z.string().min(1).max(4000).describe("two or more, separated by commas") }),
    reply: Comparison,
  }),
  /** Reward against the square root of the KL from the reference (Gao et al. 2023), step by step. */
  "GET /api/overoptimisation": route({
    permission: "watch",
    query: z.strictObject({ runs: z.string().min(1).max(4000).describe("separated by commas") }),
    reply: z.array(
      z.strictObject({
        run: RunId,
        points: z.array(z.strictObject({ step: z.int(), rootKl: z.number(), reward: z.number() })),
      }),
    ),
  }),

  /** What each command can be told, besides its data. */
  "GET /api/options": route({
    permission: "manage",
    reply: z.strictObject({
      sft: z.array(TrainingOption),
      reward: z.array(TrainingOption),
      ppo: z.array(TrainingOption),
    }),
  }),
  "POST /api/plans": route({ permission: "manage", body: TrainingRequest, reply: Plan, slow: true }),
  "POST /api/runs": route({ permission: "manage", body: TrainingRequest, reply: Started }),
  /** It finishes its step and saves; one that waits is taken out of the queue. */
  "POST /api/runs/:run/stop": route({ permission: "manage", query: ofRun, body: Empty, reply: Empty }),
  "POST /api/runs/:run/resume": route({ permission: "manage", query: ofRun, body: Empty, reply: Started }),

  "GET /api/models": route({ permission: "watch", reply: z.array(ModelRow) }),
  /** Answers of a model become tasks, prompt by prompt, while people rank already. */
  "POST /api/samples": route({
    permission: "manage",
    body: z.strictObject({
      model: ModelId,
      ...promptSource,
      /** Answers a prompt. */
      k: z.int().min(2).max(9).default(4),
      /** People a task. Default: the project's. */
      overlap: z.int().min(1).max(100).optional(),
      ...sampling,
      /** A reward model that scores them: the tasks that it is least sure of come first where the project orders so. */
      reward: ModelId.optional(),
    }),
    reply: SamplingJob,
    limit: 4 << 20,
  }),
  "GET /api/samples": route({ permission: "manage", reply: z.array(SamplingJob) }),
  "POST /api/samples/:sampling/stop": route({
    permission: "manage",
    query: z.strictObject({ sampling: z.string().max(100) }),
    body: Empty,
    reply: Empty,
  }),

  "POST /api/trials": route({
    permission: "manage",
    body: z.strictObject({
      /** Before and after. */
      models: z.array(ModelId).length(2),
      /** A reward model that scores the answers. */
      judge: ModelId.optional(),
      ...promptSource,
      ...sampling,
    }),
    reply: TrialJob,
    limit: 4 << 20,
  }),
  "GET /api/trials": route({ permission: "watch", reply: z.array(TrialJob) }),
  "GET /api/trials/:trial": route({ permission: "watch", query: ofTrial, reply: Trial }),
  "POST /api/trials/:trial/stop": route({ permission: "manage", query: ofTrial, body: Empty, reply: Empty }),

  /** Data files of the project, for what is asked for "a file". */
  "GET /api/files": route({ permission: "manage", reply: z.array(FileRow) }),

  "POST /api/score": route({
    permission: "watch",
    slow: true,
    body: z.strictObject({ model: ModelId, prompt: Text, completions: z.array(Text).min(1).max(64) }),
    /** `groups`: the ranking that the scores give, best first. */
    reply: z.strictObject({ scores: z.array(z.number()), groups: ranking }),
  }),
  "GET /api/disagreements": route({
    permission: "watch",
    slow: true,
    query: z.strictObject({ model: ModelId, limit: z.coerce.number().int().min(1).max(200).default(20) }),
    reply: Disagreements,
  }),
  /** Which of two models answered better in the chat: a judgement like any other. */
  "POST /api/chat-votes": route({
    permission: "label",
    body: z.strictObject({
      id: z.string().regex(ulidPattern, "is not a ULID").describe("made by the caller: sending it again is safe"),
      messages: z.array(Message).min(1).max(1000),
      completions: z.array(z.string().max(200_000)).length(2),
      /** What wrote each completion. */
      models: z.array(ModelId).length(2),
      groups: ranking,
      /** order[i] = the completion that stood at place i. */
      order: z.array(z.int().min(0).max(1)).length(2).default([0, 1]),
      strength: z.int().min(1).max(4).optional(),
      /** `bothBad`: a tie because neither is any good. */
      labels: z.strictObject({ bothBad: z.literal(true) }).optional(),
      seconds: z.number().min(0).max(1e7),
      note: z.string().max(20_000).optional(),
      seed: z.int().min(0).optional().describe("of the sampling, the same for both"),
    }),
    reply: Empty,
    limit: 4 << 20,
  }),
} as const satisfies Record<string, Route>;
