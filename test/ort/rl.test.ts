import { expect, it } from "vitest";
import { type Rng, stream } from "../../src/base/index.ts";
import type { Shape, Tensor } from "../../src/engine/index.ts";
import { constant } from "../../src/engine/index.ts";
import {
  bernoulli,
  categorical,
  gaussian,
  gsde,
  multiCategorical,
  nafAdvantage,
  smoothedAction,
  squashedGaussian,
} from "../../src/rl/index.ts";
import { argument, expectEqual, onBoth } from "./against-interpreter.ts";

// What the frozen numbers of rlcore.json do not reach: sampling, and losses that no fixture has.

const mask = constant(
  [
    [true, false, true, true, false],
    [true, true, true, true, true],
  ],
  "bool",
);

it.each<[name: string, fn: (...x: Tensor[]) => Tensor, shapes: Shape[]]>([
  [
    "categorical",
    (l, noise) => categorical(l).sample(noise),
    [
      [2, 5],
      [2, 5],
    ],
  ],
  [
    "masked",
    (l, noise) => categorical(l, mask).sample(noise),
    [
      [2, 5],
      [2, 5],
    ],
  ],
  [
    "multi-categorical",
    (l, noise) => multiCategorical(l, [2, 3]).sample(noise),
    [
      [2, 5],
      [2, 5],
    ],
  ],
  ["the best of several", (l) => multiCategorical(l, [2, 3]).mode(), [[2, 5]]],
  [
    "bits",
    (l, noise) => bernoulli(l).sample(noise),
    [
      [2, 5],
      [2, 5],
    ],
  ],
  ["gaussian", (m, s, noise) => gaussian(m, s).sample(noise), [[2, 3], [3], [2, 3]]],
  ["squashed", (m, s, noise) => squashedGaussian(m, s).sampleWithLogProb(noise).logProb, [[2, 3], [3], [2, 3]]],
  ["its density of an action", (m, s, a) => squashedGaussian(m, s).logProb(a), [[2, 3], [3], [2, 3]]],
  [
    "state-dependent",
    (mean, features, logStd, noise) => gsde({ mean, features, logStd }).sample(noise),
    [
      [4, 3],
      [4, 6],
      [6, 3],
      [4, 6, 3],
    ],
  ],
  [
    "its density, one deviation for all dimensions",
    (mean, features, logStd, action) => gsde({ mean, features, logStd }).logProb(action),
    [
      [4, 3],
      [4, 6],
      [6, 1],
      [4, 3],
    ],
  ],
  [
    "NAF",
    (action, best, triangle) => nafAdvantage({ action, best, triangle }),
    [
      [4, 3],
      [4, 3],
      [4, 6],
    ],
  ],
  [
    "smoothing",
    (action, noise) => smoothedAction({ action, noise, noiseClip: 0.5 }),
    [
      [4, 3],
      [4, 3],
    ],
  ],
])("ONNX Runtime agrees with the definition: %s", (_, fn, shapes) => {
  const args = shapes.map((shape) => argument(shape));
  for (let seed = 0; seed < 5; seed++) {
    expectEqual(
      onBoth((...x) => ({ y: fn(...x) }), args, stream(seed, "rl")),
      1e-4,
    );
  }
});

it("the density of a squashed Gaussian stays finite where tanh is 1", () => {
  const far = (rng: Rng) => 60 * Math.sign(rng.uniform() - 0.5);
  const args = [argument([2, 3]), argument([3]), argument([2, 3], "float32", far)];
  const { ort, wanted } = onBoth((m, s, u) => ({ y: squashedGaussian(m!, s!).logProbBeforeTanh(u!) }), args, stream(1));
  expect(ort.y!.every(Number.isFinite)).toBe(true);
  expectEqual({ ort, wanted }, 1e-4);
});
