import { compile, matmul } from "../src/engine/index.ts";
import { seconds } from "./measure.ts";

export type GemmShape = readonly [m: number, k: number, n: number];

/** Square and tall products, and those of GPT-2 124M over 512 tokens. */
export const gemmShapes: readonly GemmShape[] = [
  [1024, 1024, 1024],
  [4096, 768, 768],
  [512, 768, 3072],
  [512, 3072, 768],
  [512, 768, 50257],
];

export const gemmFlops = ([m, k, n]: GemmShape): number => 2 * m * k * n;

/** As many repetitions as make a sample long enough to be timed (about 30 GFLOP). */
export const repetitions = (shape: GemmShape): number => Math.max(1, Math.round(30e9 / gemmFlops(shape)));

/** Our product of two float32 matrices; `run` returns operations a second. */
export function gemm(shape: GemmShape): { run(): Promise<number>; dispose(): void } {
  const [m, k, n] = shape;
  const product = compile(({ a, b }) => ({ c: matmul(a, b) }), { a: [m, k], b: [k, n] });
  for (const array of Object.values(product.inputs)) array.fill(0.5);
  const times = repetitions(shape);
  return {
    async run() {
      product.run();
      const time = await seconds(() => {
        for (let i = 0; i < times; i++) product.run();
      });
      return (gemmFlops(shape) * times) / time;
    },
    dispose: () => product.dispose(),
  };
}
