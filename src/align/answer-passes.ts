/**
 * Several answers to one prompt as one piece of a row: the prompt's tokens are read once, each answer sees the prompt and
 * itself. Pieces are packed into rows, so that little is padding. The scores are those of the answers read one by one, for
 * about half of the tokens where answers are short.
 */
import { and, equal, iota, lessEqual, or, reshape, type Tensor, where } from "../engine/graph/index.ts";
import type { Layout } from "../models/index.ts";
import { hiddenScore } from "../nn/index.ts";
import { type Batch, defaultMicroBatch, lengthBucket, ndarray, passesFor } from "../train/index.ts";

/** Tokens that all its answers share, then what each has of its own. */
interface Piece {
  readonly prompt: number;
  readonly shared: readonly number[];
  readonly tails: readonly (readonly number[])[];
  readonly length: number;
}

/** What goes through the network together: all passes of one shape are compiled once. */
export interface Pass {
  readonly rows: readonly (readonly Piece[])[];
  /** Which prompts, in the order of the rows; all answers of a prompt are in one pass. */
  readonly prompts: readonly number[];
  /** Rows, tokens a row and answers as compiled; what is not used is padding. */
  readonly B: number;
  readonly T: number;
  readonly R: number;
  readonly share: boolean;
}

export interface PackOptions {
  /** Prompts a pass; default: as many as make about 640 tokens. */
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

/** Puts prompts with all their answers into passes. */
export function packPrompts(ranked: readonly Ranked[], options: PackOptions): Pass[] {
  return options.share ? packShared(ranked, options) : packApart(ranked, options);
}

/** Pieces in passes of as many tokens each, and there in rows. */
function packShared(ranked: readonly Ranked[], { microBatchSize, lanes = 1 }: PackOptions): Pass[] {
  const pieces = ranked.map(({ completions }, p) => pieceOf(p, completions)).sort((a, b) => b.length - a.length);
  const tokens = pieces.reduce((n, { length }) => n + length, 0);
  const count = microBatchSize === undefined ? passesFor(tokens, lanes) : Math.ceil(pieces.length / microBatchSize);
  const parts = Array.from({ length: Math.min(count, pieces.length) }, () => ({ pieces: [] as Piece[], tokens: 0 }));
  for (const piece of pieces) {
    const open = parts.filter((part) => microBatchSize === undefined || part.pieces.length < microBatchSize);
    const least = open.reduce((a, b) => (b.tokens < a.tokens ? b : a));
    least.pieces.push(piece);
    least.tokens += piece.length;
  }
  return parts.map((part) => {
    const { rows, T } = cheapestRows(part.pieces);
    return pass(rows, { B: rows.length, T, share: true });
  });
}

/** Rows of the length that costs least: longer ones have less padding, and more of them is attention. */
function cheapestRows(pieces: readonly Piece[]): { rows: Piece[][]; T: number } {
  const tokens = pieces.reduce((n, { length }) => n + length, 0);
  let best: { rows: Piece[][]; T: number; cost: number } | undefined;
  for (let T = lengthBucket(pieces[0]!.length); ; T = lengthBucket(T + 1)) {
    const rows = firstFit(pieces, T);
    const cost = rows.length * T * (1 + T / 600); // attention is a seventh of a pass at 96 tokens a row
    if (best === undefined || cost < best.cost) best = { rows, T, cost };
    if (rows.length === 1 || T > 2 * tokens) return best;
  }
}

/** Longest first, each into the first row that has room. */
function firstFit(pieces: readonly Piece[], T: number): Piece[][] {
  const rows: { pieces: Piece[]; room: number }[] = [];
  for (const piece of pieces) {
    let row = rows.find(({ room }) => room >= piece.length);
    if (row === undefined) {
      row = { pieces: [], room: T };
      rows.push(row);
    }
    row.pieces.push(piece);
    row.room -= piece.length;
  }
  return rows.map((row) => row.pieces);
}

/** Every answer a row, prompts with the longest first, so that those of similar length share a pass. */
function packApart(ranked: readonly Ranked[], { microBatchSize, context, lanes }: PackOptions): Pass[] {
  const rowsOf = ranked.map(({ completions }, p) => completions.map((ids) => [pieceOf(p, [ids])]));
  const longest = ranked.map(({ completions }) => Math.max(...completions.map(({ length }) => length)));
  const order = ranked.map((_, p) => p).sort((a, b) => longest[b]! - longest[a]! || a - b);
  const total = rowsOf.reduce((n, rows) => n + rows.length, 0);
  const size = defaultMicroBatch(total, longest[order[0]!]!, lanes);
  const isFull = (prompts: number, rows: number, next: number) =>
    microBatchSize === undefined ? rows + next > size : prompts >= microBatchSize;

  const passes: Pass[] = [];
  for (let at = 0; at < order.length; ) {
    const T = Math.min(lengthBucket(longest[order[at]!]!), context);
    const rows: Piece[][] = [];
    for (let prompts = 0; at < order.length; prompts++) {
      const next = rowsOf[order[at]!]!;
      if (prompts > 0 && isFull(prompts, rows.length, next.length)) break;
      rows.push(...next);
      at++;
    }
    const B = Math.max(rows.length, microBatchSize === undefined ? size : 0);
    passes.push(pass(rows, { B, T, share: false }));
  }
  return passes;
}

function pass(rows: readonly (readonly Piece[])[], shape: Pick<Pass, "B" | "T" | "share">): Pass {
  const pieces = rows.flat();
  const answers = pieces.reduce((n, { tails }) => n + tails.length, 0);
  const prompts = [...new Set(pieces.map(({ prompt }) => prompt))];
  return { rows, prompts, ...shape, R: Math.ceil(answers / 8) * 8 };
}

/** The longest common beginning is shared; every answer keeps a token of its own, whose state is scored. */
function pieceOf(prompt: number, completions: readonly (readonly number[])[]): Piece {
  const [first] = completions;
  const limit = completions.length === 1 ? 0 : Math.min(...completions.map((ids) => ids.length)) - 1;
  let shared = 0;
  while (shared < limit && completions.every((ids) => ids[shared] === first![shared])) shared++;
  const tails = completions.map((ids) => ids.slice(shared));
  const length = shared + tails.reduce((n, tail) => n + tail.length, 0);
  return { prompt, shared: first!.slice(0, shared), tails, length };
}

/**
 * ids [B, T]; last [R], the flat place of each answer's last token. Where answers share rows also positions [B, T];
 * segments [B, T], another number for each beginning and each answer of a row, −1 for padding; and beginnings [B, T]: the
 * segment of the beginning that a token's answer goes on from, its own in a beginning.
 */
export function answerBatch({ rows, B, T, R, share }: Pass): Batch {
  const ids = ndarray("int32", [B, T]);
  const positions = ndarray("int32", [B, T]);
  const segments = ndarray("int32", [B, T], new Int32Array(B * T).fill(-1));
  const beginnings = ndarray("int32", [B, T], new Int32Array(B * T).fill(-1));
  const last = ndarray("int32", [R]);
  let answer = 0;
  for (const [r, pieces] of rows.entries()) {
    let at = r * T;
    let segment = 0;
    for (const { shared, tails } of pieces) {
      const beginning = segment++;
      const put = (tokens: readonly number[], from: number, own: number) => {
        for (const [i, id] of tokens.entries()) {
          ids.data[at] = id;
          positions.data[at] = from + i;
          segments.data[at] = own;
          beginnings.data[at++] = beginning;
        }
      };
      put(shared, 0, beginning);
      for (const tail of tails) {
        put(tail, shared.length, segment++);
        last.data[answer++] = at - 1;
      }
    }
  }
  return share ? { ids, last, positions, segments, beginnings } : { ids, last };
}

/** The layout of a batch of shared rows: a token sees what stands before it in its own answer and in its beginning. */
export function layoutOf({ positions, segments, beginnings }: Readonly<Record<string, Tensor>>): Layout | undefined {
  if (positions === undefined || segments === undefined || beginnings === undefined) return undefined;
  const [B, T] = segments.shape as [number, number];
  const ofQuery = (x: Tensor) => reshape(x, [B, 1, T, 1]);
  const key = reshape(segments, [B, 1, 1, T]);
  const before = lessEqual(reshape(iota(T), [1, 1, 1, T]), reshape(iota(T), [1, 1, T, 1]));
  const seen = and(before, or(equal(key, ofQuery(segments)), equal(key, ofQuery(beginnings))));
  return { positions, mask: where(seen, 0, hiddenScore) };
}
