import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { gradients } from "../../engine/grad/index.ts";
import { constant, input, mul, type Shape, sum, type Tensor } from "../../engine/graph/index.ts";
import { evaluate } from "../../engine/interpret/index.ts";
import { lstm } from "./lstm.ts";

/** See `source` in the file. */
const torch = JSON.parse(readFileSync(new URL("../../../test/fixtures/lstm.json", import.meta.url), "utf8")) as {
  readonly weights: Readonly<Record<string, number[]>>;
  readonly grads: Readonly<Record<string, number[]>>;
} & Readonly<Record<"x" | "h" | "c" | "keep" | "out" | "hLast" | "cLast", number[]>>;
const [T, N, d, H] = [4, 2, 2, 3];
const tensor = (numbers: readonly number[], shape: Shape): Tensor =>
  constant(Float32Array.from(numbers), "float32", shape);
const cell = lstm("lstm", d, H, { orthogonal: false });
const shapes = Object.fromEntries(cell.specs.map(({ name, shape }) => [name, shape]));
const weightOf = (name: string) => tensor(torch.weights[name.slice("lstm.".length)]!, shapes[name]!);
const weights = Object.fromEntries(cell.specs.map(({ name }) => [name, weightOf(name)]));
const run = (params: Readonly<Record<string, Tensor>>) =>
  cell.run(
    params,
    tensor(torch.x, [T * N, d]),
    { h: tensor(torch.h, [N, H]), c: tensor(torch.c, [N, H]) },
    tensor(torch.keep, [T * N]),
  );

it("is PyTorch's LSTM, with states that are forgotten where episodes begin", () => {
  const { outputs, state } = run(weights);
  const [out, h, c] = evaluate([outputs, state.h, state.c], {});
  expect(out).toBeCloseToAll(torch.out, 1e-6);
  expect(h).toBeCloseToAll(torch.hLast, 1e-6);
  expect(c).toBeCloseToAll(torch.cLast, 1e-6);
});

it("has PyTorch's gradients through all steps", () => {
  const places = Float32Array.from({ length: T * N * H }, (_, i) => i / 10);
  for (const { name, shape } of cell.specs) {
    const weight = input("weight", shape);
    const { outputs } = run({ ...weights, [name]: weight });
    const loss = sum(mul(outputs, constant(places, "float32", [T * N, H])));
    const [gradient] = evaluate(gradients(loss, [weight]), { weight: torch.weights[name.slice("lstm.".length)]! });
    expect(gradient, name).toBeCloseToAll(torch.grads[name.slice("lstm.".length)], 2e-5);
  }
});

it("one step after the other is the same as all at once", () => {
  const x = tensor(torch.x, [T * N, d]);
  let state = { h: tensor(torch.h, [N, H]), c: tensor(torch.c, [N, H]) };
  const apart = Array.from({ length: T }, (_, t) => {
    const one = cell.run(weights, tensor(torch.x.slice(t * N * d, (t + 1) * N * d), [N, d]), state);
    state = one.state;
    return one.outputs;
  });
  const together = cell.run(weights, x, { h: tensor(torch.h, [N, H]), c: tensor(torch.c, [N, H]) });
  const numbers = evaluate([...apart, together.outputs], {});
  expect(numbers.slice(0, T).flatMap((part) => [...part])).toBeCloseToAll(numbers[T], 1e-6);
});
