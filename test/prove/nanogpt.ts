/** nanoGPT's setting for a laptop (its README: validation loss 1.88), as an ordinary command. Needs the text beside the project. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { plaudit } from "./program.ts";
import type { Proof } from "./proof.ts";

const text = fileURLToPath(new URL("../../../shared/data/text/tinyshakespeare.txt", import.meta.url));

export const nanogpt: Proof = {
  question: "Does nanoGPT's CPU setting on Tiny Shakespeare reach a validation loss of 1.90 or less?",
  async run({ seeds, note }) {
    if (!existsSync(text)) throw new Error("Tiny Shakespeare is not there: ../shared/data/text/tinyshakespeare.txt");
    const folder = mkdtempSync(join(tmpdir(), "plaudit-nanogpt-"));
    try {
      const results = [];
      for (const seed of seeds) {
        const words = [
          "pretrain",
          "--data",
          text,
          "--model",
          "gpt2",
          "--tokenizer",
          "characters",
          "--layers",
          4,
          "--heads",
          4,
        ];
        const sizes = ["--dim", 128, "--context", 64, "--batch-size", 12, "--max-steps", 2000, "--learning-rate", 1e-3];
        const { trainLoss, validationLoss, seconds } = await plaudit<{
          trainLoss: number;
          validationLoss: number;
          seconds: number;
        }>(folder, [...words, ...sizes, "--seed", seed, "--out", `seed-${seed}`]);
        note(`seed ${seed}: validation loss ${validationLoss.toFixed(4)} after ${seconds.toFixed(0)} s`);
        results.push({ seed, trainLoss, validationLoss, seconds });
      }
      return { passed: results.every(({ validationLoss }) => validationLoss <= 1.9), results };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
