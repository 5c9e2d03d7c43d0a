import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));

/** Runs a `plaudit` command line and returns its last line of JSON. Fails with what it said when it does. */
export function plaudit<R>(cwd: string, words: readonly (string | number)[]): Promise<R> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...words.map(String), "--json"], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err = (err + chunk).slice(-4000);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(out.trim().split("\n").at(-1)!) as R);
      else reject(new Error(`plaudit ${words.join(" ")} ended with ${code}\n${out}\n${err}`));
    });
  });
}
