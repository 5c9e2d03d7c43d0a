import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { modelCache, type Opened } from "./cache.ts";

let project: string;
let events: string[];
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "plaudit-cache-"));
  events = [];
  for (const name of ["a", "b", "c"]) {
    mkdirSync(join(project, "models", name), { recursive: true });
    for (const file of ["config.json", "model.safetensors"]) writeFileSync(join(project, "models", name, file), "{}");
  }
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

/** Models that only say when they come and go; `a` and `b` write, `c` scores. */
const open = (folder: string): Opened => {
  const name = basename(folder);
  events.push(`+${name}`);
  const able = name === "c" ? { score: async () => [] } : { writer: {} };
  return { model: {}, ...able, dispose: () => events.push(`-${name}`) } as unknown as Opened;
};
const cache = (limit: number) => modelCache({ project, limit, open });

describe("opened models", () => {
  it("stay open for the next request, the ones used last", () => {
    const models = cache(2);
    for (const name of ["a", "b", "a"]) models.writer(`models/${name}`).release();
    models.judge("models/c").release();
    models.writer("models/a").release();
    expect(events).toEqual(["+a", "+b", "+c", "-b"]);
    models.close();
    expect(events.slice(4).sort()).toEqual(["-a", "-c"]);
  });

  it("are not closed while somebody uses them", () => {
    const models = cache(1);
    const first = models.writer("models/a");
    const again = models.writer("models/a");
    models.writer("models/b").release();
    first.release();
    first.release();
    expect(events).toEqual(["+a", "+b"]);
    again.release();
    expect(events).toEqual(["+a", "+b", "-a"]);
  });

  it("are opened anew when a run has replaced their weights", () => {
    const models = cache(2);
    const before = models.writer("models/a");
    utimesSync(join(project, "models/a/model.safetensors"), 1, 1);
    models.writer("models/a").release();
    expect(events).toEqual(["+a", "+a"]);
    before.release();
    expect(events).toEqual(["+a", "+a", "-a"]);
  });

  it("of the wrong kind, or that are none, are refused", () => {
    const models = cache(2);
    expect(() => models.judge("models/a")).toThrow(expect.objectContaining({ code: "not-a-reward-model" }));
    expect(() => models.writer("models/c")).toThrow(expect.objectContaining({ code: "not-a-language-model" }));
    for (const id of ["models/d", "models", "../models/a", join(project, "models/a"), "models/a/", ""])
      expect(() => models.writer(id), id).toThrow(expect.objectContaining({ code: "missing-model" }));
  });
});
