/** Opened models, kept between requests: the few that were used last. What is dropped gives its native memory back. */
import { statSync } from "node:fs";
import { UsageError } from "../../base/index.ts";
import { type Generator, generator } from "../../generate/index.ts";
import { type LanguageModel, loadModel } from "../../models/index.ts";
import { scorer } from "../../rewards/index.ts";
import { findModel, weightsFile } from "./list.ts";

/** A model that writes. Its generator serves one call after the other. */
export interface Writer {
  readonly model: LanguageModel;
  readonly writer: Generator;
}
/** A reward model. Rows of tokens in, a score each; calls wait for each other. */
export interface Judge {
  readonly model: LanguageModel;
  score(rows: readonly (readonly number[])[]): Promise<number[]>;
}

/** Something borrowed from the cache: it stays open until it is released. Releasing it again changes nothing. */
export type Borrowed<T> = T & { release(): void };

export interface ModelCache {
  /** Throws `missing-model`, `not-a-language-model`, and what is wrong with the folder. */
  writer(id: string): Borrowed<Writer>;
  /** Throws `missing-model`, `not-a-reward-model`, and what is wrong with the folder. */
  judge(id: string): Borrowed<Judge>;
  /** Disposes what nobody uses now, and the rest when it is released. */
  close(): void;
}

export interface CacheOptions {
  readonly project: string;
  /** Models that stay open. Default 3: two to compare and a reward model. */
  readonly limit?: number;
  /** Opens a model folder. Default: with ONNX Runtime. */
  readonly open?: (folder: string) => Opened;
}

/** What a head can do, and how its memory is given back. */
export interface Opened extends Partial<Writer>, Partial<Pick<Judge, "score">> {
  readonly model: LanguageModel;
  dispose(): void;
}

interface Entry {
  readonly opened: Opened;
  /** Of the weights: a run that goes on replaces its model. */
  readonly stamp: string;
  users: number;
  retired: boolean;
}

export function modelCache({ project, limit = 3, open = openFolder }: CacheOptions): ModelCache {
  const entries = new Map<string, Entry>(); // by folder, the one used last at the end

  function borrow(folder: string): { entry: Entry; release(): void } {
    const { mtimeMs, size } = statSync(weightsFile(folder));
    const stamp = `${mtimeMs} ${size}`;
    const before = entries.get(folder);
    if (before && before.stamp !== stamp) retire(folder, before);
    const entry = entries.get(folder) ?? { opened: open(folder), stamp, users: 0, retired: false };
    entries.delete(folder);
    entries.set(folder, entry);
    entry.users++;
    for (const [other, old] of entries) {
      if (entries.size <= limit) break;
      retire(other, old);
    }
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      entry.users--;
      if (entry.retired && entry.users === 0) entry.opened.dispose();
    };
    return { entry, release };
  }

  function retire(folder: string, entry: Entry): void {
    entries.delete(folder);
    entry.retired = true;
    if (entry.users === 0) entry.opened.dispose();
  }

  return {
    writer(id) {
      const { entry, release } = borrow(findModel(project, id).folder);
      const { model, writer } = entry.opened;
      if (writer) return { model, writer, release };
      release();
      throw new UsageError("this model scores; one that writes is wanted", { code: "not-a-language-model", where: id });
    },
    judge(id) {
      const { entry, release } = borrow(findModel(project, id).folder);
      const { model, score } = entry.opened;
      if (score) return { model, score, release };
      release();
      throw new UsageError("this is no reward model", { code: "not-a-reward-model", where: id });
    },
    close() {
      for (const [folder, entry] of entries) retire(folder, entry);
    },
  };
}

function openFolder(folder: string): Opened {
  const model = loadModel(folder);
  if (model.head === "lm") {
    const writer = generator(model);
    return { model, writer, dispose: writer.dispose };
  }
  if (model.network.labels) return { model, dispose: () => {} };
  const { score, dispose } = scorer(model);
  let last: Promise<unknown> = Promise.resolve();
  return {
    model,
    score(rows) {
      const mine = last.then(() => score(rows));
      last = mine.catch(() => {});
      return mine;
    },
    dispose,
  };
}
