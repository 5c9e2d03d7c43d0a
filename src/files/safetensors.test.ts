import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { allocate, type DType, type NDArray, sizeOf } from "../base/index.ts";
import { inspectSafetensors, readSafetensors, toFloat32, writeSafetensors } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-safetensors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "x.safetensors");

const bytes = ({ data }: NDArray) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
const f32 = (shape: number[], values: number[]): NDArray => {
  const data = allocate("float32", sizeOf(shape));
  data.set(values);
  return { dtype: "float32", shape, data };
};

describe("safetensors", () => {
  it("has the layout of Hugging Face's writer: I64, F32, F16, BOOL, by name within a type, header padded to 8", () => {
    const i64 = allocate("int64", 1);
    i64[0] = 7n;
    writeSafetensors(
      path,
      new Map<string, NDArray>([
        ["flag", { dtype: "bool", shape: [], data: allocate("bool", 1) }],
        ["b", f32([2], [1, 2])],
        ["a", f32([1], [3])],
        ["n", { dtype: "int64", shape: [1], data: i64 }],
      ]),
    );
    const file = readFileSync(path);
    const length = Number(file.readBigUInt64LE());
    const header =
      '{"__metadata__":{"format":"pt"},"n":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},' +
      '"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]},' +
      '"flag":{"dtype":"BOOL","shape":[],"data_offsets":[20,21]}}';
    expect(length % 8).toBe(0);
    expect(
      file
        .subarray(8, 8 + length)
        .toString()
        .trimEnd(),
    ).toBe(header);
    expect(file.readFloatLE(8 + length + 8)).toBe(3);
    expect(file.length).toBe(8 + length + 21);
  });

  it("gives back every bit, NaN payloads and odd names included, whatever the order of the map", () => {
    const dtype = fc.constantFrom<DType>("float32", "float16", "bfloat16", "int32", "int64", "bool");
    const tensor = fc.tuple(dtype, fc.array(fc.nat(4), { maxLength: 3 }), fc.infiniteStream(fc.nat(255)));
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), tensor, { maxKeys: 6 }), (tensors) => {
        const map = new Map<string, NDArray>(
          Object.entries(tensors)
            .filter(([name]) => name !== "__metadata__")
            .map(([name, [dtype, shape, stream]]) => {
              const array = { dtype, shape, data: allocate(dtype, sizeOf(shape)) } as NDArray;
              bytes(array).forEach((_, i, all) => {
                all[i] = stream.next().value;
              });
              return [name, array];
            }),
        );
        writeSafetensors(path, map);
        const written = readFileSync(path);
        const back = readSafetensors(path);
        expect(new Set(back.keys())).toEqual(new Set(map.keys()));
        for (const [name, array] of map) {
          expect(back.get(name)).toMatchObject({ dtype: array.dtype, shape: array.shape });
          expect(bytes(back.get(name)!).equals(bytes(array))).toBe(true);
        }
        writeSafetensors(path, new Map([...map].reverse()));
        expect(readFileSync(path).equals(written)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps metadata and describes a file without reading its tensors", () => {
    writeSafetensors(path, new Map([["w", f32([2, 1], [1, 2])]]), { made: "by a test" });
    expect(inspectSafetensors(path)).toEqual({
      tensors: [{ name: "w", dtype: "float32", shape: [2, 1] }],
      metadata: { made: "by a test" },
    });
  });

  it("refuses to write a tensor whose values do not fill its shape", () => {
    expect(() => writeSafetensors(path, new Map([["w", { ...f32([2], [1, 2]), shape: [3] }]]))).toThrow(/needs 3/);
  });
});

describe("a hostile safetensors file", () => {
  const put = (header: string | object, data = 0, claimed?: number) => {
    const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(claimed ?? json.length));
    writeFileSync(path, Buffer.concat([length, json, Buffer.alloc(data)]));
  };
  const t = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype = "F32") => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  });

  it.each<[string, string, string | object, number?, number?]>([
    ["an empty header's length beyond the file", "safetensors-truncated", "{}", 0, 1000],
    ["a header longer than the format allows", "safetensors-header", "{}", 0, 2 ** 40],
    ["a header that is not JSON", "safetensors-header", "{oops"],
    ["a header that is no object", "safetensors-header", "[]"],
    ["metadata that are not strings", "safetensors-header", { __metadata__: { a: 1 } }],
    ["a tensor without description", "safetensors-header", { a: 3 }],
    ["a negative dimension", "safetensors-header", { a: t(0, 4, [-1]) }, 4],
    ["a fractional offset", "safetensors-header", { a: { dtype: "F32", shape: [], data_offsets: [0.5, 4.5] } }, 8],
    ["a shape whose product overflows", "safetensors-header", { a: t(0, 4, [2 ** 40, 2 ** 40]) }, 4],
    ["an unknown type", "safetensors-dtype", { a: t(0, 4, [4], "F8_E4M3") }, 4],
    ["a byte count that is not the shape's", "safetensors-size", { a: t(0, 8, [3]) }, 8],
    ["an end before the beginning", "safetensors-size", { a: t(8, 4, [1]) }, 8],
    ["a tensor that ends after the file", "safetensors-truncated", { a: t(0, 8) }, 4],
    ["two tensors that overlap", "safetensors-offsets", { a: t(0, 8), b: t(4, 12) }, 12],
    ["a hole between tensors", "safetensors-offsets", { a: t(0, 4), b: t(8, 12) }, 12],
    ["bytes after the last tensor", "safetensors-offsets", { a: t(0, 4) }, 8],
    [
      "one name twice",
      "safetensors-duplicate",
      `{"a":${JSON.stringify(t(0, 4))},"\\u0061"${" ".repeat(20)}:${JSON.stringify(t(4, 8))}}`,
      8,
    ],
  ])("with %s is refused as %s", (_, code, header, data, claimed) => {
    put(header, data, claimed);
    expect(() => readSafetensors(path)).toThrow(expect.objectContaining({ code, exitCode: 3, where: path }));
  });

  it("that is cut off anywhere is refused, and never read beyond its end", () => {
    writeSafetensors(path, new Map([["w", f32([3], [1, 2, 3])]]));
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(() => readSafetensors(path)).toThrow(expect.objectContaining({ code: "safetensors-truncated" }));
    }
  });

  it("may have a name that looks like a key inside a string, or __proto__", () => {
    put({ 'x":{"y"': t(0, 4), ["__proto__"]: t(4, 8) }, 8);
    expect([...readSafetensors(path).keys()]).toEqual(['x":{"y"', "__proto__"]);
  });
});

describe("toFloat32", () => {
  it("widens halves exactly: normal, subnormal, infinite, signed zero, NaN", () => {
    const data = allocate("float16", 8);
    data.set([0x3c00, 0xc000, 0x0001, 0x03ff, 0x7c00, 0x8000, 0x7bff, 0x7e00]);
    const wide = [...toFloat32({ dtype: "float16", shape: [8], data }).data];
    expect(wide).toEqual([1, -2, 2 ** -24, 1023 * 2 ** -24, Number.POSITIVE_INFINITY, -0, 65504, Number.NaN]);
  });

  it("widens bfloat16 by appending zero bits", () => {
    const data = allocate("bfloat16", 3);
    data.set([0x3f80, 0xc049, 0x7f80]);
    expect([...toFloat32({ dtype: "bfloat16", shape: [3], data }).data]).toEqual([
      1,
      -3.140625,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it("refuses whole numbers", () => {
    expect(() => toFloat32({ dtype: "int32", shape: [1], data: allocate("int32", 1) })).toThrow("int32");
  });
});
