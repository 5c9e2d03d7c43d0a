/**
 * Looks at what goes into an environment and comes out of it (gymnasium's PassiveEnvChecker), at every call. Where Gymnasium
 * warns once, this refuses: a NaN, a missing number, a wrong type only ever surfaces later as a training that fails.
 *
 * Bounds of a Box are not looked at: an environment may cut an action (Pendulum does), and an observation may leave its
 * usual range by a reset option. `checkEnv` looks at them too.
 */
import { DataError, PlauditError, sizeOf, UsageError } from "../../base/index.ts";
import type { Env } from "../env.ts";
import { contains } from "../spaces/contains.ts";
import type { Space } from "../spaces/space.ts";
import { describeSpace } from "../spaces/text-form.ts";
import { describe, unwrapped, wrap } from "./wrap.ts";

export function passiveEnvChecker<E extends Env>(env: E): E {
  const { observationSpace, actionSpace } = env;
  const name = describe(unwrapped(env));
  /** Runs a call of the environment; what it throws is told as its, with our own errors as they are. */
  const guarded = <T>(what: string, call: () => T): T => {
    try {
      return call();
    } catch (error) {
      if (error instanceof PlauditError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new DataError(`${name}: ${what} threw: ${why}`, { code: "env-threw", cause: error });
    }
  };
  const refuse = (what: string, help?: string) => new DataError(`${name}: ${what}`, { code: "bad-env-result", help });
  const checkInfo = (what: string, info: unknown) => {
    if (typeof info !== "object" || info === null) throw refuse(`${what} gave ${told(info)} as info, wanted an object`);
  };
  const checkObservation = (what: string, observation: unknown) => {
    const problem = malformed(observationSpace, observation);
    if (problem !== undefined) throw refuse(`${what} gave an observation with ${problem}`);
  };

  return wrap(env, "PassiveEnvChecker", {
    reset(how) {
      const result: unknown = guarded("reset", () => env.reset(how));
      if (!Array.isArray(result) || result.length !== 2) {
        throw refuse(`reset gave ${told(result)}, wanted [observation, info]`, promiseHelp(result));
      }
      checkObservation("reset", result[0]);
      checkInfo("reset", result[1]);
      return result as ReturnType<typeof env.reset>;
    },
    step(action) {
      const wrong = malformed(actionSpace, action);
      if (wrong !== undefined) throw badAction(name, wrong);
      const result: unknown = guarded("step", () => env.step(action));
      if (!Array.isArray(result) || result.length !== 5) {
        const wanted = "[observation, reward, terminated, truncated, info]";
        throw refuse(`step gave ${told(result)}, wanted ${wanted}`, promiseHelp(result));
      }
      const [observation, reward, terminated, truncated, info] = result as unknown[];
      checkObservation("step", observation);
      if (typeof reward !== "number" || !Number.isFinite(reward)) {
        throw refuse(`step gave the reward ${told(reward)}, wanted a finite number`);
      }
      if (typeof terminated !== "boolean") throw refuse(`step gave terminated ${told(terminated)}, wanted a boolean`);
      if (typeof truncated !== "boolean") throw refuse(`step gave truncated ${told(truncated)}, wanted a boolean`);
      checkInfo("step", info);
      return result as ReturnType<typeof env.step>;
    },
  });
}

export const badAction = (name: string, problem: string): UsageError =>
  new UsageError(`${name}: the action is no member of its space: ${problem}`, { code: "bad-action" });

const promiseHelp = (result: unknown): string | undefined =>
  result instanceof Promise ? "environments are synchronous: step must not be async" : undefined;

function told(x: unknown): string {
  if (x instanceof Promise) return "a promise";
  if (Array.isArray(x)) return `a list of ${x.length}`;
  return typeof x === "object" && x !== null ? "an object" : String(x);
}

/** What is wrong with a value for a space, bounds of a Box aside; undefined when nothing is. */
function malformed(space: Space, x: unknown): string | undefined {
  switch (space.kind) {
    case "box": {
      const wanted = sizeOf(space.shape);
      const isList = Array.isArray(x) || ArrayBuffer.isView(x);
      if (!isList) return `${told(x)} for ${describeSpace(space)}`;
      const numbers = x as unknown as ArrayLike<unknown>;
      if (numbers.length !== wanted) return `${numbers.length} numbers instead of ${wanted}`;
      for (let i = 0; i < wanted; i++) {
        if (!Number.isFinite(numbers[i])) return `${told(numbers[i])} at place ${i}, wanted finite numbers`;
      }
      return undefined;
    }
    case "tuple":
    case "dict": {
      if (typeof x !== "object" || x === null) return `${told(x)} for ${describeSpace(space)}`;
      const parts = Object.entries(space.spaces) as [string, Space][];
      if (Object.keys(x).length !== parts.length) return `${Object.keys(x).length} parts instead of ${parts.length}`;
      for (const [key, part] of parts) {
        const problem = malformed(part, Reflect.get(x, key));
        if (problem !== undefined) return `${problem} (in ${key})`;
      }
      return undefined;
    }
    default:
      return contains(space, x) ? undefined : `${told(x)}, which is not in ${describeSpace(space)}`;
  }
}
