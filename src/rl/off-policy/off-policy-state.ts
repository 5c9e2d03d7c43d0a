/** What a run of an off-policy algorithm goes on from: counters, environment, networks and the whole memory, as files. */
import type { NDArray } from "../../base/index.ts";
import type { Checkpoint, CheckpointFiles } from "../../run/index.ts";
import {
  restoreSeen,
  restoreUnderWay,
  type Seen,
  type SeenFile,
  seenFile,
  tensorsOf,
  type UnderWay,
  underWayFile,
} from "../checkpoint.ts";
import type { Episode } from "../on-policy/rollout.ts";
import { restoreWeights } from "../policy.ts";
import type { Experience } from "./experience.ts";
import type { Learner } from "./off-policy.ts";
import type { Stepping } from "./stepping.ts";

export interface Counts {
  readonly step: number;
  readonly timesteps: number;
  readonly recent: readonly Episode[];
}

/** All that changes in a run. */
export interface Moving extends Seen {
  readonly world: Stepping;
  readonly memory: Experience;
  readonly learner: Learner;
}

interface StateFile extends UnderWay, SeenFile {
  readonly timesteps: number;
  readonly recent: readonly Episode[];
  readonly updates: Readonly<Record<string, number>>;
}

const networksFile = "training/networks.safetensors";
const memoryFile = "training/replay.safetensors";

/** Weights, optimizers and further arrays as one list of names and memory; the policy's own weights are in its files. */
function movingArrays({ policy, states, arrays }: Learner) {
  const flat = Object.entries(states).filter(([, { weights }]) => weights !== policy.weights);
  return {
    slots: Object.entries(states).flatMap(([name, { slots }]) =>
      Object.entries(slots).map(([slot, data]) => [`${name}.${slot}`, data] as const),
    ),
    networks: [...flat.map(([name, { weights }]) => [name, weights.flat] as const), ...Object.entries(arrays)],
  };
}

export function stateFiles(moving: Moving, { timesteps, recent }: Counts): CheckpointFiles {
  const { world, memory, learner } = moving;
  const { slots, networks } = movingArrays(learner);
  const tensors = (list: readonly (readonly [string, Float32Array<ArrayBuffer>])[]) =>
    new Map(list.map(([name, data]): [string, NDArray] => [name, { dtype: "float32", shape: [data.length], data }]));
  const state: StateFile = {
    timesteps,
    recent,
    updates: Object.fromEntries(Object.entries(learner.states).map(([name, { step }]) => [name, step])),
    ...underWayFile(world),
    ...seenFile(moving),
  };
  return {
    "optimizer.safetensors": tensors(slots),
    [networksFile]: tensors(networks),
    [memoryFile]: memory.snapshot(),
    "state.json": state,
  };
}

export function restore({ step, files }: Checkpoint, moving: Moving): Counts {
  const { world, memory, learner } = moving;
  const saved = files["state.json"] as StateFile;
  const tensors = (path: string) => tensorsOf(files, path);
  const { slots, networks } = movingArrays(learner);
  restoreWeights(learner.policy, files);
  restoreSeen(moving, saved);
  for (const [name, slot] of slots) slot.set(tensors("optimizer.safetensors").get(name)!.data);
  for (const [name, data] of networks) data.set(tensors(networksFile).get(name)!.data);
  for (const [name, state] of Object.entries(learner.states)) state.step = saved.updates[name]!;
  memory.restore(tensors(memoryFile));
  restoreUnderWay(world, saved);
  world.look();
  return { step, timesteps: saved.timesteps, recent: saved.recent };
}
