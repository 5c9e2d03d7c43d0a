/** What the studio does besides labelling: it watches runs, starts them, and uses their models. */
import { exportRows, type JudgementEntry, type Store, type TaskData, type WordEntry } from "../feedback/index.ts";
import { type ModelCache, modelCache } from "./models/cache.ts";
import { promptsOf } from "./models/prompts.ts";
import { type Samplings, samplings } from "./models/sampling.ts";
import { type Trials, trials } from "./models/trials.ts";
import { type MetricsReader, metricsReader } from "./runs/metrics.ts";
import type { Program } from "./runs/processes.ts";
import { type Queue, runQueue } from "./runs/queue.ts";
import type { CommandSchemas, DataKind } from "./runs/request.ts";
import { type SamplesReader, samplesReader } from "./runs/samples.ts";
import { type Trainings, trainings } from "./runs/training.ts";
import { watchRuns } from "./runs/watch.ts";

export interface Workshop {
  readonly project: string;
  readonly queue: Queue;
  readonly trainings: Trainings;
  readonly metrics: MetricsReader;
  readonly samples: SamplesReader;
  readonly models: ModelCache;
  readonly samplings: Samplings;
  readonly trials: Trials;
  /** Runs go on; models are given back. */
  close(): void;
}

export interface WorkshopOptions {
  readonly store: Store;
  /** How the program is run, for trainings: an executable and its first words. */
  readonly program: Program;
  /** The options of the commands that the page may start. */
  readonly commands: CommandSchemas;
  /** Where models are opened and kept. Default: those of the project. */
  readonly models?: ModelCache | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly addTasks: (tasks: readonly TaskData[], by: string) => Promise<number>;
  readonly onChange: (run: string) => void;
  readonly isHeard: () => boolean;
  readonly log: (error: unknown) => void;
}

export function createWorkshop(options: WorkshopOptions): Workshop {
  const { store, program, commands, now, newId, addTasks, onChange, isHeard, log } = options;
  const { project } = store;
  const models = options.models ?? modelCache({ project });
  const queue = runQueue({ project, program, now, onChange });
  const sampled = samplings({ models, newId, addTasks, log });
  const tried = trials({ models, newId, log });
  const exportData = (kind: DataKind) => rowsOf(store, kind);
  const stopWatching = watchRuns(project, { isHeard, onChange });
  return {
    project,
    queue,
    trainings: trainings({ project, program, schemas: commands, queue, exportData, newId }),
    metrics: metricsReader(),
    samples: samplesReader(),
    models,
    samplings: sampled,
    trials: tried,
    close() {
      stopWatching();
      queue.close();
      sampled.close();
      tried.close();
      models.close();
    },
  };
}

/** The project's rows to learn from. Simulated annotators are for rehearsals: nothing is learnt from them unasked. */
async function* rowsOf(store: Store, kind: DataKind): AsyncGenerator<object> {
  const tasks = await store.tasks();
  if (kind === "prompts") for (const prompt of promptsOf(tasks)) yield { prompt };
  else yield* exportRows(await store.words(), tasks, { format: kind });
}

export const isJudgement = (word: WordEntry): word is JudgementEntry => word.kind === "judgement";
