import { describe, expect, it } from "vitest";
import { emptyBatch, readBatch, writeBatch, zeroOf } from "./batch.ts";
import { box, dict, discrete, graph, multiBinary, multiDiscrete, oneOf, sequence, text, tuple } from "./build.ts";
import { contains } from "./contains.ts";
import { flatdim, flatten, flattenSpace, unflatten } from "./flatten.ts";
import { sampler } from "./sampler.ts";
import type { Sample, Space } from "./space.ts";
import { describeSpace, fromJsonable, sameSpace, toJsonable } from "./text-form.ts";

const inf = Number.POSITIVE_INFINITY;
const spaces: Readonly<Record<string, Space>> = {
  box: box([-1, 0, -inf], [1, inf, inf]),
  integers: box(0, 255, [2, 2], "uint8"),
  discrete: discrete(5, -2),
  multiDiscrete: multiDiscrete([2, 5]),
  multiBinary: multiBinary(4),
  text: text(6, { charset: "abc" }),
  tuple: tuple([discrete(3), box(0, 1, [2], "float64")]),
  dict: dict({ b: discrete(2), a: multiBinary(2) }),
  oneOf: oneOf([discrete(3), box(0, 1, [2])]),
  sequence: sequence(discrete(4)),
  graph: graph(box(-1, 1, [2]), discrete(3)),
};
const fixed = Object.entries(spaces).filter(([kind]) => kind !== "sequence" && kind !== "graph");

describe.each(Object.entries(spaces))("%s", (_, space) => {
  const drawn = sampler(space, 5);
  const members = Array.from({ length: 50 }, () => drawn.sample());

  it("contains its samples and nothing else", () => {
    expect(members.every((member) => contains(space, member))).toBe(true);
    for (const wrong of [undefined, null, {}, "?!", 1.5, [Number.NaN], [[[]]]])
      expect(contains(space, wrong)).toBe(false);
  });

  it("keeps a member as JSON", () => {
    for (const member of members)
      expect(fromJsonable(space, JSON.parse(JSON.stringify(toJsonable(space, member))))).toEqual(member);
  });

  it("draws the same after its saved state", () => {
    const saved = JSON.parse(JSON.stringify(drawn.save()));
    const expected = [drawn.sample(), drawn.sample()];
    const other = sampler(space, 77);
    other.load(saved);
    expect([other.sample(), other.sample()]).toEqual(expected);
    other.seed(5);
    expect(other.sample()).toEqual(members[0]);
  });

  it("has a member nearest to zero", () => expect(contains(space, zeroOf(space))).toBe(true));
});

describe.each(fixed)("%s of fixed size", (_, space) => {
  const drawn = sampler(space, 8);

  it("becomes a vector in the flat space and comes back", () => {
    for (let i = 0; i < 20; i++) {
      const member = drawn.sample();
      const vector = flatten(space, member);
      expect(vector).toHaveLength(flatdim(space));
      expect(contains(flattenSpace(space), Float32Array.from(vector))).toBe(true);
      expect(unflatten(space, vector)).toEqual(member);
    }
  });

  it("lies in a batch and is read from it", () => {
    const members = [drawn.sample(), drawn.sample(), drawn.sample()];
    const batch = emptyBatch(space, 3);
    members.forEach((member, i) => {
      writeBatch(space, batch, i, member);
    });
    expect(members.map((_, i) => readBatch(space, batch, i))).toEqual(members);
  });
});

describe("spaces", () => {
  it("have members of the right types", () => {
    const space = dict({ arm: box(-1, 1, [3]), grip: discrete(2), pair: tuple([discrete(2), text(3)]) });
    const member: Sample<typeof space> = sampler(space, 1).sample();
    const arm: Float32Array = member.arm;
    const [choice, word]: readonly [number, string] = member.pair;
    expect([arm.length, typeof member.grip, typeof choice, typeof word]).toEqual([3, "number", "number", "string"]);
  });

  it("are printed as Gymnasium prints them", () => {
    expect(describeSpace(box(-1, 1, [3]))).toBe("Box(-1, 1, (3,), float32)");
    expect(describeSpace(dict({ b: discrete(2, 1), a: multiDiscrete([2, 3]) }))).toBe(
      "Dict('a': MultiDiscrete([2 3]), 'b': Discrete(2, start=1))",
    );
    expect(sameSpace(box(0, 1), box(0, 2))).toBe(false);
  });

  it.each([
    ["no choices", () => discrete(0)],
    ["half a choice", () => multiDiscrete([1.5])],
    ["low above high", () => box(1, 0)],
    ["a NaN bound", () => box(Number.NaN, 1)],
    ["bounds of another length", () => box([0, 0], [1, 1, 1])],
    ["bytes beyond 255", () => box(0, 256, [1], "uint8")],
    ["nothing to choose from", () => oneOf([])],
    ["a vector of a sequence", () => flatdim(sequence(discrete(2)))],
    ["lengths the wrong way round", () => text(2, { minLength: 3 })],
  ])("refuse %s", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "bad-space" }));
  });

  it.each([
    { mask: [1, 0] },
    { probability: [0.5, 0.2, 0.2] },
    { probability: [-1, 1, 1] },
    { mask: [1, 1, 1], probability: [1, 0, 0] },
  ])("refuse to be sampled by %j", (how) => {
    expect(() => sampler(discrete(3), 1).sample(how)).toThrow(expect.objectContaining({ code: "bad-mask" }));
  });

  it("say which vector is no member", () => {
    expect(() => unflatten(discrete(3), [0, 0, 0])).toThrow(expect.objectContaining({ code: "bad-shape" }));
    expect(() => unflatten(discrete(3), [1])).toThrow("wanted a vector of 3 numbers, got 1");
  });
});
