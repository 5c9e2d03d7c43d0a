/**
 * 100 annotators, each of whom gets tasks and answers one every second, in a project of 100,000 judgements, and somebody
 * who watches the dashboard: 95 of 100 requests take less than 100 ms, none fails, the dashboard comes within a second.
 * `--set annotators=20 --set judgements=5000 --set seconds=10` for less.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Load, type Loaded, underLoad, type Waited } from "../store/load.ts";
import type { Proof } from "./proof.ts";

const wanted = { p95Ms: 100, dashboardMs: 1000 };
const forms = ["ranking", "instructgpt"] as const;

export const load: Proof = {
  question:
    "Do 100 annotators at once wait less than 100 ms, with the dashboard of 100,000 judgements within a second?",
  async run({ seeds, settings, note }) {
    const size = { judgements: 100_000, tasks: 20_000, annotators: 100, warmupSeconds: 10, seconds: 30, ...settings };
    const results: (Load & Loaded)[] = [];
    for (const seed of seeds) {
      for (const form of forms) {
        const folder = mkdtempSync(join(tmpdir(), "plaudit-load-"));
        try {
          const asked: Load = { ...size, form, seed };
          const loaded = await underLoad(join(folder, "project"), asked, (line) => note(`${form}: ${line}`));
          results.push({ ...asked, ...loaded });
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }
    }
    return { passed: results.every(holds), results, table: tableOf(results) };
  },
};

/** The very first dashboard of a project is made before it can be shown; from then on there is one, after a restart too. */
const holds = ({ lease, answer, failed, dashboard: { unchanged, working, after, restarted } }: Loaded): boolean =>
  failed === 0 &&
  [lease, answer].every(({ p95 }) => p95 < wanted.p95Ms) &&
  [unchanged, working.max, after, restarted].every((ms) => ms < wanted.dashboardMs);

const tableOf = (results: readonly (Load & Loaded)[]): string =>
  [
    "| form | lease p50 / p95 / max | answer p50 / p95 / max | failed | dashboard first / unchanged / while working p95 / after / after a restart | cores | load |",
    "|---|---|---|---|---|---|---|",
    ...results.map(
      ({ form, lease, answer, failed, dashboard: { first, unchanged, working, after, restarted }, ...more }) => {
        const times = [first, unchanged, working.p95, after, restarted].join(" / ");
        const cells = [form, spread(lease), spread(answer), failed, `${times} ms`, more.busyCores, more.loadAverage[1]];
        return `| ${cells.join(" | ")} |`;
      },
    ),
  ].join("\n");

const spread = ({ p50, p95, max }: Waited): string => `${p50} / ${p95} / ${max} ms`;
