/** Before the browser's tests: the pages as they are now. */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromiumPath } from "./chromium.ts";

const web = fileURLToPath(new URL("../../web", import.meta.url));

export default function build(): void {
  if (!chromiumPath) return; // nothing will look at them
  const vite = dirname(createRequire(join(web, "package.json")).resolve("vite/package.json"));
  execFileSync(process.execPath, [join(vite, "bin", "vite.js"), "build", "--logLevel", "error"], { cwd: web });
}
