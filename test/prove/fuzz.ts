/**
 * 10,000 requests made from the schemas of every route, right, nearly right and wrong, and from noise; on one's own
 * machine and with accounts, as every role and as a stranger. No reply is a mistake of the server, each refusal is an
 * error that programs understand, and none tells of stacks or of paths. `--set requests=500` for a quicker look.
 */
import { type Fuzzed, fuzz } from "../fuzz/fuzz.ts";
import type { Proof } from "./proof.ts";

const modes = ["local", "accounts"] as const;
type Result = { readonly mode: (typeof modes)[number]; readonly seed: number } & Fuzzed;

export const fuzzing: Proof = {
  question: "Does any request make the server fail by itself, or tell of stacks or paths, whoever sends it?",
  async run({ seeds, settings, note }) {
    const { requests = 10_000 } = settings;
    const results: Result[] = [];
    for (const seed of seeds) {
      for (const mode of modes) {
        const fuzzed = await fuzz({ mode, requests, seed });
        note(`${mode}, seed ${seed}: ${fuzzed.requests} requests, ${fuzzed.failures.length} failures`);
        results.push({ mode, seed, ...fuzzed });
      }
    }
    return { passed: results.every(({ failures }) => failures.length === 0), results, table: tableOf(results) };
  },
};

const tableOf = (results: readonly Result[]): string =>
  [
    "| mode | seed | requests | by status | routes answered with 200 | failures |",
    "|---|---|---|---|---|---|",
    ...results.map(({ mode, seed, requests, statuses, succeeded, routes, failures }) => {
      const counts = Object.entries(statuses).map(([status, n]) => `${status}: ${n}`);
      return `| ${mode} | ${seed} | ${requests} | ${counts.join(", ")} | ${succeeded} of ${routes} | ${failures.length} |`;
    }),
  ].join("\n");
