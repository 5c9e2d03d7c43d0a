// Packs the package as npm would publish it and tries it as a stranger would: publint, its types as ESM sees them, and an
// installation in an empty folder, where the program, the library and the studio must answer.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), "plaudit-package-"));
// onnxruntime-node's script would look for CUDA packages on the network; the CPU library is in the package itself.
const env = { ONNXRUNTIME_NODE_INSTALL: "skip", ...process.env };

/** Runs a program to its end and returns what it printed, or shows it as it comes. */
const run = (file, args, cwd, output, shell = false) =>
  execFileSync(file, args, { cwd, env, encoding: "utf8", stdio: ["ignore", output, "inherit"], shell });
const node = (args, { cwd = root, output = "pipe" } = {}) => run(process.execPath, args, cwd, output);
const npm = (args, cwd) => {
  const script = process.env.npm_execpath;
  return script?.endsWith(".js") ? node([script, ...args], { cwd }) : run("npm", args, cwd, "pipe", true);
};
/** The program of a development dependency. */
const tool = (name) => {
  const home = join(root, "node_modules", name);
  const { bin } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  return join(home, typeof bin === "string" ? bin : Object.values(bin)[0]);
};
const expect = (what, came, wanted) => {
  if (!came.includes(wanted)) throw new Error(`${what}: ${JSON.stringify(wanted)} is not in ${JSON.stringify(came)}`);
  console.log(`✓ ${what}`);
};

/** The address that a studio prints shows its page, and the script that the page asks for is there. */
async function studioAnswers(studio) {
  try {
    let said = "";
    for await (const part of studio.stdout.setEncoding("utf8")) {
      said += part;
      if (/#key=\S+\s/.test(said)) break;
    }
    const [address] = /http:[^#\s]+/.exec(said) ?? [];
    const page = await (await fetch(address)).text();
    const [, script] = /<script[^>]* src="([^"]+)"/.exec(page) ?? [];
    const { status, headers } = await fetch(new URL(script, address));
    expect("plaudit studio shows its pages", `${status} ${headers.get("content-type")}`, "200 text/javascript");
  } finally {
    studio.kill();
    if (studio.exitCode === null) await once(studio, "exit");
  }
}

try {
  node(["tools/build.js"], { output: "inherit" });
  const [{ filename, files, size, version }] = JSON.parse(npm(["pack", "--json", "--pack-destination", folder], root));
  const strays = files.map(({ path }) => path).filter((path) => /\.test\.|^(src|test|bench|docs|runs)\//.test(path));
  if (strays.length > 0) throw new Error(`not for the package: ${strays.join(", ")}`);
  console.log(`✓ packed: ${files.length} files, ${Math.round(size / 1000)} kB`);

  const tarball = join(folder, filename);
  node([tool("publint"), tarball, "--strict"], { output: "inherit" });
  node([tool("@arethetypeswrong/cli"), tarball, "--profile", "esm-only", "--format", "ascii"]);
  console.log("✓ types are found by every module resolution that an ESM package serves");

  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
  npm(["install", "--no-audit", "--no-fund", tarball], folder);
  const bin = join(folder, "node_modules", "plaudit", "bin", "plaudit.js");
  const plaudit = (...words) => node([bin, ...words], { cwd: folder });
  expect("plaudit --version", plaudit("--version"), version);
  expect("plaudit help", plaudit("help"), "quickstart");
  plaudit("init", "town");
  await studioAnswers(spawn(process.execPath, [bin, "studio", "town", "--port", "0", "--no-open"], { cwd: folder }));
  writeFileSync(
    join(folder, "use.js"),
    `import { compile, floats, mul } from "plaudit/engine";
     const twice = compile(({ x }) => ({ y: mul(x, 2) }), { x: floats(1) });
     twice.inputs.x[0] = 21;
     twice.run();
     console.log(twice.float("y")[0]);`,
  );
  expect("the library computes from plain Node", node(["use.js"], { cwd: folder }), "42");
} finally {
  rmSync(folder, { recursive: true });
}
