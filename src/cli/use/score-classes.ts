/** `plaudit score` of a classifier: the probability of every class, or choice, of each row. */
import { z } from "zod";
import { classProbabilities } from "../../align/index.ts";
import { DataError } from "../../base/index.ts";
import type { Dataset } from "../../data/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import { mean, wilsonInterval } from "../../stats/index.ts";
import { type Context, table, truncate } from "../frame/index.ts";
import { type ClassificationOptions, classificationRows } from "../inputs/classification-rows.ts";
import { printable } from "../terminal/printable.ts";

export const ClassifiedRow = z.strictObject({
  /** `file:line`. */
  where: z.string(),
  /** What the row says. */
  label: z.string(),
  /** The likeliest class or choice. */
  predicted: z.string(),
  /** In the order of the classes (`id2label` of config.json) or choices. */
  probabilities: z.array(z.number()),
});
export const ClassifiedSummary = z.strictObject({
  rows: z.int(),
  /** Share of the rows whose label is the likeliest, with a 95 % interval. */
  accuracy: z.number(),
  low: z.number(),
  high: z.number(),
  /** Mean of −log p(label), nats. */
  loss: z.number(),
});
type Result = z.infer<typeof ClassifiedRow> | z.infer<typeof ClassifiedSummary>;

const shownRows = 10;

export async function scoreClasses(
  context: Context<Result>,
  model: LanguageModel,
  data: Dataset<"classification">,
  options: Omit<ClassificationOptions, "maxLength">,
): Promise<void> {
  const { network } = model;
  const choices = data.rows[0]!.choices !== undefined;
  if (choices !== (network.labels === undefined)) {
    throw new DataError(
      `${data.path} holds ${choices ? "choices" : "texts with a class"}, the model judges the other`,
      {
        code: "wrong-kind",
        where: data.path,
        help: "a classifier reads rows like those that it was trained on: plaudit sft --kind classification",
      },
    );
  }
  const { items } = classificationRows(data, model, { ...options, maxLength: network.context });
  const probabilities = await classProbabilities(model, items);
  const rows = items.map(({ where, names, label }, i) => ({
    where,
    label: names[label]!,
    predicted: names[probabilities[i]!.indexOf(Math.max(...probabilities[i]!))]!,
    probabilities: probabilities[i]!,
  }));
  const right = rows.filter(({ label, predicted }) => label === predicted).length;
  const { value: accuracy, low, high } = wilsonInterval(right, rows.length);
  const loss = mean(items.map(({ label }, i) => -Math.log(probabilities[i]![label]!)));
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines = rows
    .slice(0, shownRows)
    .map(({ where, label, predicted, probabilities }) => [
      where,
      `${truncate(printable(predicted), 30)} ${percent(Math.max(...probabilities))}`,
      label === predicted ? "" : `said to be ${truncate(printable(label), 30)}`,
    ]);
  const text = [
    table([["row", "class", ""], ...lines]),
    ...(rows.length > shownRows ? [`… ${rows.length - shownRows} more rows; --json prints all`] : []),
    `${right} of ${rows.length} as labelled: ${percent(accuracy)} (95 % interval ${percent(low)} – ${percent(high)})`,
  ];
  context.emit(text.join("\n"), ...rows, { rows: rows.length, accuracy, low, high, loss });
}
