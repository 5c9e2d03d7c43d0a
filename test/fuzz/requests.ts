// Requests for every route of the studio, right, nearly right and wrong, and for addresses that are no route.
import fc from "fast-check";
import type { z } from "zod";
import { stream } from "../../src/base/index.ts";
import { forms, ulid } from "../../src/feedback/index.ts";
import { type Route, type RouteName, routes } from "../../src/server/index.ts";
import { ChatRequest, TextRequest } from "../../src/server/openai/requests.ts";
import { type Hints, near } from "./near.ts";

const wellFormed = (text: string) => Buffer.from(text).toString();
const textOf = (value: unknown) => wellFormed(typeof value === "object" ? JSON.stringify(value) : String(value));

export interface FuzzRequest {
  /** What was meant, for the reader: a route's name. */
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

const models = ["models/tiny", "models/tiny", "models/judge", "models/none", "../models/tiny"];
const ids = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom("01HQ0000000000000000000000", "7".repeat(26), "8", "@id") },
  { weight: 2, arbitrary: fc.constant("@turn") },
  { weight: 6, arbitrary: fc.nat().map((n) => ulid(1_700_000_000_000, stream(n, "fuzz"))) },
);
const names = ["owner", "manager", "annotator", "viewer", "lin", "nobody"];
const texts = fc.constantFrom("What is it?", "小店几点开门？", "x", [{ role: "user", content: "Hi" }]);
const runs = fc.constantFrom("sft-001", "sft-001", "@run", "none", "..", "sft-001/..");
/** `@list` and the like stand for what a reply said last under that name. */
const hints: Hints = {
  id: ids,
  list: fc.constant("@list"),
  sampling: fc.constant("@sampling"),
  task: fc.constantFrom(
    "t1",
    "t2",
    "t3",
    "talk",
    "write",
    "test",
    "clips/clips-001/p",
    "t1/01HQ0000000000000000000000",
    "none",
  ),
  kind: fc.constantFrom("judgement", "demonstration", "conversation", "skip", "retraction"),
  groups: fc.constantFrom([[0], [1], [2]], [[2], [0, 1]], [[1], [0]], [[0, 1]], [[0], [0]], [[9]], []),
  order: fc.constantFrom([0, 1], [1, 0], "random"),
  gold: fc.constantFrom({ groups: [[0], [1]] }, { groups: [[0], [7]], why: "no" }),
  scores: fc.constantFrom([1, 2], []),
  top_p: fc.constantFrom(1, 0.5, 0),
  config: fc.constantFrom({}, { learningRate: 1 }),
  form: fc.constantFrom(forms.ranking, forms.ranking, forms.ranking, ...Object.values(forms)),
  model: fc.constantFrom(...models),
  models: fc.constantFrom(["models/tiny", "models/none"]),
  reward: fc.constantFrom("models/judge", ...models),
  name: fc.constantFrom(...names, "rows.csv", "rows.json", "rows.parquet", "rows.jsonl.gz"),
  password: fc.constantFrom("correct horse battery", "short"),
  invitation: fc.constant("@link"),
  display: fc.constantFrom("Ada", "小林"),
  label: fc.constantFrom("notebook", " "),
  text: fc.constantFrom("What is it?", "x"),
  prompt: texts,
  prompts: fc.constantFrom(["What?"], ["a", "b"]),
  completion: texts,
  completions: fc.constantFrom(["a", "b"], ["a", "b", "c"], []),
  messages: fc.constantFrom([{ role: "user", content: "Hi" }]),
  run: runs,
  runs: fc.oneof(runs, fc.constantFrom("sft-001,sft-002", ",,")),
  maxNewTokens: fc.integer({ min: 1, max: 4 }),
  max_tokens: fc.integer({ min: 1, max: 4 }),
  max_completion_tokens: fc.integer({ min: 1, max: 4 }),
  k: fc.integer({ min: 2, max: 3 }),
  removed: fc.constant(false),
};

const row = { prompt: "p", completions: ["a", "b"], ranks: [1, 2] };
const entry = { format: 1, id: "01HQ0000000000000000000001", at: "2026-01-01T00:00:00Z", by: "x", kind: "comment" };
/** Files that somebody might import. */
const files = fc
  .array(
    fc.oneof(
      fc
        .constantFrom(row, { ...row, ranks: [1] }, { prompt: "p" }, { prompt: "p", chosen: "a", rejected: "b" })
        .map((value) => JSON.stringify(value)),
      fc.constant(JSON.stringify({ ...entry, data: { text: "hm" } })),
      fc.string({ unit: "grapheme" }),
      fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
    ),
    { maxLength: 6 },
  )
  .map((lines) => lines.join("\n"));

/** A body as it goes over the wire, mostly JSON. */
function bodies(value: fc.Arbitrary<unknown>): fc.Arbitrary<FuzzRequest["body"]> {
  const json = value.map((it) => JSON.stringify(it) ?? "");
  return fc.oneof(
    { weight: 20, arbitrary: json },
    { weight: 1, arbitrary: fc.jsonValue().map((it) => JSON.stringify(it)) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }).map(wellFormed) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(json, fc.nat())
        .map(([text, n]) => text.slice(0, n % (text.length + 1)))
        .map(wellFormed),
    },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const types = fc.oneof(
  { weight: 30, arbitrary: fc.constant("application/json") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("text/plain", "application/octet-stream", "application/json; charset=gb18030", ""),
  },
);
const more = fc.oneof(
  { weight: 20, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { range: "bytes=0-1" },
      { "x-forwarded-for": "1.2.3.4, ::1" },
      { authorization: "Bearer guess" },
      { "content-length": "99999999999" },
      { "content-length": "-1" },
      { origin: "null" },
      { accept: "text/html" },
    ),
  },
);

function requestOf(name: string, { query, body }: Pick<Route, "query" | "body">): fc.Arbitrary<FuzzRequest> {
  const [method = "", template = ""] = name.split(" ");
  const sent = name === "POST /api/import" ? fc.oneof(files, bodies(files)) : bodies(near(body, hints));
  return fc.record({ given: near(query, hints), body: sent, type: types, more }).map(({ given, body, type, more }) => {
    const rest = { ...(given as Record<string, unknown>) };
    const path = template.replace(/:(\w+)/g, (_, key: string) => {
      const value = encodeURIComponent(textOf(rest[key]));
      delete rest[key];
      return value || "t1";
    });
    const search = new URLSearchParams(
      Object.entries(rest).map(([key, value]): [string, string] => [key, textOf(value)]),
    );
    return {
      ...{
        route: name,
        method,
        path: `${path}?${search}`,
        headers: { ...(type && { "content-type": type }), ...more },
      },
      body: method === "GET" || method === "DELETE" ? undefined : body,
    };
  });
}

const strayPaths = [
  "/",
  "/api",
  "/api/../x",
  "/v1",
  "/%",
  "/%00",
  "/..%2f..%2fetc/passwd",
  "/index.html",
  "/api/tasks/%ff/view",
];
const strays = fc
  .tuple(fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"), fc.constantFrom(...strayPaths))
  .map(([method, path]): FuzzRequest => ({ ...{ route: "none", method, path, headers: {} }, body: undefined }));

const v1: Readonly<Record<string, { readonly body?: z.ZodType }>> = {
  "GET /v1/models": {},
  "GET /v1/models/models/tiny": {},
  "POST /v1/chat/completions": { body: ChatRequest },
  "POST /v1/completions": { body: TextRequest },
  "POST /v1/embeddings": { body: TextRequest },
};

/** Every route as often as every other. */
export const fuzzRequests: fc.Arbitrary<FuzzRequest> = fc.oneof(
  ...(Object.keys(routes) as RouteName[]).map((name) => requestOf(name, routes[name] as Route)),
  ...Object.entries(v1).map(([name, schemas]) => requestOf(name, schemas)),
  strays,
);
