import { extname, resolve } from "node:path";
import { nearest, type Problem, UsageError } from "../../base/index.ts";
import { readText } from "../../files/index.ts";

/** Reads options from a `.yaml`, `.yml`, `.json`, `.ts` or `.js` file and refuses keys that the command does not have. */
export async function readConfigFile(file: string, keys: readonly string[]): Promise<Record<string, unknown>> {
  const config = [".yaml", ".yml", ".json"].includes(extname(file)) ? await readYaml(file) : await runModule(file);
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new UsageError(`${file} holds no options: wanted one \`key: value\` a line`, {
      code: "bad-config",
      where: file,
      help: "for example `learningRate: 1e-4`",
    });
  }
  const problems = Object.keys(config).flatMap((key): Problem[] => {
    if (keys.includes(key)) return [];
    const near = nearest(key, keys);
    const help = near ? `did you mean ${near}?` : `known are ${keys.join(", ")}`;
    return [{ code: "unknown-flag", message: `no option is called ${key}`, where: file, help }];
  });
  const [first] = problems;
  if (first && problems.length === 1) throw new UsageError(first.message, first);
  if (first) throw new UsageError(`${file} has unknown options`, { code: "unknown-flag", where: file, problems });
  return config as Record<string, unknown>;
}

/** JSON is YAML, so one parser serves both and names the line of a mistake in either. */
async function readYaml(file: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (!error) return document.toJS();
  const where = `${file}:${lines.linePos(error.pos[0]).line}`;
  throw new UsageError(`${error.message.replace(/\.$/, "")}`, { code: "bad-config", where });
}

async function runModule(file: string): Promise<unknown> {
  readText(file); // a missing file is better explained here than by the module loader
  const { createJiti } = await import("jiti");
  try {
    return await createJiti(import.meta.url, { fsCache: false }).import(resolve(file), { default: true });
  } catch (cause) {
    throw new UsageError(`${file} could not be run: ${(cause as Error).message}`, {
      code: "bad-config",
      where: file,
      cause,
    });
  }
}
