import { describe, expect, it } from "vitest";
import { stream } from "../base/index.ts";
import { examination, rewardModelling } from "./index.ts";

const unmeasured = { accuracy: null, low: null, high: null, lengthBaseline: null };

interface Course {
  readonly accuracy?: number;
  readonly steps?: number;
  /** Of the second epoch. */
  readonly later?: number;
  readonly result?: object;
}

/** What is found in a run whose steps are right in about `accuracy` of their pairs, and in its result. */
function examine({ accuracy = 0.7, steps = 100, later = accuracy, result = {} }: Course) {
  const doctor = examination(rewardModelling);
  const rng = stream(1, "accuracies");
  for (let step = 1; step <= 2 * steps; step++) {
    const noise = 0.2 * (rng.uniform() - 0.5);
    const known = step > steps; // the second epoch
    doctor.row({
      step,
      epoch: step / steps,
      accuracy: step % 10 === 0 ? Number.NaN : (known ? later : accuracy) + noise,
    });
  }
  return doctor.result({ ...unmeasured, ...result });
}

describe("a reward model with validation rows", () => {
  const good = { accuracy: 0.68, low: 0.64, high: 0.72, lengthBaseline: 0.55 };

  it("gets no word when it is better than chance and than length", () => {
    expect(examine({ result: good })).toEqual([]);
    expect(examine({ accuracy: 0.5, result: good })).toEqual([]); // validation decides, not training
  });

  it("is at chance when the interval of its accuracy holds one half", () => {
    const [finding, ...more] = examine({ result: { ...good, accuracy: 0.53, low: 0.48 } });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: "reward-at-chance", level: "warn", number: 0.53 });
    expect(finding!.message).toContain("53.0 % (95 %: 48.0 % to 72.0 %)");
  });

  it("is at chance when it is hardly above one half, however sure that is", () => {
    expect(examine({ result: { ...good, accuracy: 0.51, low: 0.505 } })).toMatchObject([{ code: "reward-at-chance" }]);
  });

  it.each([
    [0.7, "longer"],
    [0.3, "shorter"],
  ])("is explained by length when a baseline of %d is as good: %s answers", (lengthBaseline, which) => {
    const [finding] = examine({ result: { ...good, lengthBaseline } });
    expect(finding).toMatchObject({ code: "reward-is-length", level: "warn", number: 0.7 });
    expect(finding!.message).toContain(`the ${which} answer`);
  });
});

describe("a reward model without validation rows", () => {
  it("is judged by the pairs that it meets for the first time", () => {
    expect(examine({ accuracy: 0.68 })).toEqual([]);
    expect(examine({ accuracy: 0.5, later: 0.95 })).toMatchObject([{ code: "reward-at-chance" }]);
  });

  it("gets no word after too few steps to tell", () => {
    expect(examine({ accuracy: 0.5, steps: 30 })).toEqual([]);
  });
});
