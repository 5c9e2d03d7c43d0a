// Equality with scikit-learn, statsmodels, scipy and krippendorff is in test/parity; here is what they do not say.
import { describe, expect, it } from "vitest";
import { stream } from "../base/index.ts";
import { bootstrap, bradleyTerry, cohenKappa, fleissKappa, kendallW, krippendorffAlpha, signTest } from "./index.ts";

describe("agreement that has nothing to agree on", () => {
  it("is no number, rather than perfect", () => {
    expect(
      krippendorffAlpha(
        [
          [1, null],
          [null, 2],
        ],
        "nominal",
      ),
    ).toBeNaN();
    expect(
      krippendorffAlpha(
        [
          [3, 3],
          [3, 3],
        ],
        "ordinal",
      ),
    ).toBeNaN();
    expect(cohenKappa(["a", "a"], ["a", "a"])).toBeNaN();
    expect(
      kendallW([
        [1, 1, 1],
        [2, 2, 2],
      ]).tieCorrected,
    ).toBeNaN();
  });

  it("names what does not fit", () => {
    expect(() =>
      fleissKappa([
        [2, 0],
        [1, 0],
      ]),
    ).toThrow("item 1 has 1 raters, the first has 2");
    expect(() => cohenKappa(["a"], ["b"], { categories: ["a"] })).toThrow("b is none of the categories");
  });
});

describe("Bradley–Terry", () => {
  const unbeaten = [
    [0, 3, 2],
    [0, 0, 1],
    [0, 1, 0],
  ];

  it("says when the games do not compare all, and what helps", () => {
    const said = expect.objectContaining({ code: "no-strengths", help: expect.stringContaining("l2") });
    expect(() => bradleyTerry(unbeaten)).toThrow(said);
    expect(() =>
      bradleyTerry([
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 0],
      ]),
    ).toThrow(said);
    const { logStrengths } = bradleyTerry(unbeaten, { l2: 0.1 });
    expect(logStrengths[0]).toBeGreaterThan(logStrengths[1]!);
  });

  it("is surer after more games: four times as many halve the standard errors", () => {
    const wins = [
      [0, 3, 2],
      [1, 0, 4],
      [2, 1, 0],
    ];
    const few = bradleyTerry(wins).standardErrors;
    const many = bradleyTerry(wins.map((row) => row.map((n) => 4 * n))).standardErrors;
    for (const [i, error] of few.entries()) expect(many[i]).toBeCloseTo(error / 2, 9);
  });

  it("of two players has the log odds and their standard error", () => {
    const { logStrengths, standardErrors } = bradleyTerry([
      [0, 30],
      [10, 0],
    ]);
    expect(logStrengths[0]! - logStrengths[1]!).toBeCloseTo(Math.log(3), 9);
    // The difference of the two varies by 1/30 + 1/10; each is half of it.
    expect(standardErrors[0]).toBeCloseTo(Math.sqrt(1 / 30 + 1 / 10) / 2, 9);
  });
});

it("the bootstrap of a statistic holds its value, and leaves out draws that have none", () => {
  const units: [number, number][] = [
    [1, 1],
    [2, 2],
    [3, 3],
    [1, 2],
    [3, 3],
    [2, 2],
    [1, 1],
    [3, 1],
  ];
  const alpha = (drawn: readonly [number, number][]) =>
    krippendorffAlpha([drawn.map(([a]) => a), drawn.map(([, b]) => b)], "nominal");
  const { value, low, high } = bootstrap(units, alpha, { rng: stream(0, "alpha"), resamples: 500 });
  expect(value).toBe(alpha(units));
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
});

it("a fair coin is no surprise, and a one-sided one is", () => {
  expect(signTest(5, 10)).toBe(1);
  expect(signTest(10, 10)).toBeCloseTo(2 / 2 ** 10, 12);
});
