/** Which actions are possible, as a part of what is seen: where learners look for it (PettingZoo's and RLlib's way). */
import { UsageError } from "../../base/index.ts";
import type { Env, Info, Step } from "../env.ts";
import { dict, multiBinary } from "../spaces/build.ts";
import type { Dict, MultiBinary, Space } from "../spaces/space.ts";
import { describeSpace } from "../spaces/text-form.ts";
import { describe, type Observing, wrap } from "./wrap.ts";

/** What was seen, and a 1 for each action that is possible; several choices at once have their masks side by side. */
export type Masked<O extends Space> = Dict<{ readonly actionMask: MultiBinary; readonly observation: O }>;

/**
 * Puts the mask of possible actions into the observation: `{ actionMask, observation }`.
 *
 * @param maskOf says the mask of now. Default: the environment says it itself, in `info.actionMask` (Taxi does)
 * @throws UsageError `bad-space` where actions cannot be counted; `bad-action-mask`, from `reset` and `step`, for a mask that is
 *   missing, of another length, or that leaves nothing to choose before the end
 */
export function maskedObservation<E extends Env>(
  env: E,
  maskOf?: (env: E) => ArrayLike<number>,
): Observing<E, Masked<E["observationSpace"]>> {
  const choices = choicesOf(env.actionSpace);
  const total = choices.reduce((a, b) => a + b, 0);
  const seen = (observation: unknown, info: Info, isOver: boolean) => {
    const mask = (maskOf?.(env) ?? info.actionMask) as ArrayLike<number> | undefined;
    const actionMask = Uint8Array.from(mask ?? [], Number);
    let at = 0;
    const hasChoice = () =>
      choices.every((n) => {
        at += n;
        return actionMask.subarray(at - n, at).includes(1);
      });
    if (actionMask.length === total && (isOver || hasChoice())) return { actionMask, observation };
    throw badMask(env, mask, total);
  };
  return wrap(env, "MaskedObservation", {
    observationSpace: dict({ actionMask: multiBinary(total), observation: env.observationSpace as Space }),
    reset(how) {
      const [observation, info] = env.reset(how);
      return [seen(observation, info, false), info];
    },
    step(action) {
      const [observation, ...rest] = env.step(action) as Step;
      return [seen(observation, rest[3], rest[1] || rest[2]), ...rest];
    },
  });
}

function choicesOf(actions: Space): readonly number[] {
  if (actions.kind === "discrete") return [actions.n];
  if (actions.kind === "multi-discrete") return actions.nvec;
  throw new UsageError(`only actions that can be counted can be masked, got ${describeSpace(actions)}`, {
    code: "bad-space",
    help: "discretizeAction makes a Box countable",
  });
}

const badMask = (env: Env, mask: ArrayLike<number> | undefined, total: number) =>
  new UsageError(
    mask === undefined
      ? `${describe(env)} does not say which actions are possible`
      : `wanted a mask of ${total} zeros and ones with something to choose, got [${Array.from(mask).join(", ")}]`,
    {
      code: "bad-action-mask",
      help: "let reset and step say info.actionMask, or give maskedObservation a function that does",
    },
  );
