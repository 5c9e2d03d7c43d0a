// Makes docs/cartpole/index.html: the page of web/cartpole, the library's environment and docs/cartpole/cartpole.onnx in one
// file. The model comes from
//
//     plaudit rl ppo --env CartPole-v1 --preset zoo --seed 1 --out runs/cart
//     plaudit rl export runs/cart --out docs/cartpole/cartpole.onnx --overwrite
//     node tools/cartpole-page.js
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import onnxProto from "onnx-proto";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "web", "cartpole");
const target = join(root, "docs", "cartpole");
const vite = createRequire(join(root, "web", "package.json")).resolve("vite");
const { build } = await import(pathToFileURL(vite).href);

const { graph } = onnxProto.onnx.ModelProto.decode(readFileSync(join(target, "cartpole.onnx")));
const policy = {
  nodes: graph.node.map(({ opType, input, output }) => ({ op: opType, inputs: input, output: output[0] })),
  tensors: Object.fromEntries(graph.initializer.map(({ name, rawData }) => [name, rawData.toString("base64")])),
};
const { output } = await build({
  configFile: false,
  logLevel: "error",
  root: source,
  define: { __POLICY__: JSON.stringify(policy) },
  build: { write: false, target: "es2022", rolldownOptions: { input: join(source, "main.ts") } },
});
const code = output.find(({ type }) => type === "chunk").code.replaceAll("</script", "<\\/script");
const page = readFileSync(join(source, "index.html"), "utf8")
  .replace(/<link rel="stylesheet".*>/, () => `<style>\n${readFileSync(join(source, "page.css"), "utf8")}</style>`)
  .replace(/<script type="module".*<\/script>/, () => `<script type="module">\n${code}</script>`);
writeFileSync(join(target, "index.html"), page);
