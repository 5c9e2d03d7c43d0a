import { createHash } from "node:crypto";

/** How a token that opens something is kept: whoever reads the database cannot use it. It has 256 random bits, so no salt. */
export const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

export const newToken = (random: (bytes: number) => Uint8Array): string =>
  Buffer.from(random(32)).toString("base64url");
