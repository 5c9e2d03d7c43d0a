import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import onnxProto from "onnx-proto";
import { describe, expect, it } from "vitest";
import { allocate, type DType, sizeOf, type TypedArrayOf, UsageError } from "../../base/index.ts";
import { type BoundArray, createSession, type Device, type Session } from "./index.ts";

const { onnx } = onnxProto;
type Shaped = readonly [name: string, shape: readonly number[], elementType?: number];

/** Bytes of a model; shapes are static, element types float32 (1) unless told. */
function model(
  node: onnxProto.onnx.INodeProto[],
  inputs: readonly Shaped[],
  outputs: readonly Shaped[],
  initializer: onnxProto.onnx.ITensorProto[] = [],
): Uint8Array {
  const info = ([name, shape, elemType = 1]: Shaped) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
  });
  const graph = { name: "g", node, input: inputs.map(info), output: outputs.map(info), initializer };
  return onnx.ModelProto.encode({ irVersion: 9, opsetImport: [{ domain: "", version: 18 }], graph }).finish();
}

const node = (opType: string, input: string[], output: string[]) => ({ opType, input, output });

function array(shape: readonly number[], values: ArrayLike<number> | ((i: number) => number) = () => 0) {
  const data = allocate("float32", sizeOf(shape));
  if (typeof values === "function") for (let i = 0; i < data.length; i++) data[i] = values(i);
  else data.set(values);
  return { dtype: "float32", shape, data } as const;
}

const addition = (n: number) =>
  model(
    [node("Add", ["x", "y"], ["z"])],
    [
      ["x", [n]],
      ["y", [n]],
    ],
    [["z", [n]]],
  );

const sameBits = (a: Float32Array<ArrayBuffer>, b: Float32Array<ArrayBuffer>) =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

/** z = x·y for square matrices; long enough to overlap with other work. */
const product = (n: number) =>
  model(
    [node("MatMul", ["x", "y"], ["z"])],
    [
      ["x", [n, n]],
      ["y", [n, n]],
    ],
    [["z", [n, n]]],
  );

describe("a session", () => {
  it("computes into the array that it was given, as often as it is run", () => {
    const [x, y, z] = [array([3], [1, 2, 3]), array([3], [10, 20, 30]), array([3])];
    using session = createSession(addition(3));
    using binding = session.bind({ x, y }, { z });
    binding.run();
    expect(z.data).toEqual(Float32Array.of(11, 22, 33));
    x.data[0] = 5;
    binding.run();
    expect(z.data).toEqual(Float32Array.of(15, 22, 33));
  });

  it("knows its inputs and outputs by name", () => {
    using session = createSession(addition(1));
    expect(session.inputNames).toEqual(["x", "y"]);
    expect(session.outputNames).toEqual(["z"]);
  });

  it("works on views into a larger array and touches nothing around them", () => {
    const all = Float32Array.from({ length: 9 }, (_, i) => i);
    const part = (from: number) => ({ dtype: "float32", shape: [2], data: all.subarray(from, from + 2) }) as const;
    using session = createSession(addition(2));
    using binding = session.bind({ x: part(1), y: part(3) }, { z: part(6) });
    binding.run();
    expect([...all]).toEqual([0, 1, 2, 3, 4, 5, 4, 6, 8]);
  });

  it("writes an output over an input", () => {
    const [x, y] = [array([2], [1, 2]), array([2], [10, 10])];
    using session = createSession(addition(2));
    using binding = session.bind({ x, y }, { z: x });
    for (let i = 0; i < 3; i++) binding.run();
    expect(x.data).toEqual(Float32Array.of(31, 32));
  });

  it("accumulates a product through Gemm's C", () => {
    const gemm = model(
      [node("Gemm", ["a", "b", "c"], ["y"])],
      [
        ["a", [2, 3]],
        ["b", [3, 2]],
        ["c", [2, 2]],
      ],
      [["y", [2, 2]]],
    );
    const [a, b, c] = [array([2, 3], [1, 2, 3, 4, 5, 6]), array([3, 2], [1, 0, 0, 1, 1, 1]), array([2, 2])];
    using session = createSession(gemm);
    using binding = session.bind({ a, b, c }, { y: c });
    binding.run();
    binding.run();
    expect([...c.data]).toEqual([8, 10, 20, 22]);
  });

  const samples: { [D in DType]: [elementType: number, values: TypedArrayOf[D]] } = {
    float32: [1, Float32Array.of(1.5, -2)],
    int32: [6, Int32Array.of(7, -8)],
    int64: [7, BigInt64Array.of(2n ** 40n, -1n)],
    bool: [9, Uint8Array.of(1, 0)],
    float16: [10, Uint16Array.of(0x3c00, 0xc000)],
    bfloat16: [16, Uint16Array.of(0x3f80, 0xc000)],
  };
  it.each(Object.keys(samples) as DType[])("carries %s through unchanged", (dtype) => {
    const [elementType, data] = samples[dtype];
    const y = allocate(dtype, 2);
    const identity = model([node("Identity", ["x"], ["y"])], [["x", [2], elementType]], [["y", [2], elementType]]);
    using session = createSession(identity);
    using binding = session.bind({ x: { dtype, shape: [2], data } }, { y: { dtype, shape: [2], data: y } });
    binding.run();
    expect(y).toEqual(data);
  });

  it("takes scalars and arrays without elements", () => {
    const scalars = model([node("Neg", ["x"], ["y"])], [["x", []]], [["y", []]]);
    using session = createSession(scalars);
    const y = array([]);
    using binding = session.bind({ x: array([], [4]) }, { y });
    binding.run();
    expect(y.data[0]).toBe(-4);

    using empty = createSession(addition(0));
    using nothing = empty.bind({ x: array([0]), y: array([0]) }, { z: array([0]) });
    expect(() => nothing.run()).not.toThrow();
  });

  it("copies external initializers: later changes of the array are not seen", () => {
    const w = array([2, 2], [1, 2, 3, 4]);
    const entries = { location: "weights", offset: "0", length: "16" };
    const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
    const initializer = { name: "w", dataType: 1, dims: [2, 2], dataLocation: 1, externalData };
    const bytes = model([node("MatMul", ["x", "w"], ["y"])], [["x", [1, 2]]], [["y", [1, 2]]], [initializer]);
    for (const prepack of [true, false]) {
      w.data.set([1, 2, 3, 4]);
      using session = createSession(bytes, { externalInitializers: new Map([["w", w]]), prepack });
      w.data.fill(0);
      const y = array([1, 2]);
      using binding = session.bind({ x: array([1, 2], [1, 1]) }, { y });
      binding.run();
      expect([...y.data]).toEqual([4, 6]);
    }
  });
});

describe("running off the event loop", () => {
  it("leaves the event loop free and gives the same bits", async () => {
    const n = 768;
    const [x, y] = [array([n, n], (i) => Math.sin(i)), array([n, n], (i) => Math.cos(i))];
    const [z, expected] = [array([n, n]), array([n, n])];
    using session = createSession(product(n));
    using now = session.bind({ x, y }, { z: expected });
    using later = session.bind({ x, y }, { z });
    now.run();
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for (let i = 0; i < 3; i++) await later.runAsync();
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(sameBits(z.data, expected.data)).toBe(true);
  });

  it("runs several bindings of several sessions at once", async () => {
    const n = 96;
    const sessions = [createSession(product(n)), createSession(product(n))];
    const work = Array.from({ length: 12 }, (_, k) => {
      const [x, y] = [array([n, n], (i) => Math.sin(i + k)), array([n, n], (i) => Math.cos(i * k))];
      const [z, expected] = [array([n, n]), array([n, n])];
      sessions[0]!.bind({ x, y }, { z: expected }).run();
      return { z, expected, binding: sessions[k % 2]!.bind({ x, y }, { z }) };
    });
    for (let round = 0; round < 20; round++) {
      for (const { z } of work) z.data.fill(Number.NaN);
      await Promise.all(work.map(({ binding }) => binding.runAsync()));
      for (const { z, expected } of work) expect(sameBits(z.data, expected.data)).toBe(true);
    }
  });

  it("refuses a second run over the same arrays while one is under way", async () => {
    using session = createSession(addition(2));
    using binding = session.bind({ x: array([2]), y: array([2]) }, { z: array([2]) });
    const first = binding.runAsync();
    expect(() => binding.run()).toThrow(/already running/);
    await expect(binding.runAsync()).rejects.toThrow(/already running/);
    await first;
    expect(() => binding.run()).not.toThrow();
  });

  it("finishes a run although everything was disposed of meanwhile", async () => {
    const n = 256;
    const z = array([n, n]);
    const session = createSession(product(n));
    const binding = session.bind({ x: array([n, n], () => 1), y: array([n, n], () => 2) }, { z });
    const run = binding.runAsync();
    binding.dispose();
    session.dispose();
    await run;
    expect(z.data.every((v) => v === 2 * n)).toBe(true);
    expect(() => binding.run()).toThrow(/disposed/);
    await expect(binding.runAsync()).rejects.toThrow(/disposed/);
  });
});

describe("what cannot work is refused in words", () => {
  const engineError = (pattern: RegExp, help?: string) =>
    expect.objectContaining({ code: "engine", message: expect.stringMatching(pattern), ...(help && { help }) });
  const [x, y, z] = [array([2]), array([2]), array([2])];

  it("bytes that are no model", () => {
    expect(() => createSession(Uint8Array.of(1, 2, 3))).toThrow(engineError(/protobuf/i));
  });

  it("an operator that does not exist", () => {
    const bytes = model([node("Frobnicate", ["x"], ["y"])], [["x", [1]]], [["y", [1]]]);
    expect(() => createSession(bytes)).toThrow(engineError(/Frobnicate/));
  });

  it("names that the graph has not", () => {
    using session = createSession(addition(2));
    expect(() => session.bind({ x, y, zz: z }, { z })).toThrow(engineError(/no input zz/, "it has: x, y"));
    const long = model([node("Neg", ["logits"], ["loss"])], [["logits", [2]]], [["loss", [2]]]);
    using other = createSession(long);
    expect(() => other.bind({ logit: x }, { loss: y })).toThrow(engineError(/no input logit/, "did you mean logits?"));
    expect(() => other.bind({ logits: x }, { los: y })).toThrow(engineError(/no output los/, "did you mean loss?"));
  });

  it("an input without an array", () => {
    using session = createSession(addition(2));
    expect(() => session.bind({ x }, { z })).toThrow(engineError(/no array is bound to the input y/));
  });

  it("an array that does not hold its shape or its type", () => {
    using session = createSession(addition(2));
    expect(() => session.bind({ x: { ...x, shape: [3] }, y }, { z })).toThrow(
      engineError(/x is float32\[3\], 12 bytes/),
    );
    const half = { dtype: "float16", shape: [2], data: x.data } as BoundArray;
    expect(() => session.bind({ x: half, y }, { z })).toThrow(engineError(/x is float16\[2\], 4 bytes/));
  });

  it.each(["run", "runAsync"] as const)("a shape that the graph does not take, noticed by %s", async (method) => {
    using session = createSession(addition(2));
    using binding = session.bind({ x: array([3]), y: array([3]) }, { z: array([3]) });
    await expect((async () => binding[method]())()).rejects.toThrow(engineError(/Got: 3 Expected: 2/));
  });

  it("a device that the build does not know", () => {
    const refused = () => createSession(addition(2), { device: "tpu" as Device });
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow(expect.objectContaining({ code: "device", help: expect.stringContaining("cpu") }));
  });

  it.each(["webgpu", "cuda"] as const)("%s where the machine has none; elsewhere it computes", (device) => {
    let session: Session;
    try {
      session = createSession(addition(2), { device });
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ code: "device", message: expect.stringContaining(device) });
      return;
    }
    using binding = session.bind({ x: array([2], [1, 2]), y: array([2], [3, 4]) }, { z });
    binding.run();
    expect([...z.data]).toEqual([4, 6]);
    session.dispose();
  });
});

describe("memory", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  /** A binding goes first, the session that it kept goes in the next round; finalizers run in turns of their own. */
  const settle = async () => {
    for (let round = 0; round < 3; round++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  /**
   * What `times` calls of `work` add to the resident memory, in MiB: eight times the least that an eighth of them adds
   * after the first, for a leak is there every time; the garbage of other things, and the steps in which V8's own heap
   * grows (up to 60 MiB in Node 24), are not.
   */
  async function growth(times: number, work: () => void, collectEvery = times / 8): Promise<number> {
    const rss: number[] = [];
    for (let i = 1; i <= times; i++) {
      work();
      if (i % collectEvery === 0) await settle();
      if (i % (times / 8) === 0) rss.push(process.memoryUsage.rss() / 2 ** 20);
    }
    return 8 * Math.min(...rss.slice(1).map((after, k) => after - rss[k]!));
  }
  const bytes = addition(4);
  const [x, y, z] = [array([4]), array([4]), array([4])];

  it("stays flat over 2,000 sessions that are made, run and disposed of", async () => {
    const grown = await growth(2000, () => {
      using session = createSession(bytes);
      using binding = session.bind({ x, y }, { z });
      binding.run();
    });
    expect(grown).toBeLessThan(8);
  });

  it("stays flat over 20,000 runs and over 40,000 bindings", async () => {
    using session = createSession(bytes);
    using binding = session.bind({ x, y }, { z });
    expect(await growth(20_000, () => binding.run())).toBeLessThan(8);
    expect(await growth(40_000, () => session.bind({ x, y }, { z }).dispose())).toBeLessThan(8);
  });

  it("comes back from sessions and bindings that nobody disposed of", async () => {
    const abandon = () => createSession(bytes).bind({ x, y }, { z }).run();
    expect(await growth(2000, abandon, 125)).toBeLessThan(8);
  });

  it("stays flat over 20,000 errors", async () => {
    const longName = "x".repeat(2000); // which the message repeats, so that a forgotten one weighs something
    using session = createSession(model([node("Neg", [longName], ["y"])], [[longName, [4]]], [["y", [4]]]));
    using wrong = session.bind({ [longName]: array([3]) }, { y: array([3]) });
    expect(await growth(20_000, () => expect(() => wrong.run()).toThrow(longName))).toBeLessThan(8);
  });

  it("of bound arrays stays where it is and alive while garbage is collected", async () => {
    const n = 100_000;
    const small = new Float32Array([1, 2, 3]); // three numbers lie on V8's moving heap until they are bound
    const sum = array([3]);
    const z = array([n]);
    using session = createSession(addition(n));
    using few = createSession(addition(3));
    const bindArraysOfNobody = () => session.bind({ x: array([n], () => 1), y: array([n], () => 2) }, { z });
    using binding = bindArraysOfNobody();
    using second = few.bind({ x: { dtype: "float32", shape: [3], data: small }, y: array([3]) }, { z: sum });
    for (let i = 0; i < 20; i++) {
      const garbage = Array.from({ length: 20 }, () => new Float32Array(n).fill(7));
      await settle();
      expect(garbage).toHaveLength(20);
    }
    binding.run();
    expect(z.data.every((v) => v === 3)).toBe(true);
    small[0] = 5;
    second.run();
    expect([...sum.data]).toEqual([5, 2, 3]);
  });
});
