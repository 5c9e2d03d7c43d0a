import { expect, it } from "vitest";
import { decodeHalf, roundToHalf } from "./half.ts";

const positive = Array.from({ length: 0x7c00 }, (_, bits) => bits); // every finite float16 ≥ 0, in order

it("decodes the corners of float16", () => {
  const corners = [0x0000, 0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0x7c00, 0xfc00, 0xbc00].map((b) =>
    decodeHalf(b, "float16"),
  );
  const tiny = 2 ** -24;
  expect(corners).toEqual([0, tiny, 1023 * tiny, 2 ** -14, 0.333251953125, 65504, Infinity, -Infinity, -1]);
  expect(decodeHalf(0x7e00, "float16")).toBeNaN();
});

it("keeps every float16 and rounds the middle of two to the even one", () => {
  const wrong = positive.filter((bits) => {
    const x = decodeHalf(bits, "float16");
    const next = bits + 1 < positive.length ? decodeHalf(bits + 1, "float16") : 65536;
    const middle = (x + next) / 2;
    const even = bits % 2 === 0 ? x : next === 65536 ? Infinity : next;
    const kept = roundToHalf(x, "float16") === x && roundToHalf(-x, "float16") === -x;
    return !kept || roundToHalf(middle, "float16") !== even || roundToHalf(middle * (1 - 1e-12), "float16") !== x;
  });
  expect(wrong).toEqual([]);
});

it("rounds to bfloat16 as adding half a unit to the bits of a float32 does", () => {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let i = 0; i < 2000; i++) {
    bits[0] = Math.imul(i + 1, 0x9e3779b1) >>> 0;
    const x = float[0]!;
    if (!Number.isFinite(x)) continue;
    bits[0] = ((bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) & 0xffff0000) >>> 0;
    expect(roundToHalf(x, "bfloat16")).toBe(float[0]);
    if (Number.isFinite(float[0])) expect(decodeHalf(bits[0]! >>> 16, "bfloat16")).toBe(float[0]);
  }
});

it("leaves zeros, infinities and NaN alone", () => {
  for (const x of [0, -0, Infinity, -Infinity, Number.NaN]) expect(roundToHalf(x, "float16")).toBe(x);
});
