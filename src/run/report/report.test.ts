import { describe, expect, it } from "vitest";
import { type Report, renderReport, type Section } from "./index.ts";
import { exactScale, scaleOver, shown } from "./scale.ts";

const page = (...sections: Section[]) => renderReport({ title: "t", sections });
const chart = (...points: (readonly [number, number])[]): Section => ({
  kind: "chart",
  xLabel: "step",
  series: [{ name: "loss", points }],
});

describe("a report", () => {
  it("escapes every text, wherever it stands", () => {
    const evil = `<script>alert("1")</script>'&`;
    const report: Report = {
      title: evil,
      summary: evil,
      footer: evil,
      sections: [
        { kind: "text", title: evil, caption: evil, paragraphs: [evil] },
        { kind: "figures", figures: [{ label: evil, value: evil, note: evil }] },
        { kind: "table", columns: [evil], rows: [[evil]] },
        { kind: "samples", columns: [evil], rows: [{ prompt: evil, texts: [{ text: evil, note: evil }] }] },
        {
          kind: "chart",
          title: evil,
          xLabel: evil,
          series: [
            { name: evil, points: [[1, 2]] },
            { name: evil, points: [[1, 3]] },
          ],
        },
        { kind: "bars", rows: [{ label: evil, value: 1, low: 0, high: 2 }], reference: { value: 1, label: evil } },
      ],
    };
    const text = renderReport(report);
    expect(text).not.toContain("<script");
    expect(text.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;&#39;&amp;/g)!.length).toBeGreaterThan(20);
  });

  it("refers to nothing outside itself and forbids scripts", () => {
    const text = page(chart([1, 2], [2, 3]));
    expect(text).not.toMatch(/https?:|url\(|@import|<script|<link|<img/);
    expect(text).toContain("default-src 'none'");
  });

  it("is the same for the same input", () => {
    expect(page(chart([1, 2], [2, 3]))).toBe(page(chart([1, 2], [2, 3])));
  });

  it("speaks Chinese when asked", () => {
    const text = renderReport({ title: "报告", language: "zh", sections: [chart([1, 2], [2, 3])] });
    expect(text).toContain('lang="zh-CN"');
    expect(text).toContain("查看表格");
    expect(text).not.toContain("Table view");
  });
});

describe("a chart", () => {
  it("draws points where they belong and tells their values on hover and in the table", () => {
    const text = page(chart([0, 0], [5, 1], [10, 4]));
    expect(text).toContain('d="M0.00 100.00L50.00 75.00L100.00 0.00"');
    expect(text).toContain("<title>step 5\nloss: 1</title>");
    expect(text).toContain('<td class="number">10</td><td class="number">4</td>');
  });

  it("leaves out what is not finite, and says when nothing is left", () => {
    expect(page(chart([0, 0], [1, Number.NaN], [2, 4]))).toContain('d="M0.00 100.00L100.00 0.00"');
    expect(page(chart([0, Number.NaN]))).toContain("No data.");
    expect(page(chart())).toContain("No data.");
  });

  it("keeps a single spike of a long run, and stays small", () => {
    const points = Array.from({ length: 20_000 }, (_, i) => [i, i === 7777 ? 100 : 1] as const);
    const text = page(chart(...points));
    expect(text).toMatch(/class="line s0 raw" d="[^"]* 0\.00L/);
    expect(text.length).toBeLessThan(100_000);
  });

  it("has a second axis with a scale of its own", () => {
    const text = page({
      kind: "chart",
      xLabel: "step",
      series: [
        {
          name: "reward",
          points: [
            [0, 0],
            [1, 1],
          ],
        },
        {
          name: "KL",
          points: [
            [0, 0],
            [1, 40],
          ],
          axis: "right",
        },
      ],
    });
    expect(text.match(/d="M0.00 100.00L100.00 0.00"/g)).toHaveLength(2);
    expect(text).toContain("right");
  });

  it("shows one point as a dot", () => {
    expect(page(chart([3, 2]))).toContain('class="line s0 dot"');
  });
});

describe("a scale", () => {
  it.each([
    [
      [0.3, 3.7],
      [0, 1, 2, 3, 4],
    ],
    [
      [-0.2, 1.9],
      [-1, 0, 1, 2],
    ],
    [
      [5, 5],
      [2, 4, 6, 8],
    ],
    [
      [0, 0],
      [-1, -0.5, 0, 0.5, 1],
    ],
    [[Number.NaN], [0, 0.25, 0.5, 0.75, 1]],
  ])("covers %j with %j", (values, ticks) => {
    expect(scaleOver(values).ticks).toEqual(ticks);
  });

  it("of steps ends where they end", () => {
    const { low, high, ticks, at } = exactScale([1, 120]);
    expect([low, high, ticks]).toEqual([1, 120, [25, 50, 75, 100]]);
    expect(at(120)).toBe(100);
  });

  it.each([
    [0.71349, "0.7135"],
    [12345678, "12\u2009345\u2009678"],
    [-1.5, "\u22121.5"],
    [0.0002, "2e\u22124"],
    [1.5e10, "1.5e10"],
    [0, "0"],
    [Number.NaN, "NaN"],
    [undefined, ""],
  ])("writes %s as %s", (value, text) => {
    expect(shown(value)).toBe(text);
  });
});
