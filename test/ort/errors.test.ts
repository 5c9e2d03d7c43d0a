import { expect, it } from "vitest";
import { PlauditError } from "../../src/base/index.ts";
import { cast, compile, gather, gradients, input, ints, mean, neg, type Tensor } from "../../src/engine/index.ts";

/** What `f` throws, and the line of this file that it was called on. */
async function thrownBy(f: () => unknown): Promise<PlauditError> {
  try {
    await f();
  } catch (error) {
    expect(error).toBeInstanceOf(PlauditError);
    return error as PlauditError;
  }
  throw new Error("nothing was thrown");
}
/** `file:line` of the caller. */
const here = (): string => {
  const [, line] = /errors\.test\.ts:(\d+)/.exec(new Error("here").stack!.split("\n")[2]!)!;
  return `${import.meta.filename}:${line}`;
};

let made = "";
const rows = ({ table, ids }: { table: Tensor; ids: Tensor }) => {
  made = here().replace(/\d+$/, (line) => String(Number(line) + 1));
  return { y: mean(gather(table, ids)) };
};

it.each(["run", "runAsync"] as const)("an index out of range names op, shapes, index and line (%s)", async (method) => {
  using executable = compile(rows, { table: [4, 8], ids: ints(3) });
  executable.inputs.ids.set([1, 7, 2]);
  const error = await thrownBy(() => executable[method]());
  expect(error).toMatchObject({ code: "engine", where: made });
  expect(error.message).toMatch(/^gather of float32\[4, 8\], int32\[3\]: .*idx=7/);
  executable.inputs.ids.set([1, 3, 2]);
  await expect((async () => executable[method]())()).resolves.toBeUndefined();
});

it("an error in the backward pass names the gradient's op", async () => {
  using executable = compile(({ x, i }) => ({ dx: gradients(mean(gather(x, i)), [x])[0]! }), { x: [2, 3], i: ints(1) });
  executable.inputs.i.fill(5);
  const error = await thrownBy(() => executable.run());
  expect(error.message).toMatch(/^indexAdd of float32\[2, 3\], int32\[1\], float32\[1, 3\]: .*5/);
  expect(error.where).toMatch(/errors\.test\.ts:\d+$/);
});

it("an op that lacks a kernel for its type is refused when it is compiled, with what to do", async () => {
  const error = await thrownBy(() => compile(() => ({ y: neg(input("x", [2], "bfloat16")) }), {}));
  expect(error.message).toBe("neg of bfloat16[2]: this device has no kernel for its element type");
  expect(error).toMatchObject({ code: "engine", help: 'cast(x, "float32") first' });
  expect(error.where).toMatch(/errors\.test\.ts:\d+$/);
  using works = compile(() => ({ y: neg(cast(input("x", [2], "bfloat16"), "float32")) }), {});
  expect(() => works.run()).not.toThrow();
});
