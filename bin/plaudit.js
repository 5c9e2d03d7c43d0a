#!/usr/bin/env node
// In a checkout this runs the TypeScript sources; in the installed package, which has no src/, the built files.
import { existsSync } from "node:fs";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Plaudit needs Node 20.19 or newer; this is ${process.version}. Get one from https://nodejs.org`);
  process.exit(2);
}

const source = new URL("../src/cli/main.ts", import.meta.url);
const isCheckout = existsSync(source);
// Node 24 runs our TypeScript itself: types are all that it has to take away. Node 22 can do that too, but it does not
// know `using`, which is JavaScript and would stay.
if (isCheckout && !(process.features.typescript && major >= 24)) (await import("tsx/esm/api")).register();
const { main } = await import(isCheckout ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
