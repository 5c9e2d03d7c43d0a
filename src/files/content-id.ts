import { createHash } from "node:crypto";

/** What identifies a text, or several, or anything that is JSON: 16 hexadecimal digits. */
export const contentId = (...content: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(content)).digest().toString("hex", 0, 8);
