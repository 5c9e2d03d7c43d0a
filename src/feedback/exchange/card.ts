/** The dataset card of an export: README.md with the YAML header of the Hugging Face hub. */
import type { Form, Question } from "../form.ts";
import type { Measured } from "../report/resampling.ts";
import type { ExportFormat } from "./formats.ts";

export interface CardOptions {
  readonly title: string;
  readonly format: ExportFormat;
  /** The file's name, beside the card. */
  readonly file: string;
  readonly rows: number;
  readonly people: number;
  readonly tasks: number;
  /** Share of pairs on which people agree, and Krippendorff's α. */
  readonly agreement: { readonly pairs: Measured; readonly alpha: Measured };
  readonly form: Form;
  /** BCP 47, as far as tasks say. */
  readonly languages: readonly string[];
}

const meanings: Readonly<Record<ExportFormat, string>> = {
  all: "The whole journal: one entry a line, as it was written.",
  rankings: "`prompt`, `completions`, `ranks` (1 is best, equal ranks are ties, null was not judged), `annotator`.",
  preference:
    "`prompt`, `chosen`, `rejected` (TRL's preference format); `margin` from 1 to 4 where people said how much better, 0 where they did not.",
  unpaired: "`prompt`, `completion`, `label` (TRL's unpaired preference format).",
  demonstrations: "`prompt`, `completion` (TRL's prompt-completion format): answers that people wrote or edited.",
  sft: "`messages`: conversations whose last answer a person wrote or edited.",
};

/** What only the publisher knows (the licence, who was asked and how they were paid) is left to be filled in. */
export async function datasetCard({
  title,
  format,
  file,
  rows,
  people,
  tasks,
  agreement,
  form,
  languages,
}: CardOptions): Promise<string> {
  const { stringify } = await import("yaml");
  const header = stringify({
    pretty_name: title || "Human feedback",
    ...(languages.length > 0 && { language: languages }),
    tags: [
      "human-feedback",
      ...(format === "preference" || format === "unpaired" ? ["trl", "preference"] : []),
      "plaudit",
    ],
    size_categories: [sizeOf(rows)],
    configs: [{ config_name: format, data_files: [{ split: "train", path: file }] }],
  });
  const questions = [...lines("about the prompt", form.prompt), ...lines("about each answer", form.answer)];
  return `---
license: # for the publisher to choose: huggingface.co/docs/hub/repositories-licenses
${header}---

# ${title || "Human feedback"}

${meanings[format]}

| | |
|---|---|
| rows | ${rows} |
| tasks | ${tasks} |
| people | ${people} |
| pairs on which two people agree | ${inWords(agreement.pairs)} |
| Krippendorff's α of the ranks | ${inWords(agreement.alpha)} |

Intervals are 95 % bootstraps over tasks.

## What people were asked

Comparison: ${form.comparison}${form.comparison !== "none" && form.ties ? ", ties allowed" : ""}.
${questions.length > 0 ? `\n${questions.join("\n")}\n` : ""}
## For the publisher to fill in

Who the people are and what they were paid, where the prompts come from, what the answers were written by, and the licence.
`;
}

const lines = (about: string, questions: readonly Question[]): string[] =>
  questions.map((question) => `- ${about}: ${question.text.en} (${answersTo(question)})`);

function answersTo(question: Question): string {
  switch (question.kind) {
    case "yesNo":
      return question.notApplicable ? "yes, no, not applicable" : "yes, no";
    case "choice":
      return question.options.map(({ text }) => text.en).join(", ");
    case "rating":
      return `${question.min} to ${question.max}`;
    case "text":
      return "in words";
  }
}

const inWords = (measured: Measured): string =>
  measured === null
    ? "too little to say"
    : `${measured.value.toFixed(3)} (${measured.low.toFixed(3)} to ${measured.high.toFixed(3)}, ${measured.n} tasks)`;

/** The hub's classes of size. */
function sizeOf(rows: number): string {
  if (rows < 1e3) return "n<1K";
  if (rows < 1e4) return "1K<n<10K";
  if (rows < 1e5) return "10K<n<100K";
  return rows < 1e6 ? "100K<n<1M" : "1M<n<10M";
}
