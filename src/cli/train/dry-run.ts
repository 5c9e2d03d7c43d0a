/** What `--dry-run` prints of a model that would be trained: parameters, operations, memory, steps and time. */
import { z } from "zod";
import type { Finding } from "../../doctor/index.ts";
import { compile, lanesFor, matmul } from "../../engine/index.ts";
import { gptFromHuggingFace, type Network } from "../../models/index.ts";
import {
  type DecoderConfig,
  DryRun,
  estimateSeconds,
  formatPlan,
  type PlanReport,
  planDecoder,
} from "../../plan/index.ts";
import { NotedFinding } from "../../run/index.ts";
import { defaultMicroBatch } from "../../train/index.ts";
import type { Context } from "../frame/index.ts";
import { duration } from "../frame/index.ts";

/** What `--dry-run --json` prints of a training. */
export const Planned = DryRun.extend({ findings: z.array(NotedFinding) });
export type Planned = z.infer<typeof Planned>;

export interface Work {
  readonly shape: DecoderConfig;
  /** Sequences of an optimizer step, those of a forward pass where a flag says, and the longest one's tokens. */
  readonly rows: number;
  readonly microBatchSize?: number | undefined;
  readonly length: number;
  readonly gradientCheckpointing: boolean;
  /** Tokens whose logits exist at one time; then passes run one after the other. */
  readonly chunkedLogits?: number | undefined;
  /** Default: one that learns. */
  readonly models?: PlanReport["models"];
  /** What was counted; none when no data was given. */
  readonly steps?: { readonly steps: number; readonly arithmetic: string };
  readonly tokensPerStep: number;
  /** Further lines: tokenizer, rows left out. */
  readonly facts?: readonly string[];
  /** What the doctor said of the data; default: nothing. It was printed already. */
  readonly findings?: readonly Finding[];
}

/** Prints the arithmetic of a run. Nothing is written. */
export async function dryRun(context: Context<Planned>, work: Work): Promise<void> {
  const { steps, tokensPerStep, facts = [], findings = [] } = work;
  const report = planOf(work);
  const gflops = await measureGflops(() => context.now());
  const tokens = steps === undefined ? null : steps.steps * tokensPerStep;
  const seconds = tokens === null ? null : estimateSeconds(report, tokens, gflops);
  const perStep = estimateSeconds(report, tokensPerStep, gflops);
  const lines = [
    formatPlan(report),
    ...facts,
    ...(steps ? [steps.arithmetic] : []),
    `${tokensPerStep.toLocaleString("en-US")} tokens a step${tokens === null ? "" : `, ${tokens.toLocaleString("en-US")} in all`}`,
    `at this machine's ${gflops.toFixed(0)} GFLOP/s in matrix products at least ${time(perStep)} a step${seconds === null ? "" : `, ${time(seconds)} in all`}`,
    "nothing was started (--dry-run)",
  ];
  const text = lines.join("\n");
  context.emit(text, {
    parameters: report.parameters.total,
    flopsPerToken: report.flops.training,
    memoryBytes: report.memory.total,
    steps: steps?.steps ?? null,
    tokens,
    seconds,
    text,
    findings: [...findings],
  });
}

/** What a step needs, with its passes as the trainer makes them. */
export function planOf(work: Omit<Work, "tokensPerStep">): PlanReport {
  const { shape, rows, microBatchSize, length, gradientCheckpointing, chunkedLogits, models } = work;
  const options = { context: length, optimizer: "adamw", checkpointing: gradientCheckpointing } as const;
  const { parameters } = planDecoder(shape, { ...options, batch: 1 });
  const most = chunkedLogits === undefined ? lanesFor(parameters.total) : 1;
  const batch = Math.min(microBatchSize ?? defaultMicroBatch(rows, length, most), rows);
  const lanes = Math.min(most, Math.ceil(rows / batch));
  return planDecoder(shape, { ...options, batch, lanes, logitTokens: chunkedLogits, ...(models && { models }) });
}

/** A network's shape as `plan` counts it. */
export function shapeOfNetwork({ config }: Pick<Network, "config">): DecoderConfig {
  const { architecture, layers, heads, dim, feedForward, vocabSize, context } = gptFromHuggingFace(config);
  return { architecture, layers, heads, kvHeads: heads, dim, ff: feedForward, vocab: vocabSize, context, tied: true };
}

const time = (seconds: number): string =>
  seconds < 10
    ? `${seconds.toPrecision(2)} s`
    : seconds < 2 * 86_400
      ? duration(seconds)
      : seconds < 2 * 31_557_600
        ? `${Math.round(seconds / 86_400)} days`
        : `${Math.round(seconds / 31_557_600).toLocaleString("en-US")} years`;

/** 10⁹ operations a second that the engine reaches in products of 512 × 512 matrices, measured for 0.2 s. */
async function measureGflops(now: () => number): Promise<number> {
  const n = 512;
  const product = compile(({ a, b }) => ({ c: matmul(a, b) }), { a: [n, n], b: [n, n] });
  product.run();
  let runs = 0;
  const start = now();
  while (now() - start < 200) {
    product.run();
    runs++;
  }
  const seconds = (now() - start) / 1000;
  product.dispose();
  return (runs * 2 * n ** 3) / seconds / 1e9;
}
