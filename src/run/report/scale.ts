/** A stretch of numbers with round ends and the ticks between them. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Position in percent from the low end. */
  at(value: number): number;
}

/** Covers all finite values with about `count` steps of 1, 2, 2.5 or 5 times a power of ten. */
export function scaleOver(values: readonly number[], count = 4): Scale {
  const finite = values.filter(Number.isFinite);
  let low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) [low, high] = [0, 1];
  if (low === high) [low, high] = low === 0 ? [-1, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  const step = roundStep((high - low) / count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  [low, high] = [ticks[0]!, ticks.at(-1)!];
  return { low, high, ticks, at: (value) => (100 * (value - low)) / (high - low) };
}

/** Covers exactly the values, with round ticks inside: for steps, where empty margins would look like missing data. */
export function exactScale(values: readonly number[], count = 5): Scale {
  const round = scaleOver(values, count);
  const low = values.reduce((a, b) => Math.min(a, b), round.high);
  const high = values.reduce((a, b) => Math.max(a, b), round.low);
  if (!(low < high)) return round;
  const ticks = round.ticks.filter((tick) => tick >= low && tick <= high);
  return { low, high, ticks, at: (value) => (100 * (value - low)) / (high - low) };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 2.5, 5, 10].find((m) => m * power >= rough * 0.999) ?? 10);
}

/** Four significant digits, thousands separated by thin spaces, a true minus sign; other values as they are. */
export function shown(value: number | string | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e9)
      ? value.toExponential(2).replace(/\.?0*e\+?/, "e")
      : Number.isInteger(value) || size >= 10_000
        ? Math.round(value)
            .toString()
            .replace(/\B(?=(\d{3})+$)/g, "\u2009")
        : Number(value.toPrecision(4)).toString();
  return text.replace(/-/g, "\u2212");
}
