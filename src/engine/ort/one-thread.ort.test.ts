import { expect, it } from "vitest";
import { compileOn } from "../compile/index.ts";
import { indexAdd } from "../graph/index.ts";
import { onnxRuntime } from "./backend.ts";

const [rows, tokens, width] = [7, 500, 33];

/** Adds 500 rows to 7, in place, so that each is met many times. */
function added(threads?: 1): Float32Array {
  const specs = {
    table: [rows, width],
    ids: { shape: [tokens], dtype: "int32" },
    updates: [tokens, width],
  } as const;
  using graph = compileOn(onnxRuntime({ threads }), (x) => ({ sum: indexAdd(x.table, x.ids, x.updates) }), specs, {
    update: { sum: "table" },
  });
  const { table, ids, updates } = graph.inputs;
  for (let i = 0; i < table.length; i++) table[i] = Math.sin(i);
  for (let i = 0; i < tokens; i++) ids[i] = (i * i) % rows;
  for (let i = 0; i < updates.length; i++) updates[i] = Math.cos(i) * 10 ** (i % 5);
  graph.run();
  return table.slice();
}

it("adds rows in the same order with one thread and with several: the same bits", () => {
  expect(added(1)).toEqual(added());
});
