// Other seeds than the frozen numbers': torch, stable-baselines3 and sb3-contrib compute random cases while we wait. Needs a
// Python with these: PLAUDIT_PEER_PYTHON=/path/to/python npx vitest run --project parity test/parity/peers.test.ts
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readCases } from "./cases.ts";
import { check } from "./registry.ts";

const python = process.env.PLAUDIT_PEER_PYTHON;
const missing = why();

function why(): string {
  if (!python) return " (skipped: PLAUDIT_PEER_PYTHON is not set)";
  try {
    execFileSync(python, ["-c", "import torch, stable_baselines3, sb3_contrib"], { stdio: "ignore" });
    return "";
  } catch {
    return ` (skipped: ${python} has no torch, stable_baselines3 or sb3_contrib)`;
  }
}

it.skipIf(missing)(
  `optimizers and the formulas of reinforcement learning agree on 50 random cases each${missing}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "plaudit-peers-"));
    const script = fileURLToPath(new URL("peers.py", import.meta.url));
    try {
      execFileSync(python!, [script, folder, "11", "50"], { stdio: ["ignore", "ignore", "inherit"] });
      const wrong: string[] = [];
      for (const given of readCases(folder)) {
        const outcome = await check(given);
        if (outcome !== "passed") wrong.push(`${given.id}: ${JSON.stringify(outcome)}`);
      }
      expect(wrong).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
