// TRL reads what we export. Needs a Python with trl and datasets:
// PLAUDIT_PEER_PYTHON=/path/to/python npx vitest run --project e2e test/e2e/trl.test.ts
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonl, plaudit, tinyFolder } from "./tiny.ts";

const python = process.env.PLAUDIT_PEER_PYTHON;
const missing = why();
const folder = mkdtempSync(join(tmpdir(), "plaudit-trl-"));
afterAll(() => rmSync(folder, { recursive: true }));

function why(): string {
  if (!python) return " (skipped: PLAUDIT_PEER_PYTHON is not set)";
  try {
    execFileSync(python, ["-c", "import trl, datasets"], { stdio: "ignore" });
    return "";
  } catch {
    return ` (skipped: ${python} has no trl or no datasets)`;
  }
}

/** Each file as `datasets` loads it, in the hands of TRL's own functions for its format. */
const script = `
import json, os, sys
os.environ["HF_HUB_OFFLINE"] = "1"
import datasets
from transformers import AutoTokenizer
from trl import apply_chat_template, extract_prompt, is_conversational, unpair_preference_dataset

datasets.disable_progress_bars()
folder, model, *names = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(model)
seen = {}
for name in names:
    kind = "parquet" if name.endswith("parquet") else "json"
    rows = datasets.load_dataset(kind, data_files=os.path.join(folder, name), split="train", cache_dir=os.path.join(folder, "cache"))
    if "chosen" in rows.column_names and "prompt" not in rows.column_names:
        rows = rows.map(extract_prompt)
    if "chosen" in rows.column_names:
        unpaired = unpair_preference_dataset(rows.select_columns(["prompt", "chosen", "rejected"]))
        assert len(unpaired) == 2 * len(rows) and set(unpaired.column_names) == {"prompt", "completion", "label"}
    conversational = is_conversational(rows[0])
    if conversational:
        rows = rows.map(lambda row: apply_chat_template(row, tokenizer))
    seen[name] = {"rows": len(rows), "columns": sorted(rows.column_names), "conversational": conversational}
print(json.dumps(seen))
`;

const standard = {
  rankings: [{ prompt: "Opens at", completions: [" nine.", " never.", " ten 🙂."], ranks: [1, 2, 2] }],
  answers: [{ prompt: "茶店几点开门？", completion: "八点。" }],
};
const said = (content: string) => [{ role: "assistant", content }];
const conversational = {
  rankings: [
    { prompt: [{ role: "user", content: "几点开门？" }], completions: ["八点。", "不知道。"].map(said), ranks: [1, 2] },
  ],
  answers: [{ prompt: [{ role: "user", content: "Opens?" }], completion: said("At nine.") }],
};
const forms = ["preference", "implicit", "unpaired", "demonstrations"] as const;
const columns = {
  preference: ["chosen", "prompt", "rejected"],
  implicit: ["chosen", "prompt", "rejected"],
  unpaired: ["completion", "label", "prompt"],
  demonstrations: ["completion", "prompt"],
};

describe.skipIf(missing !== "")(`exports in TRL's hands${missing}`, () => {
  const names: string[] = [];
  let seen: Record<string, { rows: number; columns: string[]; conversational: boolean }>;
  beforeAll(async () => {
    for (const [project, { rankings, answers }] of Object.entries({ standard, conversational })) {
      writeFileSync(join(folder, "rankings.jsonl"), jsonl(rankings));
      writeFileSync(join(folder, "answers.jsonl"), jsonl(answers));
      for (const file of ["rankings.jsonl", "answers.jsonl"]) {
        expect((await plaudit(folder, ["data", "import", file, "--project", project])).code).toBe(0);
      }
      for (const form of forms) {
        for (const ending of ["jsonl", "parquet"]) {
          const name = `${project}-${form}.${ending}`;
          const to = form === "implicit" ? ["preference", "--implicit-prompt"] : [form];
          expect((await plaudit(folder, ["data", "export", project, "--to", ...to, "--out", name])).code).toBe(0);
          names.push(name);
        }
      }
    }
    tinyFolder(join(folder, "model"), { seed: 1 });
    const out = execFileSync(python!, ["-c", script, folder, join(folder, "model"), ...names], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    seen = JSON.parse(out);
  }, 300_000);

  it("are of the type that they were asked for, conversations as conversations, as JSONL and as Parquet", () => {
    for (const project of ["standard", "conversational"]) {
      for (const form of forms) {
        const as = ["jsonl", "parquet"].map((ending) => seen[`${project}-${form}.${ending}`]);
        expect(as[0], `${project} ${form}`).toEqual(as[1]);
        expect(as[0]).toMatchObject({ columns: columns[form], conversational: project === "conversational" });
        expect(as[0]!.rows).toBeGreaterThan(0);
      }
    }
  });
});
