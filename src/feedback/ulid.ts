import { assert, type Rng } from "../base/index.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32: no I, L, O, U

export const ulidPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * An identifier that sorts by time (github.com/ulid/spec): 48 bits of milliseconds, then 80 random bits. With the same
 * time and stream it is the same, so a simulation that runs again writes nothing twice.
 */
export function ulid(now: number, rng: Rng): string {
  assert(Number.isInteger(now) && now >= 0 && now < 2 ** 48, `a ULID needs milliseconds since 1970, got ${now}`);
  let time = "";
  for (let rest = now; time.length < 10; rest = Math.floor(rest / 32)) time = alphabet[rest % 32]! + time;
  return time + Array.from({ length: 16 }, () => alphabet[rng.integer(32)]!).join("");
}
