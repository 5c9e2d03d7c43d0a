import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../base/index.ts";
import { configureThreads, openLibrary, threads } from "./library.ts";
import { libraryPath } from "./locate.ts";

// In this order: a library and its environment are opened once in a process.
describe("the library", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it("says which file PLAUDIT_ORT_LIBRARY names when there is none", () => {
    vi.stubEnv("PLAUDIT_ORT_LIBRARY", "/nowhere/libonnxruntime.so");
    expect(openLibrary).toThrow(
      expect.objectContaining({ code: "engine", message: expect.stringContaining("/nowhere/libonnxruntime.so") }),
    );
  });

  it("says that a file is no library", () => {
    const notALibrary = fileURLToPath(import.meta.url);
    vi.stubEnv("PLAUDIT_ORT_LIBRARY", notALibrary);
    expect(openLibrary).toThrow(
      expect.objectContaining({ code: "engine", help: expect.stringContaining("PLAUDIT_ORT_LIBRARY") }),
    );
  });

  it("says that a platform has no library in the package", () => {
    vi.stubGlobal("process", { ...process, env: {}, platform: "sunos", arch: "sparc" });
    expect(libraryPath).toThrow(/sunos-sparc/);
  });

  it.each([0, -1, 1.5, Number.NaN, availableParallelism() + 1])("refuses %d threads", (n) => {
    expect(() => configureThreads(n)).toThrow(UsageError);
    expect(() => configureThreads(n)).toThrow(expect.objectContaining({ code: "threads" }));
  });

  it("keeps the number of threads it was opened with", () => {
    configureThreads(1);
    expect(openLibrary().threads).toBe(1);
    expect(threads()).toBe(1);
    expect(() => configureThreads(1)).not.toThrow();
    if (availableParallelism() > 1)
      expect(() => configureThreads(2)).toThrow(expect.objectContaining({ code: "threads" }));
  });

  it("lists the providers that were compiled in", () => {
    expect(openLibrary().providers).toContain("CPUExecutionProvider");
  });

  it("serves a worker thread beside the main one, and outlives it", async () => {
    const script = `
      import("tsx/esm/api").then(async ({ tsImport }) => {
        const { openLibrary } = await tsImport(process.argv.at(-1), "file:///");
        const { api, env } = openLibrary();
        require("node:worker_threads").parentPort.postMessage({ env, failed: api.CreateSessionOptions([null]) });
      });
    `;
    const { env } = openLibrary();
    const worker = new Worker(script, { eval: true, argv: [new URL("./library.ts", import.meta.url).href] });
    const [message] = await once(worker, "message");
    expect(message).toEqual({ env, failed: null });
    await worker.terminate();
    const { api } = openLibrary();
    expect(api.CreateSessionOptions([null])).toBe(null);
  });

  it("prints nothing of its own, also when a graph cannot be loaded, and lets the process end", () => {
    const script = `
      import { createSession } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
      try { createSession(Uint8Array.of(1, 2, 3)); } catch (error) { console.log(error.code); }
    `;
    const child = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
      encoding: "utf8",
    });
    expect(child).toMatchObject({ status: 0, signal: null, stderr: "", stdout: "engine\n" });
  });
});
