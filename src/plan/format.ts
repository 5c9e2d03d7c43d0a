import type { PlanReport } from "./decoder.ts";

/** The time that `tokens` take at a measured speed. `gflops` = 10⁹ floating-point operations a second; returns seconds. */
export const estimateSeconds = (report: PlanReport, tokens: number, gflops: number): number =>
  (report.flops.training * tokens) / (gflops * 1e9);

/** The report as a table for people: exact parameters, operations, and every part of the memory. */
export function formatPlan(report: PlanReport): string {
  const { config, parameters, flops, memory, batch, context, lanes, models, kvCache } = report;
  const { layers, heads, kvHeads, dim, ff, vocab } = config;
  const { learning, reading } = models;
  const held = [learning > 1 ? `${learning} models that learn` : "", reading > 0 ? `${reading} that are read` : ""];
  const rows: [string, string][] = [
    ["architecture", `${config.architecture}: ${layers} layers, ${dim} wide, ${heads} heads of ${dim / heads}`],
    ...(kvHeads === heads ? [] : [["key/value heads", `${kvHeads}`] as [string, string]]),
    ["feed-forward, vocabulary, context", `${ff}, ${whole(vocab)}, ${config.context}`],
    ["parameters", `${whole(parameters.total)} (${whole(parameters.embeddings)} in embeddings)`],
    ["operations a token, forward", scaled(flops.forward, "FLOP")],
    ["operations a token, training", scaled(flops.training, "FLOP")],
    [`memory for ${lanes > 1 ? `${lanes} passes of ` : ""}${batch} × ${context} tokens`, scaled(memory.total, "B")],
    ["  weights", [scaled(memory.weights, "B"), ...held.filter((part) => part !== "")].join(", ")],
    ["  gradients", scaled(memory.gradients, "B")],
    ["  optimizer moments", scaled(memory.moments, "B")],
    ["  activations", scaled(memory.activations, "B")],
    ["  logits", scaled(memory.logits, "B")],
    ["keys and values while generating", scaled(kvCache, "B")],
  ];
  const column = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => name.padEnd(column) + value).join("\n");
}

const whole = (n: number) => n.toLocaleString("en-US");

/** Three significant digits with a decimal prefix: "498 MB", "2.56 GFLOP". */
function scaled(n: number, unit: string): string {
  const prefixes = ["", "k", "M", "G", "T", "P", "E"];
  const power = n < 1 ? 0 : Math.min(Math.floor(Math.log10(n) / 3), prefixes.length - 1);
  return `${Number((n / 1000 ** power).toPrecision(3))} ${prefixes[power]}${unit}`;
}
