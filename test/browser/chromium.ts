import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const found = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find(existsSync);

/** The browser of the tests: PLAUDIT_CHROMIUM, else one that is installed. */
export const chromiumPath: string | undefined = process.env.PLAUDIT_CHROMIUM || found;

/** Why tests are skipped, to stand in their name. */
export const needs = chromiumPath ? "" : " (skipped: no Chromium; name one with PLAUDIT_CHROMIUM)";
