import type { Info } from "../env.ts";
import { copyBatch, emptyBatch, type Room } from "../spaces/batch.ts";
import { box, multiBinary } from "../spaces/build.ts";
import type { AnyBatch, Batch, Space } from "../spaces/space.ts";
import { copier } from "./copies.ts";
import { addInfo, markInfo } from "./infos.ts";
import type { Rows } from "./rows.ts";
import type { VectorInfo, VectorStep } from "./vector-env.ts";

/** Gathers what n environments say and hands it out, in arrays of its own (`copy`) or the same ones every time. */
export interface Answers<O extends Space> {
  readonly rows: Rows;
  /** Begins a new answer. */
  begin(): void;
  tell(i: number, info: Info, final?: Info): void;
  reset(): [Batch<O>, VectorInfo<O>];
  step(): VectorStep<O>;
}

export function answers<O extends Space>(
  space: O,
  n: number,
  copy: boolean,
  rows: Rows = newRows(space, n),
): Answers<O> {
  let infos: Record<string, unknown> = {};
  const own = copy ? copier() : <T>(array: T): T => array;
  const ownBatch = (batch: AnyBatch) => (copy ? copyBatch(space, batch, own) : batch) as Batch<O>;
  return {
    rows,
    begin() {
      infos = {};
    },
    tell(i, info, final) {
      if (final !== undefined) {
        infos.finalObs ??= rows.finalObservations;
        markInfo(infos, "finalObs", i, n);
        addInfo(infos, { finalInfo: final }, i, n);
      }
      addInfo(infos, info, i, n);
    },
    reset: () => [ownBatch(rows.observations), infos as VectorInfo<O>],
    step() {
      if (copy && infos.finalObs !== undefined) infos.finalObs = ownBatch(rows.finalObservations);
      return [
        ownBatch(rows.observations),
        own(rows.rewards),
        own(rows.terminated),
        own(rows.truncated),
        infos as VectorInfo<O>,
      ];
    },
  };
}

/** The arrays of n environments. */
export const newRows = (space: Space, n: number, room?: Room): Rows => ({
  observations: emptyBatch(space, n, room),
  finalObservations: emptyBatch(space, n, room),
  rewards: emptyBatch(rewardSpace, n, room),
  terminated: emptyBatch(flagSpace, n, room),
  truncated: emptyBatch(flagSpace, n, room),
});

const rewardSpace = box(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, [1], "float64");
const flagSpace = multiBinary(1);
