import { UsageError } from "../../base/index.ts";
import type { Env, Json } from "../env.ts";
import type { Space } from "../spaces/space.ts";
import { describeSpace, sameSpace } from "../spaces/text-form.ts";
import { describe, restoreTo, snapshotOf, unwrapped } from "../wrappers/wrap.ts";
import { answers, type SavedAnswers } from "./answers.ts";
import { checkActions, checkEnvCount, checkSavedCount, resetPlan } from "./arguments.ts";
import { runner } from "./rows.ts";
import type { VectorEnv, VectorOptions } from "./vector-env.ts";

type Saved = { readonly envs: readonly Json[]; readonly answers: SavedAnswers };

/**
 * Steps environments one after the other in this thread (Gymnasium's SyncVectorEnv).
 *
 * @param makers one function an environment; all must have the same spaces.
 * @throws UsageError `different-spaces`
 */
export function syncVector<O extends Space, A extends Space>(
  makers: readonly (() => Env<O, A>)[],
  { autoreset = "next-step", copy = true }: VectorOptions = {},
): VectorEnv<O, A> {
  const n = makers.length;
  checkEnvCount(n);
  const envs = makers.map((make) => make()) as unknown as readonly Env[];
  const observationSpace = envs[0]!.observationSpace as O;
  const actionSpace = envs[0]!.actionSpace as A;
  for (const env of envs) checkSame(env, envs[0]!);
  const out = answers(observationSpace, n, copy);
  const run = runner(envs, out.rows, 0, autoreset, out.tell);

  const vector: VectorEnv<O, A> = {
    numEnvs: n,
    singleObservationSpace: observationSpace,
    singleActionSpace: actionSpace,
    autoreset,
    name: "SyncVectorEnv",
    reset(how = {}) {
      const { seeds, isReset, options } = resetPlan(how, n);
      out.begin();
      for (let i = 0; i < n; i++) if (isReset(i)) run.reset(i, seeds[i], options);
      return out.reset();
    },
    step(actions) {
      checkActions(actionSpace, actions, n, describe(unwrapped(envs[0]!)));
      out.begin();
      run.step(actions as ArrayLike<number>);
      return out.step();
    },
    render: () => envs.map((env) => env.render?.() ?? ""),
    close() {
      for (const env of envs) env.close?.();
    },
    snapshot: (): Saved => ({ envs: envs.map((env) => snapshotOf(env)), answers: out.save() }),
    restore(state) {
      const saved = state as Saved;
      checkSavedCount(saved.envs.length, n);
      envs.forEach((env, i) => {
        restoreTo(env, saved.envs[i]!);
      });
      out.load(saved.answers);
    },
  };
  return vector;
}

function checkSame(env: Pick<Env, "observationSpace" | "actionSpace">, first: typeof env): void {
  for (const which of ["observationSpace", "actionSpace"] as const) {
    if (sameSpace(env[which], first[which])) continue;
    const [a, b] = [first[which], env[which]].map(describeSpace);
    throw new UsageError(`the environments of a vector must have the same ${which}, got ${a} and ${b}`, {
      code: "different-spaces",
    });
  }
}
