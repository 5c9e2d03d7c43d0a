import { gradients, sum, type Tensor } from "../../src/engine/index.ts";
import { type Engine, type Feed, type Outputs, run } from "./engines.ts";

/** Runs a graph once; its inputs are there by name. */
export const compute = <N extends string>(
  engine: Engine,
  feeds: Readonly<Record<N, Feed>>,
  graph: (x: Record<N, Tensor>) => Readonly<Record<string, Tensor>>,
): Outputs => run(engine, feeds, (x) => graph(x as Record<N, Tensor>));

/** Gradients of a sum by some inputs, under the names of the fixture. */
export const slopes = (y: Tensor, wrt: Readonly<Record<string, Tensor>>): Record<string, Tensor> => {
  const names = Object.keys(wrt);
  const found = gradients(sum(y), Object.values(wrt));
  return Object.fromEntries(names.map((name, i) => [name, found[i]!]));
};

export const list = (x: ArrayLike<number>): number[] => Array.from(x);
