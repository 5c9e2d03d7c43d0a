// A process of people who label over HTTP: each gets tasks, answers the first, and does so every second. It reads a
// `Labelling` from its argument and prints what came of it, a `Labelled`, as JSON.
import { setTimeout as pause } from "node:timers/promises";
import { stream } from "../../src/base/index.ts";
import { type Form, ulid } from "../../src/feedback/index.ts";
import { type Browser, enter } from "./browser.ts";
import { repliesTo } from "./crowd.ts";

export interface Labelling {
  readonly base: string;
  /** One for each annotator, as the terminal shows them. */
  readonly links: readonly string[];
  readonly form: Form;
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface Labelled {
  /** Milliseconds that each request took after the warm-up. */
  readonly leases: readonly number[];
  readonly answers: readonly number[];
  /** Cycles that could not begin in their second, because the one before was not over. */
  readonly late: number;
  /** Requests that went wrong, the warm-up's included, and what the first of them said. */
  readonly failed: number;
  readonly errors: readonly string[];
}

interface Leased {
  readonly tasks: readonly { readonly task: string; readonly completions: readonly unknown[] }[];
}

async function label({ base, links, form, warmupSeconds, seconds, seed }: Labelling): Promise<Labelled> {
  const [leases, answers, errors]: [number[], number[], string[]] = [[], [], []];
  let late = 0;
  const people: Browser[] = [];
  for (const [i, link] of links.entries()) people.push(await enter(base, link, `annotator-${i}`));
  const begin = performance.now();
  const measured = begin + 1000 * warmupSeconds;
  const end = measured + 1000 * seconds;
  const work = async ({ call, close }: Browser, i: number) => {
    const random = stream(seed, "annotator", i);
    const timed = async <T>(times: number[], counts: boolean, route: string, body: object): Promise<T> => {
      const asked = performance.now();
      const reply = await call<T>(route, body);
      if (counts) times.push(performance.now() - asked);
      return reply;
    };
    const cycle = async (counts: boolean) => {
      const count = 1 + random.integer(3);
      const [task] = (await timed<Leased>(leases, counts, "POST /api/leases", { count })).tasks;
      if (!task) throw new Error("no task was left");
      const groups = [...random.permutation(task.completions.length)].map((k) => [k]);
      const word = { id: ulid(Date.now(), random), kind: "judgement", task: task.task, seconds: 1, groups };
      const replies = repliesTo(form, task.completions.length, random);
      await timed(answers, counts, "POST /api/words", { ...word, ...replies });
    };
    for (let next = begin + 1000 * random.uniform(); next < end; next += 1000) {
      const left = next - performance.now();
      const counts = next >= measured;
      if (left > 0) await pause(left);
      else late += Number(counts);
      await cycle(counts).catch((error: Error) => errors.push(error.message));
    }
    close();
  };
  await Promise.all(people.map(work));
  return { leases, answers, late, failed: errors.length, errors: errors.slice(0, 10) };
}

const labelled = label(JSON.parse(process.argv[2]!));
void labelled.then((all) => process.stdout.write(`${JSON.stringify(all)}\n`));
