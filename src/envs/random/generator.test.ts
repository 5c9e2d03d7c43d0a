// All streams of NumPy are compared in test/parity; here is what the fixtures do not hold.
import { describe, expect, it } from "vitest";
import { generator } from "./generator.ts";

describe("generator", () => {
  it("begins as NumPy's PCG64(123)", () => {
    const rng = generator(123);
    const words = Array.from({ length: 3 }, () =>
      rng
        .uint64()
        .map((word) => word.toString(16).padStart(8, "0"))
        .join(""),
    );
    expect(words).toEqual(["aeae9c9903f3e9cd", "0dc736db97cb6d23", "3869812ee8b9ea96"]);
    const again = generator(123);
    expect([again.random(), again.random()]).toEqual([0.6823518632481435, 0.053821018802222675]);
  });

  it("spreads seeds of more than 32 bits", () => {
    expect(generator(2 ** 32 + 5).random()).not.toBe(generator(5).random());
    expect(generator(Number.MAX_SAFE_INTEGER).random()).toBeLessThan(1);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53, "7" as never, null as never])("refuses the seed %s", (seed) => {
    expect(() => generator(seed)).toThrow(expect.objectContaining({ code: "bad-seed" }));
  });

  it("goes on from its saved state, with the half word that it kept", () => {
    const rng = generator(7);
    rng.integers(6); // keeps the upper half
    const saved = JSON.parse(JSON.stringify(rng.save()));
    const draw = (from: typeof rng) => [from.random(), from.integers(6), from.normal(), from.integers(1000)];
    const expected = draw(rng);
    const other = generator(99);
    other.load(saved);
    expect(draw(other)).toEqual(expected);
  });

  it("draws normals with mean 0, variance 1 and the right tail, exponentials with mean 1", () => {
    const rng = generator(1);
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    let beyond2 = 0;
    let exponentials = 0;
    for (let i = 0; i < n; i++) {
      const x = rng.normal();
      sum += x;
      squares += x * x;
      if (Math.abs(x) > 2) beyond2++;
      exponentials += rng.exponential();
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.015);
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.02);
    expect(Math.abs(beyond2 / n - 0.0455)).toBeLessThan(0.003);
    expect(Math.abs(exponentials / n - 1)).toBeLessThan(0.015);
  });

  it("chooses by probability and never what has none", () => {
    const rng = generator(3);
    const counts = [0, 0, 0];
    for (let i = 0; i < 10_000; i++) counts[rng.choice([0, 1, 2], [0.25, 0, 0.75])]!++;
    expect(counts[1]).toBe(0);
    expect(Math.abs(counts[0]! - 2500)).toBeLessThan(200);
  });
});
