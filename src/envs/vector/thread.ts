/** Runs beside the program, see threads.ts: steps some of the environments whenever `control` says so. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type CarriedError, carryError, DataError, PlauditError, UsageError } from "../../base/index.ts";
import type { Env, Json } from "../env.ts";
import { make } from "../registry.ts";
import { restoreTo, snapshotOf } from "../wrappers/wrap.ts";
import { type Rows, type Runner, runner } from "./rows.ts";
import { type Asked, type EnvSource, roomIn, type ThreadData, type Told, threadMemory, word } from "./thread-memory.ts";

const { source, autoreset, first, count, n, index, control } = workerData as ThreadData;
const parent = parentPort!;

async function makerOf(from: EnvSource): Promise<() => Env> {
  if ("id" in from) return () => make(from.id, from.options);
  const name = from.export ?? "default";
  const found: unknown = (await import(from.module))[name];
  if (typeof found !== "function") {
    throw new UsageError(`${from.module} exports no function ${name} that makes an environment`, {
      code: "bad-env-option",
    });
  }
  return () => make(found(from.options) as Env);
}

/** What an environment throws is its author's matter, whatever it is. */
const errorOf = (error: unknown): CarriedError =>
  carryError(
    error instanceof PlauditError
      ? error
      : new DataError(error instanceof Error ? error.message : String(error), { code: "env-threw" }),
  );

/** Serves until it is told to end. */
function serve(
  envs: readonly Env[],
  run: Runner,
  memory: { rows: Rows; actions: never },
  heard: Told["infos"][number][],
  port: MessagePort,
): void {
  for (;;) {
    Atomics.wait(control, index, word.rest);
    const wanted = Atomics.load(control, index);
    if (wanted === word.rest) continue; // woken by the notice of a rest that was seen already
    if (wanted === word.end) return;
    if (wanted === word.told) {
      Atomics.wait(control, index, word.told); // until the program has read it
      continue;
    }
    heard.length = 0;
    let told: Partial<Told> = {};
    try {
      if (wanted === word.step) run.step(memory.actions);
      else told = answer(envs, run, receiveMessageOnPort(port)!.message as Asked);
    } catch (error) {
      told = { error: errorOf(error) };
    }
    const silent = heard.length === 0 && Object.keys(told).length === 0;
    if (!silent) port.postMessage({ infos: heard, ...told } satisfies Told);
    Atomics.store(control, index, silent ? word.rest : word.told);
    Atomics.notify(control, index);
  }
}

function answer(envs: readonly Env[], run: Runner, asked: Asked): Partial<Told> {
  if ("snapshot" in asked) return { snapshot: envs.map(snapshotOf) };
  if ("restore" in asked) {
    envs.forEach((env, j) => {
      restoreTo(env, asked.restore[j] as Json);
    });
    return {};
  }
  for (const { i, seed } of asked.reset) run.reset(i, seed, asked.options);
  return {};
}

try {
  const makeOne = await makerOf(source);
  const envs = Array.from({ length: count }, makeOne);
  const { observationSpace, actionSpace } = envs[0]!;
  parent.postMessage({ spaces: [observationSpace, actionSpace] });
  parent.once("message", ({ memory: buffer, port }: { memory: SharedArrayBuffer; port: MessagePort }) => {
    const memory = threadMemory(observationSpace, actionSpace, n, roomIn(buffer));
    const heard: Told["infos"][number][] = [];
    const run = runner(envs, memory.rows, first, autoreset, (i, info, final) => {
      if (Object.keys(info).length > 0 || final !== undefined) heard.push({ i, info, final });
    });
    serve(envs, run, memory as never, heard, port);
    for (const env of envs) env.close?.();
    port.close();
  });
} catch (error) {
  parent.postMessage({ error: errorOf(error) });
}
