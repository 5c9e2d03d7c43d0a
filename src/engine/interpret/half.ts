/** Sign, exponent and fraction bits of the two 16-bit formats. */
interface Format {
  readonly fractionBits: number;
  readonly minExponent: number;
  readonly largest: number;
}
const formats: { readonly [D in "float16" | "bfloat16"]: Format } = {
  float16: { fractionBits: 10, minExponent: -14, largest: 65504 },
  bfloat16: { fractionBits: 7, minExponent: -126, largest: 2 ** 128 - 2 ** 120 },
};

/** The nearest number of the format, ties to even; ±∞ beyond its largest. */
export function roundToHalf(x: number, format: "float16" | "bfloat16"): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const { fractionBits, minExponent, largest } = formats[format];
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), minExponent);
  const step = 2 ** (exponent - fractionBits);
  const rounded = roundToEven(x / step) * step;
  return Math.abs(rounded) > largest ? Math.sign(x) * Number.POSITIVE_INFINITY : rounded;
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}

/** The number that 16 raw bits stand for. */
export function decodeHalf(bits: number, format: "float16" | "bfloat16"): number {
  const { fractionBits, minExponent } = formats[format];
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits & 0x7fff) >> fractionBits;
  const fraction = (bits & ((1 << fractionBits) - 1)) / 2 ** fractionBits;
  if (exponent === 0x7fff >> fractionBits) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** minExponent
    : sign * (1 + fraction) * 2 ** (exponent - 1 + minExponent);
}
