// Begins a worker thread, in JavaScript because Node 20 begins none in TypeScript: `workerData.module` is the address of
// the module to be run, without its ending. As in bin/plaudit.js, a checkout runs the sources, the package what was built.
import { existsSync } from "node:fs";
import { workerData } from "node:worker_threads";

const [major] = process.versions.node.split(".").map(Number);
const source = new URL(`${workerData.module}.ts`);
const isCheckout = existsSync(source);
if (isCheckout && !(process.features.typescript && major >= 24)) (await import("tsx/esm/api")).register();
await import(isCheckout ? source.href : `${workerData.module}.js`);
