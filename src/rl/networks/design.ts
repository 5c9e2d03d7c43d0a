/** Networks that act otherwise than by an actor with a critic: what of them is written down, and how they come back. */
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { argmax } from "../../engine/graph/index.ts";
import type { Space } from "../../envs/index.ts";
import { type ActionCodec, actionCodec, type ObservationCodec, observationCodec, scaledActionCodec } from "../codec.ts";
import { amongPossible, parted } from "../masking.ts";
import type { ActingNetwork } from "./acting-network.ts";
import {
  deterministicActor,
  nafNetwork,
  type SdeOptions,
  searchingNetwork,
  squashedActor,
} from "./continuous-networks.ts";
import type { Activation } from "./mlp.ts";
import { QDesign, qNetwork } from "./q-network.ts";

export const Design = z.discriminatedUnion("kind", [
  QDesign,
  z.object({ kind: z.literal("deterministic") }),
  z.object({ kind: z.literal("squashed") }),
  z.object({ kind: z.literal("naf") }),
  z.object({ kind: z.literal("search"), candidates: z.int(), ascentSteps: z.int(), ascentRate: z.number() }),
]);
export type Design = z.infer<typeof Design>;

interface DesignShape extends SdeOptions {
  readonly observations: Space;
  readonly actions: Space;
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** The network of a design with what stands around it. */
export function designed({ observations, actions, hidden, activation, ...sde }: DesignShape, design: Design): Parts {
  const observation = observationCodec(observations);
  const { features: width } = observation;
  if (design.kind === "q") {
    const network = qNetwork(width, choicesOf(actions), hidden, activation, design);
    return {
      observation,
      action: actionCodec(actions),
      network: {
        specs: network.specs,
        noise: (n) => ({ kind: "normal", shape: [n] }),
        policy(params, x) {
          const { seen, mask } = parted(x, width);
          const best = () => argmax(amongPossible(network.values(network.outputs(params, seen)), mask));
          return { sample: best, mode: best };
        },
      },
    };
  }
  const action = scaledActionCodec(actions);
  if (design.kind === "search") {
    return { observation, action, network: searchingNetwork(width, action.width, hidden, activation, design) };
  }
  const make = { deterministic: deterministicActor, squashed: squashedActor, naf: nafNetwork }[design.kind];
  return { observation, action, network: make(width, action.width, hidden, activation, sde) };
}

interface Parts {
  readonly observation: ObservationCodec;
  readonly action: ActionCodec;
  readonly network: ActingNetwork;
}

/**
 * How many actions there are.
 *
 * @throws UsageError `unsupported-space` when they are no single choice
 */
export function choicesOf(actions: Space): number {
  if (actions.kind === "discrete") return actions.n;
  throw new UsageError(`wanted discrete actions, this environment has ${actions.kind}`, {
    code: "unsupported-space",
    help: "wrap the environment (discretizeAction), or take an algorithm for continuous actions: sac, td3, naf, ppo",
  });
}
