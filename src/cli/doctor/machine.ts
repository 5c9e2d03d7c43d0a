import { existsSync } from "node:fs";
import { readdir, stat, statfs } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, freemem, homedir, platform, totalmem } from "node:os";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import { bytes, defineCommand, table } from "../frame/index.ts";

const Result = z.strictObject({
  plaudit: z.string(),
  node: z.string(),
  platform: z.string(),
  processor: z.string(),
  cores: z.int(),
  memory: z.strictObject({ total: z.number(), free: z.number() }),
  diskFree: z.number(),
  /** Null when no device can be used; `problem` then says why. */
  engine: z.strictObject({ devices: z.array(z.string()), problem: z.string().optional() }),
  paths: z.array(z.strictObject({ what: z.string(), path: z.string(), bytes: z.number().nullable() })),
});

export const doctorMachine = defineCommand({
  name: "doctor machine",
  summary: "what this machine offers, and every path in use with its size",
  examples: ["plaudit doctor machine", "plaudit doctor machine --json"],
  schema: z.strictObject({}),
  resultSchema: Result,
  async run(context) {
    const disk = await statfs(".");
    const machine: z.infer<typeof Result> = {
      plaudit: createRequire(import.meta.url)("../../../package.json").version,
      node: process.version,
      platform: `${platform()}-${arch()}`,
      processor: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memory: { total: totalmem(), free: freemem() },
      diskFree: disk.bavail * disk.bsize,
      engine: await engine(),
      paths: await Promise.all(pathsInUse(context.env).map(measure)),
    };
    context.emit(describe(machine), machine);
    return machine.engine.problem ? { exitCode: 5, next: "npm install" } : { next: "plaudit quickstart" };
  },
});

async function engine(): Promise<z.infer<typeof Result>["engine"]> {
  try {
    const { availableDevices } = await import("../../engine/ort/index.ts");
    return { devices: availableDevices() };
  } catch (error) {
    return { devices: [], problem: (error as Error).message };
  }
}

interface Used {
  readonly what: string;
  readonly path: string;
}

function pathsInUse(env: NodeJS.ProcessEnv): Used[] {
  const { HF_HUB_CACHE, HF_HOME = join(homedir(), ".cache", "huggingface"), PLAUDIT_ORT_LIBRARY } = env;
  const packaged = () => join(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"), "..");
  return [
    { what: "runs", path: "runs" },
    { what: "project database", path: "plaudit.db" },
    { what: "project journal", path: "journal.jsonl" },
    { what: "models and datasets from the hub", path: HF_HUB_CACHE ?? join(HF_HOME, "hub") },
    { what: "ONNX Runtime", path: PLAUDIT_ORT_LIBRARY ?? packaged() },
  ];
}

async function measure({ what, path }: Used) {
  return { what, path: withoutNames(path), bytes: existsSync(path) ? await sizeOf(path) : null };
}

/** Bytes on disk; links count for nothing, so the hub cache's snapshots do not double its blobs. */
async function sizeOf(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.size;
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const sizes = await Promise.all(
    entries.map(async (entry) => (entry.isFile() ? (await stat(join(entry.parentPath, entry.name))).size : 0)),
  );
  return sizes.reduce((a, b) => a + b, 0);
}

/** Paths as others may see them in a bug report: relative to here, or to `~`, never with a person's name. */
function withoutNames(path: string): string {
  const inside = (folder: string) => {
    const rest = relative(folder, path);
    return rest.startsWith("..") || rest.startsWith(sep) ? undefined : rest;
  };
  const fromHome = inside(homedir());
  return inside(process.cwd()) ?? (fromHome === undefined ? path : join("~", fromHome));
}

function describe(machine: z.infer<typeof Result>): string {
  const { memory, paths, engine } = machine;
  const facts = [
    ["Plaudit", machine.plaudit],
    ["Node", machine.node],
    ["machine", `${machine.platform}, ${machine.cores} cores, ${machine.processor}`],
    ["memory", `${bytes(memory.free)} free of ${bytes(memory.total)}`],
    ["disk", `${bytes(machine.diskFree)} free`],
    ["engine", engine.problem ?? `ONNX Runtime with ${engine.devices.join(", ")}`],
  ];
  const places = paths.map(({ what, path, bytes: size }) => [what, size === null ? "absent" : bytes(size), path]);
  return `${table(facts)}\n\nPaths in use\n${table(places)}`;
}
