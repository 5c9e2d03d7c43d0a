/** Passwords by scrypt (RFC 7914) with OWASP's second set of costs: 32 MB and some 100 ms a guess. */
import { scrypt, timingSafeEqual } from "node:crypto";
import { z } from "zod";

const costs = { N: 2 ** 15, r: 8, p: 1 };

/** As kept: the costs with it, so that they can be raised one day. */
export const StoredPassword = z.strictObject({
  N: z.int(),
  r: z.int(),
  p: z.int(),
  salt: z.string(),
  hash: z.string(),
});
export type StoredPassword = z.infer<typeof StoredPassword>;

export async function hashPassword(password: string, salt: Uint8Array): Promise<StoredPassword> {
  const hash = await derive(password, salt, costs);
  return { ...costs, salt: Buffer.from(salt).toString("hex"), hash: hash.toString("hex") };
}

export async function isPassword(password: string, stored: StoredPassword): Promise<boolean> {
  const hash = await derive(password, Buffer.from(stored.salt, "hex"), stored);
  return timingSafeEqual(hash, Buffer.from(stored.hash, "hex"));
}

/** Compared where there is no account, so that a name that is unknown takes as long as one that is known. */
export const nobodysPassword: StoredPassword = { ...costs, salt: "00".repeat(16), hash: "00".repeat(32) };

/** The same characters typed on different keyboards are the same password. */
const derive = (password: string, salt: Uint8Array, { N, r, p }: typeof costs): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: 2 * 128 * N * r };
    scrypt(password.normalize("NFKC"), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
