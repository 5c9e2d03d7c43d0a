import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { allocate, stream } from "../../src/base/index.ts";
import {
  compile,
  type Executable,
  gradients,
  matmul,
  mean,
  mul,
  square,
  sub,
  type Tensor,
  tanh,
} from "../../src/engine/index.ts";
import { fill } from "./against-interpreter.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
/** Finalizers run in turns of their own. */
const settle = async () => {
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

/** MiB that `times` calls of `work` add to the resident memory: four times the least that a later quarter adds. */
async function growth(times: number, work: () => void): Promise<number> {
  const resident: number[] = [];
  for (let i = 1; i <= times; i++) {
    work();
    if (i % (times / 4) > 0) continue;
    await settle();
    resident.push(process.memoryUsage.rss() / 2 ** 20);
  }
  return 4 * Math.min(...resident.slice(1).map((after, k) => after - resident[k]!));
}

interface Peak {
  readonly mebibytes: number;
  /** Hash of all outputs. */
  readonly outputs: string;
}
/** What the first run of a graph adds to the memory of a process of its own. */
function peakOf(variant: "whole" | "checkpoints" | "logits"): Peak {
  const script = join(import.meta.dirname, "peak-memory.ts");
  const options = ["--import", "tsx", "--conditions=source", script, variant];
  return JSON.parse(execFileSync(process.execPath, options).toString());
}

/** A step of gradient descent on a small network, in place. */
const compiled = () => {
  const step = compile(
    ({ x, w, v }) => {
      const loss = mean(square(matmul(tanh(matmul(x, w)), v)));
      const [dw, dv] = gradients(loss, [w, v]);
      const moved = (parameter: Tensor, slope: Tensor) => sub(parameter, mul(slope, 0.1));
      return { loss, "new w": moved(w, dw!), "new v": moved(v, dv!) };
    },
    { x: [16, 24], w: [24, 32], v: [32, 8] },
    { update: { "new w": "w", "new v": "v" } },
  );
  const rng = stream(1, "step");
  for (const data of Object.values(step.inputs)) fill(data, () => rng.normal());
  return step;
};

describe("resident memory stays flat", () => {
  it("over 10,000 steps, which also learn", async () => {
    using step = compiled();
    step.run();
    const before = step.outputs.loss[0]!;
    expect(await growth(10_000, () => step.run())).toBeLessThan(8);
    expect(step.outputs.loss[0]).toBeLessThan(0.1 * Number(before));
  });

  it("over 200 times compiling, running and disposing", async () => {
    const cycle = () => {
      using step = compiled();
      step.run();
    };
    for (let i = 0; i < 20; i++) cycle();
    expect(await growth(200, cycle)).toBeLessThan(8);
  });

  it("over 400 further bindings of one graph", async () => {
    using step = compiled();
    expect(await growth(400, () => void step.over({}).dispose())).toBeLessThan(8);
  });
});

describe("an executable's memory", () => {
  it("is one: results are the arrays that native code writes, state is the caller's buffer", () => {
    const w = allocate("float32", 4).fill(1);
    using step = compile(
      ({ w }) => ({ next: mul(w, 2), sum: mean(w) }),
      { w: [4] },
      { buffers: { w }, update: { next: "w" } },
    );
    const { next, sum } = step.outputs;
    step.run();
    step.run();
    expect(step.inputs.w).toBe(w);
    expect(next).toBe(w);
    expect([...w]).toEqual([4, 4, 4, 4]);
    expect(step.outputs.sum).toBe(sum);
    expect(sum[0]).toBe(2);
  });

  it("is another's after `over`; both may be disposed of in either order", () => {
    for (const first of [0, 1]) {
      const one = compile(({ x }) => ({ y: mul(x, 2) }), { x: [2] });
      const other = one.over({ x: Float32Array.of(5, 6) });
      const both = [one, other] as const;
      both[first]!.dispose();
      const left = both[1 - first]!;
      left.inputs.x.set([1, 2]);
      left.run();
      expect([...left.outputs.y]).toEqual([2, 4]);
      left.dispose();
    }
  });

  it("may be disposed of twice; a run after that is refused, in words", async () => {
    const step: Executable = compile(({ x }) => ({ y: mul(x, 2) }), { x: [2] });
    step.dispose();
    step.dispose();
    step[Symbol.dispose]();
    const refused = expect.objectContaining({ code: "engine", message: expect.stringContaining("disposed") });
    expect(() => step.run()).toThrow(refused);
    await expect(step.runAsync()).rejects.toThrow(refused);
    expect(() => step.over({})).toThrow(refused);
  });
});

describe.runIf(process.platform === "linux")("the peak of a training graph", () => {
  it("is the activations (16 of 4 MiB) and little more: gradients are taken as the backward pass comes by", () => {
    expect(peakOf("whole").mebibytes).toBeLessThan(110); // 81 here; 149 when all weight gradients wait for the end
  });

  it("is the kept activations and one section's with checkpoints, for the same bits", () => {
    const kept = peakOf("checkpoints");
    expect(kept.mebibytes).toBeLessThan(65); // 43 here
    expect(kept.outputs).toBe(peakOf("whole").outputs);
  });

  it("is the logits once: probabilities and their gradient stand in their place", () => {
    expect(peakOf("logits").mebibytes).toBeLessThan(60); // 45 here, of which logits 39; 125 when all three are held
  });
});
