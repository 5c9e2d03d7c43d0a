/**
 * Compares this library with frozen results of established ones: `npm run parity -- [--golden DIR] [--only PREFIX,…]`.
 * One line per case that fails, then what nothing checks yet, then `N passed, N failed`; exit code 1 when any failed.
 * Under --only a case that nothing checks fails, unless it is optional.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PlauditError } from "../../src/base/index.ts";
import { type GoldenCase, readCases } from "./cases.ts";
import { check } from "./registry.ts";

const write = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { golden: { type: "string" }, only: { type: "string" } } });
  const all = readCases(values.golden ?? fileURLToPath(new URL("../golden", import.meta.url)));
  const prefixes = values.only?.split(",").filter((prefix) => prefix !== "");
  const wanted = (given: GoldenCase) => prefixes?.some((prefix) => given.id.startsWith(prefix)) ?? true;
  for (const prefix of prefixes ?? []) {
    if (!all.some(({ id }) => id.startsWith(prefix))) process.stderr.write(`no case begins with ${prefix}\n`);
  }

  let passed = 0;
  let failed = 0;
  const notCovered: string[] = [];
  for (const given of all.filter(wanted)) {
    const outcome = await check(given);
    if (outcome === "passed") passed++;
    else if (outcome === "not covered" && (prefixes === undefined || given.optional)) notCovered.push(given.id);
    else {
      failed++;
      write(`${given.id}: ${outcome === "not covered" ? outcome : outcome.problems.join("; ")}`);
    }
  }
  if (notCovered.length > 0) write(`not covered: ${notCovered.join(", ")} (${notCovered.length})`);
  write(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof PlauditError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  if (!known) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
