import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readCases } from "./cases.ts";
import { check } from "./registry.ts";

// The fixtures in the repository, and those beside it where a machine has them.
const folders = ["../golden", "../../../shared/golden"]
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .filter((folder) => existsSync(folder));

describe.each(folders)("%s", (folder) => {
  it.for(readCases(folder))("$id", async (given, { skip }) => {
    const outcome = await check(given);
    skip(outcome === "not covered", "nothing checks this yet");
    expect(outcome).toBe("passed");
  });
});
