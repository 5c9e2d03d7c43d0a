const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * An identifier that sorts by time (github.com/ulid/spec), made here so that sending twice is safe.
 * @param now milliseconds since 1970
 * @param bytes 16 random bytes
 */
export function ulid(now: number, bytes: Uint8Array): string {
  let time = "";
  for (let rest = now; time.length < 10; rest = Math.floor(rest / 32)) time = alphabet[rest % 32]! + time;
  return time + Array.from(bytes.subarray(0, 16), (byte) => alphabet[byte % 32]!).join("");
}

export const newUlid = (): string => ulid(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
