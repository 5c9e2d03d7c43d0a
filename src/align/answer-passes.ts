/**
 * Several answers to one prompt in one row: the prompt's tokens are read once, each answer sees the prompt and itself.
 * The scores are those of the answers read one by one; about half of the tokens of short answers are saved.
 */
import { and, equal, iota, lessEqual, or, reshape, type Tensor, where } from "../engine/graph/index.ts";
import type { Layout } from "../models/index.ts";
import { hiddenScore } from "../nn/index.ts";
import { type Batch, defaultMicroBatch, lengthBucket, ndarray } from "../train/index.ts";

/** A row: tokens that all its answers share, then what each has of its own. */
interface AnswerRow {
  readonly shared: readonly number[];
  readonly tails: readonly (readonly number[])[];
  readonly length: number;
}

/** What goes through the network together: all passes of one shape are compiled once. */
export interface Pass {
  /** Which prompts, in order; all answers of a prompt are in one pass. */
  readonly prompts: readonly number[];
  readonly rows: readonly AnswerRow[];
  /** Rows, tokens a row and answers as compiled; what is not used is padding. */
  readonly B: number;
  readonly T: number;
  readonly R: number;
  readonly share: boolean;
}

export interface PackOptions {
  /** Prompts a pass; default: as many as make about `tokensPerPass` tokens. */
  readonly microBatchSize?: number | undefined;
  readonly context: number;
  /** Whether the network can read several texts in a row; else each answer is a row of its own. */
  readonly share: boolean;
  /** Passes that are computed side by side. Default 1. */
  readonly lanes?: number;
}

interface Ranked {
  readonly completions: readonly (readonly number[])[];
}

/** Packs prompts, the longest first, so that those of similar length share a pass. */
export function packPrompts(ranked: readonly Ranked[], { microBatchSize, context, share, lanes }: PackOptions): Pass[] {
  const rowsOf = ranked.map(({ completions }) =>
    share ? [rowOf(completions)] : completions.map((ids) => rowOf([ids])),
  );
  const longest = rowsOf.map((rows) => Math.max(...rows.map(({ length }) => length)));
  const order = ranked.map((_, p) => p).sort((a, b) => longest[b]! - longest[a]! || a - b);
  const compiled = (length: number) => (share ? lengthBucket(length) : Math.min(lengthBucket(length), context));
  // Passes of equal size, so that little of them is padding.
  const total = rowsOf.reduce((n, rows) => n + rows.length, 0);
  const size = defaultMicroBatch(total, longest[order[0]!]!, lanes);
  const isFull = (prompts: number, rows: number, next: number) =>
    microBatchSize === undefined ? rows + next > size : prompts >= microBatchSize;

  const passes: Pass[] = [];
  for (let at = 0; at < order.length; ) {
    const T = compiled(longest[order[at]!]!);
    const prompts: number[] = [];
    const rows: AnswerRow[] = [];
    while (at < order.length) {
      const next = rowsOf[order[at]!]!;
      if (prompts.length > 0 && isFull(prompts.length, rows.length, next.length)) break;
      prompts.push(order[at++]!);
      rows.push(...next);
    }
    const answers = prompts.reduce((n, p) => n + ranked[p]!.completions.length, 0);
    const B = Math.max(rows.length, microBatchSize === undefined ? size : 0);
    passes.push({ prompts, rows, B, T, R: Math.ceil(answers / 8) * 8, share });
  }
  return passes;
}

/** The longest common beginning is shared; every answer keeps a token of its own, whose state is scored. */
function rowOf(completions: readonly (readonly number[])[]): AnswerRow {
  const [first] = completions;
  const limit = completions.length === 1 ? 0 : Math.min(...completions.map((ids) => ids.length)) - 1;
  let shared = 0;
  while (shared < limit && completions.every((ids) => ids[shared] === first![shared])) shared++;
  const tails = completions.map((ids) => ids.slice(shared));
  return { shared: first!.slice(0, shared), tails, length: shared + tails.reduce((n, tail) => n + tail.length, 0) };
}

/**
 * ids [B, T]; last [R], the flat place of each answer's last token; where answers share rows also positions [B, T] and
 * segments [B, T]: 0 for what all see, k for the k-th answer, −1 for padding.
 */
export function answerBatch({ rows, B, T, R, share }: Pass): Batch {
  const ids = ndarray("int32", [B, T]);
  const positions = ndarray("int32", [B, T]);
  const segments = ndarray("int32", [B, T], new Int32Array(B * T).fill(-1));
  const last = ndarray("int32", [R]);
  let answer = 0;
  for (const [r, { shared, tails }] of rows.entries()) {
    let at = r * T;
    const put = (tokens: readonly number[], from: number, segment: number) => {
      for (const [i, id] of tokens.entries()) {
        ids.data[at] = id;
        positions.data[at] = from + i;
        segments.data[at++] = segment;
      }
    };
    put(shared, 0, 0);
    for (const [k, tail] of tails.entries()) {
      put(tail, shared.length, k + 1);
      last.data[answer++] = at - 1;
    }
  }
  return share ? { ids, last, positions, segments } : { ids, last };
}

/** The layout of a batch of shared rows: a token sees what stands before it in its own answer and in the shared part. */
export function layoutOf({ positions, segments }: Readonly<Record<string, Tensor>>): Layout | undefined {
  if (positions === undefined || segments === undefined) return undefined;
  const [B, T] = segments.shape as [number, number];
  const [query, key] = [reshape(segments, [B, 1, T, 1]), reshape(segments, [B, 1, 1, T])];
  const before = lessEqual(reshape(iota(T), [1, 1, 1, T]), reshape(iota(T), [1, 1, T, 1]));
  const seen = and(before, or(equal(key, 0), equal(key, query)));
  return { positions, mask: where(seen, 0, hiddenScore) };
}
