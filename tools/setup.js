// Installs the dependencies of a fresh clone when they are missing or older than the lockfile. Uses Node alone.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = join(root, "package-lock.json");
const installed = join(root, "node_modules", ".package-lock.json");

/** name → version of every package that this platform needs. */
const versions = (file) =>
  Object.entries(JSON.parse(readFileSync(file, "utf8")).packages ?? {})
    .filter(([path, entry]) => path.startsWith("node_modules/") && !entry.link && !entry.optional)
    .map(([path, { version }]) => `${path}@${version}`)
    .sort()
    .join("\n");

if (!existsSync(installed) || versions(installed) !== versions(wanted)) {
  console.error("Installing dependencies (npm ci) …");
  // onnxruntime-node's script would look for CUDA packages on the network; the CPU library is in the package itself.
  const env = { ONNXRUNTIME_NODE_INSTALL: "skip", ...process.env };
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const { status } = spawnSync(command, [...args, "ci", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env,
    shell: process.platform === "win32" && command === "npm",
  });
  if (status !== 0) process.exit(status ?? 1);
}
