// Sends a studio whatever can be sent, as everybody who can send it, and looks at what comes back.
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { interpreter } from "../../src/engine/index.ts";
import { type Role, roles, type TaskData } from "../../src/feedback/index.ts";
import { writeJson } from "../../src/files/index.ts";
import { generator } from "../../src/generate/index.ts";
import { loadModel } from "../../src/models/index.ts";
import { createSessions } from "../../src/server/identity/sessions.ts";
import { ErrorReply, type ModelCache, modelCache } from "../../src/server/index.ts";
import { clipPair } from "../clips/labeller-cases.ts";
import { tinyFolder } from "../e2e/tiny.ts";
import { type Browser, type Studio, startStudio } from "../studio.ts";
import { type FuzzRequest, fuzzRequests } from "./requests.ts";

export interface Fuzzed {
  readonly requests: number;
  /** How often each status came back, over all and by who asked. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly byRole: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Routes that somebody was answered by with 2xx, of all that there are. */
  readonly succeeded: number;
  readonly routes: number;
  /** Those by which nobody was. */
  readonly never: readonly string[];
  readonly failures: readonly {
    readonly request: string;
    readonly who: string;
    readonly why: string;
    readonly reply: string;
  }[];
}

export interface FuzzOptions {
  readonly mode: "local" | "accounts";
  readonly requests: number;
  readonly seed: number;
}

/** Requests to one project; then a new one, in which nobody has closed the tasks or changed the form. */
const perProject = 500;

/** Everybody who may send something: whoever sits at the machine or each role, and nobody in particular. */
export async function fuzz({ mode, requests, seed }: FuzzOptions): Promise<Fuzzed> {
  const people = mode === "local" ? (["owner", "nobody"] as const) : ([...roles, "nobody"] as const);
  // The same seed sends the same, whatever came back before.
  const sent = fc.sample(fc.tuple(whoever(people), fuzzRequests), { numRuns: requests, seed });
  const found = tally();
  for (let at = 0; at < requests; at += perProject) {
    let models: ModelCache | undefined;
    const borrowed: ModelCache = {
      writer: (id) => models!.writer(id),
      judge: (id) => models!.judge(id),
      close: () => models!.close(),
    };
    const studio = await startStudio({ mode, models: borrowed, settings: { overlap: 5, model: "models/tiny" } });
    try {
      models = modelCache({ project: studio.project, open: opened });
      await fill(studio);
      const seats = new Map(people.map((who) => [who, seat(studio, who)]));
      const heard = memory();
      for (const [who, template] of sent.slice(at, at + perProject)) {
        studio.clock.now += 5000; // leases run out, and who guessed may guess again
        const browser = await seats.get(who)!();
        const request = heard.into(template);
        const answer = await answerTo(browser, request);
        heard.listen(answer);
        found.add(who, request, answer, studio);
      }
    } finally {
      await studio.stop();
    }
  }
  return found.result();
}

/** Strangers less often: they are refused at the door. */
const whoever = <W extends string>(people: readonly W[]): fc.Arbitrary<W> =>
  fc.oneof(...people.map((who) => ({ weight: who === "nobody" ? 1 : 4, arbitrary: fc.constant(who) })));

/** Models that need no native library. */
function opened(folder: string) {
  const model = loadModel(folder);
  if (model.head !== "lm")
    return {
      model,
      score: async (rows: readonly (readonly number[])[]) => rows.map(({ length }) => length),
      dispose: () => {},
    };
  const writer = generator(model, { backend: interpreter });
  return { model, writer, dispose: writer.dispose };
}

async function fill({ project, task }: Studio): Promise<void> {
  tinyFolder(join(project, "models", "tiny"), { context: 48 });
  tinyFolder(join(project, "models", "judge"), { context: 48, head: "score" });
  const info = { format: 1, command: "sft", status: "finished", step: 2, config: {}, seed: 0, result: { loss: 1 } };
  const rest = { versions: {}, datasets: [], parents: [], created: "2026-01-01T00:00:00.000Z" };
  const steps = [1, 2].map((step) => ({ step, loss: 1 / step, "objective/kl": step, "objective/scores": step }));
  for (const name of ["sft-001", "sft-002"]) {
    const run = join(project, "runs", name);
    mkdirSync(run, { recursive: true });
    writeJson(join(run, "run.json"), { ...info, ...rest });
    writeFileSync(join(run, "metrics.jsonl"), steps.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
  for (const id of ["t1", "t2", "t3"]) await task(id);
  const clips = { completions: ["A", "B"], clips: clipPair("p").clips as NonNullable<TaskData["clips"]> };
  await task("clips/clips-001/p", { type: "clips", ...clips });
  await task("talk", { type: "converse", completions: [] });
  await task("write", { type: "demonstrate", completions: [] });
}

/** A browser in which this person is signed in, again where what was sent before has ended that. */
function seat({ options, store, write, browser }: Studio, who: Role | "nobody"): () => Promise<Browser> {
  if (who === "nobody") return async () => browser();
  const sessions = createSessions({ ...options, secrets: store.secrets });
  const mine = browser();
  return async () => {
    const { person } = (await mine.call("GET /api/me")).json;
    if (person?.name === who && person.role === who) return mine;
    await write("person", { name: who, role: who }, "test");
    const { token } = await sessions.open(who);
    mine.cookie = `plaudit-7777=${token}`;
    return mine;
  };
}

interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly type: string;
  /** Undefined: of a stream that does not end, or of a method that gets none. */
  readonly body: string | undefined;
}

async function answerTo(browser: Browser, { method, path, headers, body }: FuzzRequest): Promise<Answer> {
  const sent = body === undefined ? {} : { body: body as NonNullable<RequestInit["body"]> };
  const response = await browser.request(method, path, { headers: { ...headers }, ...sent });
  const type = response.headers.get("content-type") ?? "";
  const endless = type === "text/event-stream" && !path.startsWith("/v1");
  if (endless) await response.body!.cancel();
  return {
    ...{ status: response.status, headers: JSON.stringify([...response.headers]), type },
    body: endless || method === "HEAD" ? undefined : await response.text(),
  };
}

/** What replies named: without it no key is ever deleted, and no answer chosen. */
function memory() {
  const last = new Map<string, string>();
  const fill = (text: string) =>
    text.replace(/(?:@|%40)(id|turn|list|sampling|run|link)\b/g, (_, name) => last.get(name) ?? "none");
  return {
    into: (request: FuzzRequest): FuzzRequest => ({
      ...{ ...request, path: fill(request.path) },
      body: typeof request.body === "string" ? fill(request.body) : request.body,
    }),
    listen({ status, type, body }: Answer): void {
      if (status !== 200 || !/^application\/json(;|$)/.test(type) || !body?.startsWith("{")) return;
      const reply = JSON.parse(body) as Record<string, unknown> & { turn?: { id: string } | null };
      if (reply.turn) last.set("turn", reply.turn.id);
      for (const name of ["id", "list", "sampling", "run"])
        if (typeof reply[name] === "string") last.set(name, reply[name]);
      if (typeof reply.link === "string") last.set("link", reply.link.split("=")[1] ?? "");
    },
  };
}

/** What a reply must never hold. */
const leaks = (studio: Studio) => [
  studio.project,
  homedir(),
  "node_modules",
  ".ts:",
  "    at ",
  "node:internal",
  "SQLITE",
];

function faultOf({ status, headers, body }: Answer, studio: Studio): string | undefined {
  if (status === 500) return "the server made a mistake";
  const leak = leaks(studio).find((each) => headers.includes(each) || body?.includes(each));
  if (leak !== undefined) return `the reply holds ${leak}`;
  const [logged] = studio.logged.splice(0);
  if (logged !== undefined) return `the log says ${logged}`;
  if (status >= 400 && body !== undefined && !isError(body)) return "the reply is no error that a program understands";
  return undefined;
}

function isError(text: string): boolean {
  try {
    const value = JSON.parse(text);
    return ErrorReply.safeParse(value).success || typeof value.error.type === "string"; // OpenAI's
  } catch {
    return false;
  }
}

const shown = 2000;

function tally() {
  const statuses: Record<string, number> = {};
  const byRole: Record<string, Record<string, number>> = {};
  const succeeded = new Set<string>();
  const routes = new Set<string>();
  const failures: Fuzzed["failures"][number][] = [];
  let requests = 0;
  const count = (counts: Record<string, number>, key: number) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  return {
    add(who: string, request: FuzzRequest, answer: Answer, studio: Studio): void {
      requests++;
      count(statuses, answer.status);
      byRole[who] ??= {};
      count(byRole[who], answer.status);
      routes.add(request.route);
      if (answer.status === 200) succeeded.add(request.route);
      const why = faultOf(answer, studio);
      if (why === undefined) return;
      const { method, path, headers, body } = request;
      const said = typeof body === "string" ? body : body && Buffer.from(body).toString("hex");
      failures.push({
        ...{ who, why, request: `${method} ${path} ${JSON.stringify(headers)} ${said}`.slice(0, shown) },
        reply: (answer.body ?? "").slice(0, shown),
      });
    },
    result: (): Fuzzed => ({
      ...{ requests, statuses, byRole, failures },
      ...{ routes: routes.size, succeeded: succeeded.size },
      never: [...routes].filter((route) => !succeeded.has(route)),
    }),
  };
}
