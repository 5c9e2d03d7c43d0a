/** Spaces of observations and actions as JSON, and back. */
import { z } from "zod";
import { box, dict, discrete, type Masked, multiBinary, multiDiscrete, type Space } from "../envs/index.ts";

/** ±Infinity is no JSON. */
const Bound = z.union([z.number(), z.enum(["Infinity", "-Infinity"]).transform(Number)]);
const boundOf = (x: number) => (Number.isFinite(x) ? x : (String(x) as "Infinity" | "-Infinity"));

const PlainSpaceFile = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("box"),
    dtype: z.enum(["float32", "float64", "int32", "uint8"]),
    shape: z.array(z.int()),
    low: z.array(Bound),
    high: z.array(Bound),
  }),
  z.object({ kind: z.literal("discrete"), n: z.int(), start: z.int() }),
  z.object({ kind: z.literal("multi-discrete"), nvec: z.array(z.int()) }),
  z.object({ kind: z.literal("multi-binary"), n: z.int() }),
]);
export const SpaceFile = z.union([
  PlainSpaceFile,
  /** An observation with the mask of so many actions. */
  z.object({ kind: z.literal("masked"), actions: z.int(), observation: PlainSpaceFile }),
]);

export function spaceOf(file: z.output<typeof SpaceFile>): Space {
  if (file.kind === "masked") {
    return dict({ actionMask: multiBinary(file.actions), observation: spaceOf(file.observation) });
  }
  if (file.kind === "box") return box(file.low, file.high, file.shape, file.dtype);
  if (file.kind === "discrete") return discrete(file.n, file.start);
  if (file.kind === "multi-discrete") return multiDiscrete(file.nvec);
  return multiBinary(file.n);
}

/** The space as `config.json` has it. */
export function spaceFile(space: Space): z.input<typeof SpaceFile> {
  if (space.kind === "dict") {
    const { actionMask, observation } = (space as Masked<Space>).spaces;
    return { kind: "masked", actions: actionMask.n, observation: plainFileOf(observation) };
  }
  return plainFileOf(space);
}

function plainFileOf(space: Space): z.input<typeof PlainSpaceFile> {
  if (space.kind !== "box") return space as z.input<typeof PlainSpaceFile>;
  const { kind, dtype, shape, low, high } = space;
  return { kind, dtype, shape: [...shape], low: Array.from(low, boundOf), high: Array.from(high, boundOf) };
}
