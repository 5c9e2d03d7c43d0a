/** Where the pages are: in the package as built with it; in a checkout built when their sources have changed. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PlauditError } from "../../base/index.ts";

/** Three folders up, from `src/cli/studio` and from `dist/cli/studio` alike. */
const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The folder of the built pages; builds them first where that is needed. Throws `pages`. */
export async function pagesFolder(note: (line: string) => void): Promise<string> {
  const packaged = join(root, "dist", "web");
  const web = join(root, "web");
  if (!existsSync(join(web, "index.html"))) {
    if (existsSync(join(packaged, "index.html"))) return packaged;
    throw new PlauditError("the studio's pages are missing", { code: "pages", help: "install plaudit again" });
  }
  const built = join(web, "dist");
  if (newest(join(built, "index.html")) < newestSource(web)) {
    note("building the pages (once after each change) …");
    await build(web);
  }
  return built;
}

const newest = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** What Chinese pages say of errors comes from their documentation. */
const explanations = join(root, "docs", "errors", "README.zh.md");

/** The pages take their types from the protocol, but none of its code: types change no page. */
function newestSource(web: string): number {
  const top = [explanations, ...["index.html", "package.json", "vite.config.ts"].map((name) => join(web, name))];
  const folders = ["src", "public"].map((name) => join(web, name)).filter((folder) => existsSync(folder));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  return Math.max(...[...top, ...folders, ...files].map(newest));
}

/** Vite in a process of its own, so that it need not be loaded here. */
async function build(web: string): Promise<void> {
  const vite = join(dirname(createRequire(join(web, "package.json")).resolve("vite/package.json")), "bin", "vite.js");
  const output: Buffer[] = [];
  const status = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: web });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => output.push(data));
    child.on("error", reject).on("close", resolve);
  });
  if (status === 0) return;
  throw new PlauditError(`the pages could not be built: ${Buffer.concat(output).toString("utf8").trim()}`, {
    code: "pages",
    help: "npm ci, then npm run build --workspace web",
  });
}
