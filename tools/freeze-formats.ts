/**
 * Writes one small example of every file format of Plaudit's, by the commands themselves: test/formats/v1 was made by it.
 * An example stays as it is for ever; a new format gets a folder of its own.
 *
 *     npx tsx --conditions=source tools/freeze-formats.ts NEW-FOLDER
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [folder] = process.argv.slice(2);
if (folder === undefined || existsSync(folder)) {
  console.error("usage: tsx --conditions=source tools/freeze-formats.ts NEW-FOLDER");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const program = fileURLToPath(new URL("../bin/plaudit.js", import.meta.url));
/** Runs a command in the folder. With `interrupt` it gets a Ctrl-C when its run has begun, and leaves a checkpoint. */
function plaudit(line: string, { interrupt = false } = {}): Promise<void> {
  const child = spawn(process.execPath, [program, ...line.split(" ")], { cwd: folder });
  const begun = /^run: /m;
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    const first = interrupt && !begun.test(said) && begun.test(said + text);
    said += text;
    if (first) child.kill("SIGINT");
  });
  return new Promise((done, fail) => {
    child.on("close", (code) => (code === (interrupt ? 4 : 0) ? done() : fail(new Error(`${line}: ${code}\n${said}`))));
  });
}
const write = (name: string, rows: readonly object[]) =>
  writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

// Few letters, so that a model is small.
const prompts = ["tea?", "rest?", "好?", "is 好 tea?", "user?"].map((content) => [{ role: "user", content }]);
writeFileSync(join(folder, "text.txt"), "user assistant\nis tea 好? 好。\n".repeat(12));
write(
  "prompts.jsonl",
  prompts.map((prompt) => ({ prompt })),
);
write(
  "demonstrations.jsonl",
  prompts.map((prompt) => ({ prompt, completion: [{ role: "assistant", content: "好。" }] })),
);

const all = "--threads 1 --seed 1";
const run = `${all} --log-samples 2`;
const tiny = "--model gpt2 --layers 1 --heads 1 --dim 8 --context 36 --tokenizer characters";
await plaudit(`pretrain --data text.txt ${tiny} --batch-size 2 --max-steps 2 --out pretrain ${run}`);
const sft = "sft --model pretrain --data demonstrations.jsonl --chat-template chatml --validation-share 0";
await plaudit(`${sft} --max-steps 500 --out sft ${run}`, { interrupt: true });
const [checkpoint] = readdirSync(join(folder, "sft", "checkpoints"));
const tuned = `sft/checkpoints/${checkpoint}`;
await plaudit(`sample --model ${tuned} --prompts prompts.jsonl --k 3 --max-new-tokens 5 --out tasks.jsonl ${all}`);
await plaudit("label tasks.jsonl --simulate 2 --overlap 1 --seed 1 --export rankings.jsonl");
await plaudit(`reward --model ${tuned} --data rankings.jsonl --validation-share 0 --max-steps 2 --out reward ${run}`);
const ppo = `ppo --policy ${tuned} --reward reward --value reward --prompts prompts.jsonl --pretrain text.txt`;
const sizes = "--rollout-size 4 --max-completion-length 5 --ptx-coef 1 --ptx-batch-size 2 --ema-decay 0.9";
await plaudit(`${ppo} ${sizes} --max-steps 500 --out ppo ${run}`, { interrupt: true });
// A report is for people; nothing reads it again.
for (const { name, parentPath } of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (name === "report.html") rmSync(join(parentPath, name));
}
