import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/index.ts";
import {
  type Backend,
  cast,
  compileOn,
  gradients,
  interpreter,
  matmul,
  mean,
  onnxRuntime,
  square,
  transpose,
} from "../../src/engine/index.ts";
import { readSafetensors, toFloat32, writeSafetensors } from "../../src/files/index.ts";
import { fill } from "./against-interpreter.ts";

// Weights stored in 16 bits, computed with in float32.

/** Every exponent that a weight may have, subnormals included; no infinities. */
const bits = (n: number): Uint16Array<ArrayBuffer> => {
  const rng = stream(5, "bits");
  return Uint16Array.from({ length: n }, () => {
    const sign = rng.integer(2) << 15;
    return sign | (rng.integer(0x3f) << 8) | rng.integer(256);
  }) as Uint16Array<ArrayBuffer>;
};

describe.each(["float16", "bfloat16"] as const)("%s weights", (dtype) => {
  const run = (backend: Backend) => {
    using executable = compileOn(
      backend,
      ({ x, w }) => {
        const wide = cast(w, "float32");
        const y = matmul(x, wide);
        const [dx] = gradients(mean(square(y)), [x]);
        return { wide, moved: cast(transpose(w), "float32"), y, dx: dx! };
      },
      { x: [3, 4], w: { shape: [4, 5], dtype } },
      { buffers: { w: bits(20) } },
    );
    const rng = stream(6, "x");
    fill(executable.inputs.x, () => rng.normal());
    executable.run();
    return executable.outputs;
  };

  it("are read exactly and give the interpreter's products and gradients", () => {
    const [ort, wanted] = [run(onnxRuntime()), run(interpreter)];
    expect(ort.wide).toEqual(wanted.wide);
    expect(ort.moved).toEqual(wanted.moved);
    expect(ort.y).toBeCloseToAll(wanted.y, { atol: 1e-6, rtol: 1e-5 });
    expect(ort.dx).toBeCloseToAll(wanted.dx, { atol: 1e-6, rtol: 1e-5 });
  });

  it("come from a file as the float32 that the graph makes of them", () => {
    const w = bits(20);
    const file = join(mkdtempSync(join(tmpdir(), "plaudit-")), "w.safetensors");
    writeSafetensors(file, new Map([["w", { dtype, shape: [4, 5], data: w }]]));
    const read = readSafetensors(file).get("w")!;
    expect(read).toMatchObject({ dtype, shape: [4, 5] });
    expect(toFloat32(read).data).toEqual(run(onnxRuntime()).wide);
  });

  it("round to the nearest when they are stored, ties to even", () => {
    const round = (backend: Backend) => {
      using executable = compileOn(backend, ({ x }) => ({ y: cast(cast(x, dtype), "float32") }), { x: [400] });
      const rng = stream(7, "round");
      fill(executable.inputs.x, () => rng.normal() * 10 ** (rng.integer(6) - 4));
      executable.inputs.x.set([1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 0, -0]);
      executable.run();
      return executable.outputs.y;
    };
    expect(round(onnxRuntime())).toEqual(round(interpreter));
  });
});
