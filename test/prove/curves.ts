import { exactScale, type Scale, scaleOver, shown } from "../../src/run/report/scale.ts";

export interface Curves {
  readonly title: string;
  /** One line each, along the environment's steps. */
  readonly runs: readonly { readonly seed: number; readonly curve: readonly (readonly [x: number, y: number])[] }[];
  /** Drawn across: what is to be reached. */
  readonly wanted: number;
}

const [width, height] = [480, 260];
const area = { left: 52, right: width - 12, top: 30, bottom: height - 36 };
/** Told apart on white and on dark pages, also by people who see no red or green. */
const colours = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7"];

/** Learning curves as an SVG file for the docs. */
export function curvesSvg({ title, runs, wanted }: Curves): string {
  const points = runs.flatMap(({ curve }) => curve);
  const x = exactScale(points.map(([at]) => at));
  const y = scaleOver([wanted, ...points.map(([, value]) => value)]);
  const across = (at: number) => (area.left + (x.at(at) / 100) * (area.right - area.left)).toFixed(1);
  const up = (value: number) => (area.bottom - (y.at(value) / 100) * (area.bottom - area.top)).toFixed(1);
  const line = (at: string) => `x1="${area.left}" x2="${area.right}" y1="${at}" y2="${at}"`;
  const ticks = (scale: Scale, draw: (tick: number) => string) => scale.ticks.map(draw);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#767676" role="img">`,
    `<title>${title}</title>`,
    `<text x="${area.left}" y="16" font-size="13">${title}</text>`,
    ...ticks(y, (tick) => `<line ${line(up(tick))} stroke="#8884"/>`),
    ...ticks(
      y,
      (tick) => `<text x="${area.left - 6}" y="${Number(up(tick)) + 4}" text-anchor="end">${shown(tick)}</text>`,
    ),
    ...ticks(
      x,
      (tick) =>
        `<text x="${across(tick)}" y="${area.bottom + 15}" text-anchor="${x.at(tick) > 92 ? "end" : "middle"}">${shown(tick)}</text>`,
    ),
    `<text x="${area.left}" y="${height - 6}">mean return of the last 100 training episodes; dashed: wanted</text>`,
    `<text x="${area.right}" y="${height - 6}" text-anchor="end">environment steps</text>`,
    `<line ${line(up(wanted))} stroke="#767676" stroke-dasharray="5 4"/>`,
    ...runs.map(({ seed, curve }, i) => {
      const path = curve.map(([at, value]) => `${across(at)},${up(value)}`).join(" ");
      const colour = colours[i % colours.length];
      return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"><title>seed ${seed}</title></polyline>`;
    }),
    "</svg>",
  ].join("\n")}\n`;
}
