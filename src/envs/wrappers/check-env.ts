/** A thorough look at an environment of one's own, before a learner spends hours on it (gymnasium/utils/env_checker.py). */
import { DataError, PlauditError, type Problem } from "../../base/index.ts";
import type { Env, Json, Step } from "../env.ts";
import { contains } from "../spaces/contains.ts";
import { type Sampler, sampler } from "../spaces/sampler.ts";
import type { Space } from "../spaces/space.ts";
import { describeSpace } from "../spaces/text-form.ts";
import { passiveEnvChecker } from "./passive-checker.ts";
import { describe, restoreTo, snapshotOf, unwrapped } from "./wrap.ts";

export interface CheckOptions {
  /** Default 123. */
  readonly seed?: number | undefined;
  /** Random steps to take, default 200. */
  readonly steps?: number | undefined;
}

/**
 * Makes the environment several times and looks whether every call gives what its spaces promise, bounds included; the same
 * seed and actions give the same episode; and, where it can be saved, a restored one goes on bit by bit.
 *
 * @throws DataError `bad-env-result` with every problem found.
 */
export function checkEnv(makeOne: () => Env, { seed = 123, steps = 200 }: CheckOptions = {}): void {
  const name = describe(unwrapped(makeOne()));
  const problems: Problem[] = [];
  const found = (message: string, help?: string) => {
    if (!problems.some((problem) => problem.message === message)) {
      problems.push({ code: "bad-env-result", message, where: name, help });
    }
  };
  const attempt = <T>(what: () => T): T | undefined => {
    try {
      return what();
    } catch (error) {
      if (!(error instanceof PlauditError)) throw error;
      found(error.message, error.help);
      return undefined;
    }
  };

  const one = attempt(() => walk(passiveEnvChecker(makeOne()), seed, steps, found));
  const two = attempt(() => walk(passiveEnvChecker(makeOne()), seed, steps, found));
  if (one !== undefined && two !== undefined) {
    const at = one.findIndex((line, i) => line !== two[i]);
    if (at === 0)
      found(
        "two resets with the same seed gave different observations",
        "draw from a generator that reset makes of its seed",
      );
    else if (at > 0)
      found(
        `the same seed and actions gave different results at call ${at}`,
        "draw from a generator that reset makes of its seed, and share nothing between environments",
      );
    if (makeOne().snapshot !== undefined) attempt(() => resume(makeOne, seed, Math.floor(steps / 2), found));
  }
  if (problems.length === 0) return;
  throw new DataError(
    `${name} has ${problems.length} problem${problems.length > 1 ? "s" : ""}: ${problems.map(({ message }) => message).join("; ")}`,
    {
      code: "bad-env-result",
      problems,
    },
  );
}

type Found = (message: string, help?: string) => void;

/** Everything that a number of random steps gave, one line a call. */
function walk(env: Env, seed: number, steps: number, found: Found): string[] {
  const actions = sampler(env.actionSpace as Space, seed);
  const lines = [line(env.reset({ seed }), env, found)];
  const drawn = env.render?.();
  if (drawn !== undefined && typeof drawn !== "string" && !Array.isArray(drawn.shapes)) {
    found("render gave neither text nor a drawing");
  }
  for (let i = 0; i < steps; i++) lines.push(...advance(env, actions, found));
  env.close?.();
  return lines;
}

/** A step, and a reset where it was the last. */
function advance(env: Env, actions: Sampler, found: Found): string[] {
  const result = env.step(actions.sample());
  const lines = [line(result, env, found)];
  if (result[2] || result[3]) lines.push(line(env.reset(), env, found));
  return lines;
}

function line(result: Step | readonly [unknown, unknown], env: Env, found: Found): string {
  const space: Space = env.observationSpace;
  if (!contains(space, result[0])) {
    found(
      `an observation is not in ${describeSpace(space)}: ${told(result[0])}`,
      "widen the space's bounds, or mend the observation",
    );
  }
  return told(result);
}

const told = (x: unknown): string =>
  JSON.stringify(x, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as never) : value));

/** Whether one that was restored half-way goes on as the one that was saved. */
function resume(makeOne: () => Env, seed: number, steps: number, found: Found): void {
  const [before, after] = [makeOne(), makeOne()];
  const actions = sampler(before.actionSpace as Space, seed);
  before.reset({ seed });
  for (let i = 0; i < steps; i++) advance(before, actions, () => {});
  const state = JSON.parse(JSON.stringify(snapshotOf(before))) as Json;
  restoreTo(after, state);
  for (let i = 0; i < steps; i++) {
    const saved = actions.save();
    const one = advance(before, actions, () => {});
    actions.load(saved);
    const two = advance(after, actions, () => {});
    if (told(one) === told(two)) continue;
    found(
      "after restore(snapshot()) it went on differently",
      "a snapshot must hold all that moves, the generator included",
    );
    return;
  }
}
