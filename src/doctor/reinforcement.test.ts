import { describe, expect, it } from "vitest";
import { examination, type Finding, type MetricsRow, reinforcement } from "./index.ts";

/** An iteration of a sound run: the quickstart's numbers. */
const sound = {
  "objective/kl": 1.2,
  "objective/scores": 0.4,
  "objective/scores_std": 0.9,
  "policy/clipfrac_avg": 0.004,
  "val/explained_var": 0.6,
  "completions/clipped_ratio": 0.01,
};

/** Everything that is found in a run of so many iterations, of which `change` spoils some. */
function examine(iterations: number, change: (step: number) => Partial<Record<string, number | null>> = () => ({})) {
  const doctor = examination(reinforcement);
  return Array.from({ length: iterations }, (_, i) => {
    const row = { ...sound, ...change(i + 1), step: i + 1 } as MetricsRow;
    return doctor.row(row);
  }).flat();
}
const codes = (findings: readonly Finding[]) => findings.map(({ code, level, step }) => [code, level, step]);

describe("a PPO run", () => {
  it("that is sound gets no word", () => {
    expect(examine(60)).toEqual([]);
  });

  it("gets no word at its start: KL and clip fraction of 0, a value model that explains nothing, a flat rollout", () => {
    const start = {
      "objective/kl": 0,
      "policy/clipfrac_avg": 0,
      "val/explained_var": -6,
      "completions/clipped_ratio": 0.9,
    };
    const findings = examine(40, (step) => ({
      ...(step < 4 ? start : {}),
      ...(step < 3 ? { "objective/scores_std": 0 } : {}),
      ...(step < 20 ? { "val/explained_var": -4.8 } : {}),
    }));
    expect(findings).toEqual([]);
  });

  it("gets no word for what was NaN, which metrics.jsonl holds as null", () => {
    expect(examine(40, () => ({ "val/explained_var": null }))).toEqual([]);
    expect(examine(40, () => ({ "val/explained_var": Number.NaN, "objective/kl": Number.NaN }))).toEqual([]);
  });
});

describe("zero-variance rewards", () => {
  const flat = { "objective/scores": 3, "objective/scores_std": 1e-9 };

  it("are warned of after three iterations, and stop a run in which no answer was ever told from another", () => {
    expect(codes(examine(12, () => flat))).toEqual([
      ["zero-variance-rewards", "warn", 3],
      ["zero-variance-rewards", "stop", 10],
    ]);
  });

  it("only warn late in a run, when everything may be learnt", () => {
    expect(codes(examine(40, (step) => (step > 20 ? flat : {})))).toEqual([["zero-variance-rewards", "warn", 23]]);
  });

  it("are not what a small spread is", () => {
    expect(examine(12, () => ({ "objective/scores": 3, "objective/scores_std": 1e-3 }))).toEqual([]);
  });
});

describe("a negative KL", () => {
  it("is warned of when it stays", () => {
    const [finding, ...more] = examine(20, (step) => (step > 8 ? { "objective/kl": -2 } : {}));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: "negative-kl", level: "warn", step: 13, number: -2 });
    expect(finding!.message).toContain("-2.00 nats");
  });

  it("is chance when it comes and goes, or stays near 0", () => {
    expect(examine(30, (step) => ({ "objective/kl": step % 4 === 0 ? 0.1 : -2 }))).toEqual([]);
    expect(examine(30, () => ({ "objective/kl": -0.02 }))).toEqual([]);
  });
});

describe("clip fraction, explained variance and completions without end", () => {
  it("are warned of when they are far outside, once", () => {
    const far = { "policy/clipfrac_avg": 0.7, "val/explained_var": -0.5, "completions/clipped_ratio": 0.5 };
    expect(codes(examine(60, () => far))).toEqual([
      ["clip-fraction", "warn", 5],
      ["truncated-completions", "warn", 5],
      ["explained-variance", "warn", 30],
    ]);
  });

  it("are sound within wide limits", () => {
    const near = { "policy/clipfrac_avg": 0.3, "val/explained_var": 0.05, "completions/clipped_ratio": 0.2 };
    expect(examine(60, () => near)).toEqual([]);
  });
});
