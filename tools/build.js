// Makes dist/ for the package: src/ compiled, and the studio's pages. A checkout needs no build.
import { spawnSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const web = join(root, "web");
rmSync(join(root, "dist"), { recursive: true, force: true });

/** Runs a file of a development dependency; ends here when it fails. */
const run = (folder, name, file, args) => {
  const home = dirname(createRequire(join(folder, "package.json")).resolve(`${name}/package.json`));
  const { status } = spawnSync(process.execPath, [join(home, file), ...args], { cwd: folder, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};
run(root, "typescript", join("bin", "tsc"), ["-p", "tsconfig.build.json"]);
copyFileSync(join(root, "src", "threads", "boot.js"), join(root, "dist", "threads", "boot.js"));
run(web, "vite", join("bin", "vite.js"), ["build", "--outDir", join(root, "dist", "web"), "--emptyOutDir"]);
