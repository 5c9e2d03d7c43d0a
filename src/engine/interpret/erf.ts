/**
 * The error function 2/√π ∫₀ˣ exp(−t²) dt, within 1e-15.
 *
 * Below 2 the series of Abramowitz & Stegun 7.1.6, whose terms all have one sign; above, the continued fraction of
 * its complement (7.1.14), of which far fewer digits are needed.
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 2)) return Number.isNaN(x) ? x : Math.sign(x) * (1 - erfcTail(a));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 − erf(a) for a ≥ 2. */
function erfcTail(a: number): number {
  let fraction = a;
  for (let n = 60; n >= 1; n--) fraction = a + n / 2 / fraction;
  return Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction);
}
