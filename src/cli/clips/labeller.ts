/** Who answers the questions of `plaudit clips`. */
import { basename } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { clipTasksOf, openStore, storeLabeller, withdrawTasks } from "../../feedback/index.ts";
import { type LabellerOf, syntheticLabeller } from "../../rl/index.ts";
import { type Context, isLive, type Progress } from "../frame/index.ts";
import { databaseFlag, requireProject } from "../project/require-project.ts";
import { memoryBook, type Queue, queueOf, storeBook } from "./book.ts";
import { openDesk } from "./desk.ts";

export const labellerFlags = {
  labeller: z
    .enum(["synthetic", "terminal", "studio"])
    .default("synthetic")
    .describe("who answers: a formula that knows the reward, you here, or people in the studio of --project"),
  project: z
    .string()
    .min(1)
    .optional()
    .describe("the project whose journal takes people's answers")
    .meta({ value: "DIR" }),
  database: databaseFlag,
  by: z.string().min(1).default("me").describe("terminal: who answers").meta({ value: "NAME" }),
  question: z.string().min(1).optional().describe("what people are asked (default: which of the two does better)"),
  overlap: z.int().min(1).optional().describe("studio: people who answer each pair (default: the project's)"),
  rationality: z
    .number()
    .positive()
    .optional()
    .describe("synthetic: β, how surely the better clip is taken (default: always)"),
  myopia: z.number().gt(0).max(1).default(1).describe("synthetic: γ, what a step counts less than the next one"),
  mistakes: z.number().min(0).max(1).default(0).describe("synthetic: ε, share of answers that are mixed up"),
  skipThreshold: z.number().optional().describe("synthetic: cannot tell where neither clip's reward is as large"),
  equalThreshold: z
    .number()
    .min(0)
    .default(0)
    .describe("synthetic: rewards of two clips that differ by no more are equal"),
};
type Options = z.infer<z.ZodObject<typeof labellerFlags>> & { readonly seed: number; readonly env: string };

export interface OpenLabeller {
  readonly labeller: LabellerOf;
  /** Fires when nobody is to be waited for any more. */
  readonly left?: AbortSignal;
  /** Where the run's progress is shown, if not where it usually is. */
  readonly progress?: Progress;
  /** The run is over: what nobody has answered is asked no more. */
  withdraw(): Promise<void>;
  close(): Promise<void>;
}

/** @throws UsageError `missing-flag`, `no-project`, `needs-terminal` before anything is begun */
export function checkLabeller({ labeller, project }: Options, { json, env }: Context): void {
  if (project !== undefined) requireProject(project, "and plaudit studio lets people answer");
  if (labeller === "studio" && project === undefined) {
    throw new UsageError("--labeller studio needs the project whose people are asked", {
      code: "missing-flag",
      where: "--project",
      help: "plaudit init DIR makes one; then --project DIR",
    });
  }
  const { stdin, stdout } = process;
  if (labeller !== "terminal" || (!json && stdin.isTTY && isLive(stdout, env))) return;
  throw new UsageError("answering about clips needs a terminal: pictures move, and keys are read one by one", {
    code: "needs-terminal",
    help: "run it in a terminal without --json, or let others answer: --labeller studio, --labeller synthetic",
  });
}

/** @param run the folder of the run, by whose name the project knows who asks */
export async function openLabeller(options: Options, run: string, context: Context): Promise<OpenLabeller> {
  const { labeller, project, database, env, overlap, question = `Which clip of ${env} does better?` } = options;
  if (labeller === "synthetic") return { labeller: synthetic(options), withdraw: nothing, close: nothing };
  const now = () => context.now();
  const store = project === undefined ? undefined : await openStore(project, { now, database });
  const close = async () => void (await store?.close());
  const by = basename(run);
  const withdraw = async () => void (store && (await withdrawTasks(store, { under: clipTasksOf(by), by, now })));
  if (labeller === "studio") {
    return { labeller: () => storeLabeller(store!, { by, question, overlap, now }), withdraw, close };
  }
  let queue: Queue | undefined; // there as soon as the run knows what was said before
  const desk = await openDesk({ question, now, outside: context.progress, queue: () => queue });
  return {
    labeller: ({ answers }) => {
      const book = store ? storeBook(store, { by, question, person: options.by, now }) : memoryBook(answers);
      queue = queueOf(book);
      return queue.labeller;
    },
    ...{ left: desk.left, progress: desk.progress, withdraw },
    async close() {
      desk.close();
      await desk.settled();
      await close();
    },
  };
}

const nothing = async () => {};

function synthetic({ seed, rationality, myopia, mistakes, skipThreshold, equalThreshold }: Options): LabellerOf {
  return syntheticLabeller({
    ...{ seed, myopia, mistakes, equalThreshold },
    ...(rationality !== undefined && { rationality }),
    ...(skipThreshold !== undefined && { skipThreshold }),
  });
}
