import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { openStore, type Store } from "../../feedback/index.ts";
import { consoleLink, createServer, readSite, type Server } from "../../server/index.ts";
import { type Context, defineCommand } from "../frame/index.ts";
import { databaseFlag } from "../project/require-project.ts";
import { openBrowser } from "./browser.ts";
import { inAddress, isLoopback, namesOf } from "./hosts.ts";
import { listen } from "./listen.ts";
import { pagesFolder } from "./pages.ts";
import { projectOrAsk } from "./project.ts";

const Result = z.strictObject({
  /** Opens the studio; the part behind # lets one browser in, once. */
  url: z.string(),
  port: z.int(),
  mode: z.enum(["local", "accounts"]),
  project: z.string(),
});

const Schema = z.strictObject({
  project: z.string().min(1).default(".").describe("the project's folder").meta({ value: "PROJECT" }),
  host: z.string().min(1).default("127.0.0.1").describe("address to listen on; any other demands accounts"),
  port: z.int().min(0).max(65_535).default(7777).describe("0 takes any that is free"),
  database: databaseFlag,
  init: z.boolean().default(false).describe("make the folder a project if it is none"),
  open: z.boolean().default(true).describe("open the browser"),
  pages: z.boolean().default(true).describe("serve the pages; without them there is the API alone"),
  apiKey: z
    .string()
    .optional()
    .describe("a key for programs that call /v1; others here can read a command line: better in PLAUDIT_API_KEY")
    .meta({ value: "KEY" }),
  newLink: z.boolean().default(false).describe("print a new link to the studio that runs on this project, and end"),
  trustProxy: z.boolean().default(false).describe("a proxy in front says who calls, and over TLS; demands accounts"),
  allowedHosts: z
    .array(z.string())
    .default([])
    .describe("names of a proxy in front, as browsers say them; demands accounts")
    .meta({ value: "NAME" }),
});
type Options = z.infer<typeof Schema>;
type Result = z.infer<typeof Result>;

/** What runs trainings: this very program. */
const program = [process.execPath, fileURLToPath(new URL("../../../bin/plaudit.js", import.meta.url))] as const;
const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

export const studio = defineCommand({
  name: "studio",
  summary: "label and watch in the browser: one address, offline, no account on one's own machine",
  examples: [
    "plaudit studio my-project",
    "plaudit studio my-project --host 0.0.0.0 --allowed-hosts studio.example.org --trust-proxy",
    "plaudit studio my-project --new-link",
  ],
  schema: Schema,
  positionals: ["project"],
  resultSchema: Result,
  async run(context, options) {
    const apiKey = keyOf(options, context.env);
    await projectOrAsk(context, options);
    const store = await openStore(options.project, { now: context.now, database: options.database });
    try {
      if (store.setAside) context.note(`the journal's last line was torn and is now in ${store.setAside}`);
      if (options.newLink) await printNewLink(context, store, options.project);
      else await serve(context, store, { ...options, apiKey });
    } finally {
      await store.close();
    }
    return {};
  },
});

/** The flag before the environment; empty is none. Throws `bad-api-key`. */
function keyOf({ apiKey: flag }: Options, { PLAUDIT_API_KEY: variable }: NodeJS.ProcessEnv): string | undefined {
  const key = flag ?? (variable || undefined);
  if (key === undefined || /^[!-~]+$/.test(key)) return key;
  throw new UsageError("an API key is made of letters, digits and signs of ASCII, without spaces", {
    code: "bad-api-key",
    where: flag === undefined ? "PLAUDIT_API_KEY" : "--api-key",
    help: "programs send it in a header, which holds nothing else",
  });
}

/** Until Ctrl-C. Requests under way are answered, and what they write is on the disk, before the store is closed. */
async function serve(context: Context<Result>, store: Store, options: Options): Promise<void> {
  const { host, trustProxy, allowedHosts, apiKey, project } = options;
  const local = isLoopback(host) && !trustProxy && allowedHosts.length === 0;
  const mode = local ? "local" : "accounts";
  const site = options.pages ? readSite(await pagesFolder(context.note)) : undefined;
  let server!: Server;
  const [{ sft }, { reward }, { ppo }] = await Promise.all([
    import("../train/sft.ts"),
    import("../train/reward.ts"),
    import("../train/ppo.ts"),
  ]);
  const commands = { sft: sft.schema, reward: reward.schema, ppo: ppo.schema };
  const listening = await listen({ host, port: options.port }, (port) => {
    const hosts = namesOf(host, port, allowedHosts);
    const { now, note: log } = context;
    server = createServer({
      store,
      now,
      random: randomBytes,
      mode,
      version,
      hosts,
      program,
      commands,
      site,
      log,
      apiKey,
      trustProxy,
    });
    return server.app.fetch;
  });
  server.prepare();
  const base = baseOf(options, listening.port);
  try {
    await store.secrets.set("studio", "running", { base, mode } satisfies Running);
    const invites = local || (await store.secrets.all("account")).length === 0;
    const link = () => newLink(context, store, { base, mode });
    const url = invites ? await link() : base;
    context.emit(introduction(url, mode, listening.port), { url, port: listening.port, mode, project });
    if (options.open && site && process.stdout.isTTY && !context.json) openBrowser(url);
    const forget = onEnter(context, async () => context.note(await link()));
    await stopped();
    context.note("answering what is under way; Ctrl-C again quits");
    forget();
  } finally {
    server.close();
    await listening.stop();
    await store.secrets.delete("studio", "running");
  }
}

interface Running {
  readonly base: string;
  readonly mode: Result["mode"];
}

const newLink = async ({ now }: Context, store: Store, { base, mode }: Running): Promise<string> =>
  base + (await consoleLink({ store, now, random: randomBytes, mode }));

async function printNewLink(context: Context<Result>, store: Store, project: string): Promise<void> {
  const running = await store.secrets.get<Running>("studio", "running");
  const answers = running && (await fetch(`${running.base}/healthz`).catch(() => undefined));
  if (!running || !answers?.ok)
    throw new UsageError(`no studio runs on ${project}`, { code: "not-running", help: `plaudit studio ${project}` });
  const url = await newLink(context, store, running);
  context.emit(url, { url, port: Number(new URL(url).port), mode: running.mode, project });
}

/** What to open: the proxy's name where there is one, else this machine. */
function baseOf({ host, trustProxy, allowedHosts }: Options, port: number): string {
  const [name] = allowedHosts;
  if (name) return `${trustProxy ? "https" : "http"}://${name}${trustProxy ? "" : `:${port}`}`;
  return `http://${["0.0.0.0", "::"].includes(host) ? "127.0.0.1" : inAddress(host)}:${port}`;
}

function introduction(url: string, mode: Result["mode"], port: number): string {
  const first = url.includes("#") ? "The link works once; Enter shows a new one. " : "";
  const tls = `Passwords travel as they are: let others in through a proxy with TLS only, for example
  caddy reverse-proxy --from studio.example.org --to 127.0.0.1:${port}
and start the studio with --host 127.0.0.1 --trust-proxy --allowed-hosts studio.example.org`;
  return [`The studio is at\n\n  ${url}\n`, `${first}Ctrl-C ends it.`, ...(mode === "accounts" ? [tls] : [])].join(
    "\n",
  );
}

/** Resolves at the first Ctrl-C or SIGTERM; from then on they end the process as anywhere else. */
const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    const stop = () => {
      for (const signal of signals) process.off(signal, stop);
      resolve();
    };
    for (const signal of signals) process.on(signal, stop);
  });
const signals = ["SIGINT", "SIGTERM"] as const;

/** Calls back for each line that is typed; nothing where there is no terminal. */
function onEnter({ json }: Context, then: () => Promise<void>): () => void {
  const { stdin } = process;
  if (json || !stdin.isTTY) return () => {};
  const listener = () => void then();
  stdin.on("data", listener);
  return () => {
    stdin.off("data", listener);
    stdin.pause();
  };
}
