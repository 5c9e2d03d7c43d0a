import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { fleissKappa, kendallW, krippendorffAlpha, mean, midRanks, pairAgreement } from "../../stats/index.ts";
import { forms } from "../forms.ts";
import { consensusOf, dashboardOf, type JudgementEntry, type Person, type TaskState } from "../index.ts";
import { addTask, createSums, meanOf, measure, resampleTasks } from "./resampling.ts";

const judgement = (task: string, by: string, groups: number[][], more: Partial<JudgementEntry["data"]> = {}) => {
  const n = Math.max(...groups.flat(), 0) + 1;
  const completions = Array.from({ length: n }, (_, i) => `answer ${i}`);
  const order = completions.map((_, i) => i);
  const data = { task, prompt: `what of ${task}?`, completions, groups, order, seconds: 10, ui: "studio", ...more };
  return { format: 1, id: `${task}${by}`, at: "2026-03-01T10:00:00Z", by, kind: "judgement", data } as JudgementEntry;
};
const taskOf = (task: string, n: number, more: Partial<TaskState> = {}): TaskState => {
  const completions = Array.from({ length: n }, (_, i) => `answer ${i}`);
  const base = { task, type: "compare" as const, prompt: "?", completions, at: "2026-03-01T00:00:00Z" };
  return { ...base, closed: false, wanted: 2, answered: 0, ...more };
};
const dashboard = (words: JudgementEntry[], tasks: TaskState[] = [], people: Person[] = [], form = forms.ranking) =>
  dashboardOf(words, tasks, people, form);

/** Groups, best first, from scores; what is equal is a tie. */
const groupsFrom = (scores: readonly number[]) =>
  [...new Set(scores)].sort((a, b) => b - a).map((score) => scores.flatMap((other, i) => (other === score ? [i] : [])));
/** So many people rank all of so many tasks of three answers. */
const effort = fc
  .record({ people: fc.integer({ min: 2, max: 4 }), tasks: fc.integer({ min: 2, max: 6 }), seed: fc.nat() })
  .map(({ people, tasks, seed }) => {
    const rng = stream(seed, "effort");
    return Array.from({ length: tasks }, () =>
      Array.from({ length: people }, () => Array.from({ length: 3 }, () => rng.integer(3))),
    );
  });
const said = (scores: number[][][]) =>
  scores.flatMap((people, t) => people.map((each, p) => judgement(`t${t}`, `p${p}`, groupsFrom(each))));
const places = (scores: readonly number[]) => midRanks(scores.map((score) => -score));

describe("agreement on rankings", () => {
  it("is, of two people and two tasks, what a hand finds", () => {
    // t: both say 0 > 1 > 2. u: one says 0 > 1 > 2, the other 1 > 0 > 2: two of three pairs alike, W = 0.75.
    const words = [
      ...[judgement("t", "a", [[0], [1], [2]]), judgement("t", "b", [[0], [1], [2]])],
      ...[judgement("u", "a", [[0], [1], [2]]), judgement("u", "b", [[1], [0], [2]])],
    ];
    const { agreement, disputed } = dashboard(words);
    expect(agreement.pairs).toMatchObject({ value: 5 / 6, n: 2, low: 2 / 3, high: 1 });
    expect(agreement.fleiss).toMatchObject({ value: 2 * (5 / 6) - 1 });
    // Totals 3, 3, 6 of mean 4: 1 + 1 + 4 = 6, of at most m² (n³ − n) / 12 = 8.
    expect(agreement.kendallW!.value).toBeCloseTo((1 + 6 / 8) / 2, 12);
    expect(disputed).toEqual([{ task: "u", prompt: "what of u?", tau: 1 / 3, people: 2 }]);
  });

  it("is what the statistics say of the same tables", () => {
    fc.assert(
      fc.property(effort, (scores) => {
        const { agreement } = dashboard(said(scores));
        const perPerson = scores[0]!.map((_, p) => scores.flatMap((people) => places(people[p]!)));
        const same = (ours: { value: number } | null, theirs: number) => {
          if (ours !== null) expect(ours.value).toBeCloseTo(theirs, 10);
        };
        same(agreement.alpha, krippendorffAlpha(perPerson, "ordinal"));
        const ws = scores.map((people) => kendallW(people.map(places)).tieCorrected).filter((w) => !Number.isNaN(w));
        same(agreement.kendallW, mean(ws));
        // Fleiss' table with every pair in both orders.
        const table = scores.flatMap((people) =>
          [
            ...[
              [0, 1],
              [0, 2],
              [1, 2],
            ],
            ...[
              [1, 0],
              [2, 0],
              [2, 1],
            ],
          ].map(([i, j]) => {
            const signs = people.map((each) => Math.sign(each[i!]! - each[j!]!));
            return [1, -1, 0].map((sign) => signs.filter((s) => s === sign).length);
          }),
        );
        same(agreement.fleiss, fleissKappa(table));
        const parts = scores.flatMap((people) =>
          people.flatMap((a, i) => people.slice(0, i).map((b) => pairAgreement(places(a), places(b)))),
        );
        same(
          agreement.pairs,
          mean(parts.flatMap(({ agree, pairs }) => [...Array(pairs)].map((_, i) => Number(i < agree)))),
        );
      }),
    );
  });

  it("of people who always agree is 1, whichever answer stands first in the file", () => {
    const words = ["t", "u", "v"].flatMap((task) => ["a", "b"].map((by) => judgement(task, by, [[0], [1]])));
    const { agreement } = dashboard(words);
    for (const measured of Object.values(agreement))
      expect(measured).toMatchObject({ value: 1, low: 1, high: 1, n: 3 });
  });

  it("is unknown while nobody judged what another one did", () => {
    const words = ["t", "u", "v"].map((task) => judgement(task, task, [[0], [1]]));
    expect(dashboard(words).agreement).toEqual({ pairs: null, alpha: null, fleiss: null, kendallW: null });
    expect(dashboard([]).people).toEqual([]);
  });
});

describe("agreement on questions", () => {
  const asked = (labels: object, ratings: (number | null)[][]) =>
    ratings.flatMap((column, t) =>
      ["a", "b"].map((by, p) =>
        judgement(`t${t}`, by, [[0]], { labels: { ...labels, pii: p === t % 2 }, ratings: { overall: [column[p]!] } }),
      ),
    );

  it("is nominal for yes and no, interval for ratings, of the form's questions", () => {
    const ratings = [
      [1, 2],
      [7, 6],
      [4, 4],
      [2, null],
    ];
    const { questions } = dashboard(asked({ sexual: false }, ratings), [], [], forms.instructgpt);
    const alpha = (name: string) => questions.find((question) => question.name === name)!.alpha;
    const columns = [0, 1].map((p) => ratings.map((column) => column[p]!));
    expect(alpha("overall")!.value).toBeCloseTo(krippendorffAlpha(columns, "interval"), 12);
    expect(alpha("overall")!.n).toBe(3);
    const contrary = [
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ];
    expect(alpha("pii")!.value).toBeCloseTo(krippendorffAlpha(contrary, "nominal"), 12);
    expect(alpha("sexual")).toBeNull(); // everybody always said no
    expect(questions).toHaveLength(24);
  });
});

describe("a person", () => {
  const reversed = [[2], [1], [0]];
  const right = [[0], [1], [2]];

  it("is compared with the others, with test questions and with himself", () => {
    const words = ["t", "u"].flatMap((task) => [
      ...["a", "b", "c"].map((by) => judgement(task, by, by === "c" ? reversed : right)),
    ]);
    const again = taskOf("again", 3, { repeats: "t", completions: ["answer 2", "answer 1", "answer 0"] });
    const more = taskOf("more", 3, { repeats: "u" });
    const tasks = [
      taskOf("t", 3, { gold: { groups: right } }),
      taskOf("u", 3, { gold: { groups: right } }),
      again,
      more,
    ];
    const repeated = [judgement("again", "a", reversed), judgement("more", "a", reversed)];
    const { people } = dashboard([...words, ...repeated], tasks);
    const [a, b, c] = people;
    expect([a!.name, a!.judgements, b!.name, c!.name]).toEqual(["a", 4, "b", "c"]);
    expect(c!.consensus).toMatchObject({ value: -1, n: 2 });
    // The others of a: one says 1 2 3, one 3 2 1: all equal, which says nothing.
    expect(a!.consensus).toBeNull();
    expect([a!.gold!.value, c!.gold!.value]).toEqual([1, -1]);
    // "again" shows the same answers the other way round, so reversed is the same opinion; "more" is the contrary.
    expect(a!.self).toMatchObject({ value: 0, n: 2 });
    expect(b!.self).toBeNull();
  });

  it("has a habit when the first place shown wins too often", () => {
    const words = [
      judgement("t", "a", [[0], [1]], { order: [0, 1], seconds: 4 }),
      judgement("u", "a", [[0], [1]], { order: [0, 1], seconds: 6 }),
      judgement("v", "a", [[0], [1]], { order: [1, 0], seconds: 50 }),
      judgement("w", "a", [[0, 1]], { order: [1, 0], seconds: 8 }),
      judgement("x", "a", [[0], [1]], { order: [0, 1], seconds: 0, ui: "import" }),
    ];
    const { people, medianSeconds, days } = dashboard(words);
    expect(people[0]!.firstPlace).toEqual({ share: 2.5 / 4, expected: 0.5 });
    expect([people[0]!.seconds, medianSeconds]).toEqual([7, 7]);
    expect(days).toEqual([{ day: "2026-03-01", count: 4 }]);
  });

  it("who is simulated is left out unless asked for, and said to be so", () => {
    const words = ["t", "u"].flatMap((task) => ["anna", "robot"].map((by) => judgement(task, by, [[0], [1]])));
    const people: Person[] = [
      { name: "anna", role: "annotator" },
      { name: "robot", role: "annotator", synthetic: true },
      { name: "new", role: "annotator" },
      { name: "gone", role: "annotator", removed: true },
    ];
    const without = dashboardOf(words, [], people, forms.ranking);
    expect([without.synthetic, without.words.judgement, without.agreement.pairs]).toEqual([2, 2, null]);
    expect(without.people.map(({ name }) => name)).toEqual(["anna", "new"]);
    const along = dashboardOf(words, [], people, forms.ranking, { synthetic: true });
    expect([along.synthetic, along.words.judgement, along.agreement.pairs!.value]).toEqual([2, 4, 1]);
    expect(along.people.map(({ name, synthetic }) => [name, synthetic])).toContainEqual(["robot", true]);
  });
});

it("tasks are open, done or closed", () => {
  const tasks = [taskOf("a", 2), taskOf("b", 2, { answered: 2 }), taskOf("c", 2, { closed: true, answered: 2 })];
  expect(dashboard([], tasks).tasks).toEqual({ open: 1, done: 1, closed: 1 });
});

describe("intervals", () => {
  it("hold the truth about as often as they say, with more tasks than blocks too", () => {
    const rng = stream(3, "coverage");
    let held = 0;
    for (let trial = 0; trial < 100; trial++) {
      const resampling = resampleTasks(600, trial);
      const sums = createSums(resampling, 2);
      for (let task = 0; task < 600; task++) addTask(resampling, sums, task, 2 + rng.normal(), 1);
      const { low, high } = measure(resampling, sums, meanOf)!;
      if (low <= 2 && 2 <= high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(88);
    expect(held).toBeLessThanOrEqual(100);
  });

  it("are the same whenever they are computed", () => {
    const words = [0, 1, 2, 3, 4].flatMap((t) =>
      ["a", "b"].map((by, p) => judgement(`t${t}`, by, t % 2 === p ? [[0], [1]] : [[1], [0]])),
    );
    expect(dashboard(words)).toEqual(dashboard(words));
  });
});

describe("the consensus on one task", () => {
  it("orders completions by strength, with equal ones equal", () => {
    const [best, middle, alike, worst] = consensusOf([
      judgement("t", "a", [[0], [1, 2], [3]]),
      judgement("t", "b", [[0], [1], [2], [3]]),
      judgement("t", "c", [[0], [2], [1], [3]]),
    ])!;
    expect(middle!.value).toBeCloseTo(alike!.value, 9);
    expect(best!.value).toBeGreaterThan(middle!.value);
    expect(worst!.value).toBeCloseTo(-best!.value, 6);
    expect(best!.low).toBeLessThan(best!.value);
  });

  it("grows surer with more people, and says nothing where nothing was compared", () => {
    const one = judgement("t", "a", [[0], [1]]);
    const few = consensusOf([one])![0]!;
    const many = consensusOf(
      Array.from({ length: 20 }, (_, i) => judgement("t", `p${i}`, i % 4 ? [[0], [1]] : [[1], [0]])),
    );
    expect(many![0]!.high - many![0]!.low).toBeLessThan(few.high - few.low);
    expect(consensusOf([])).toBeNull();
    expect(consensusOf([judgement("t", "a", [[0]])])).toBeNull();
  });
});
