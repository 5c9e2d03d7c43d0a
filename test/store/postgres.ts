// A PostgreSQL of one's own for tests: in a temporary folder, on a socket there, stopped and removed afterwards.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

export interface Server {
  /** The address of a new, empty database. */
  create(): Promise<string>;
  /** Kills the server with all its processes, as a power cut would, and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const root = "/usr/lib/postgresql";
const bin = existsSync(root)
  ? readdirSync(root)
      .map((version) => join(root, version, "bin"))
      .find((path) => existsSync(join(path, "initdb")))
  : undefined;
const given = process.env.PLAUDIT_TEST_POSTGRES;

/** Why no server can be had here. */
export const missing = given || bin ? undefined : "no PostgreSQL here; PLAUDIT_TEST_POSTGRES=postgres://… names one";

export async function startServer(): Promise<Server> {
  if (given)
    return { create: () => createIn(given), crash: () => Promise.reject(new Error("not ours")), stop: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), "plaudit-postgres-"));
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  const isRoot = process.getuid?.() === 0; // whom PostgreSQL refuses
  if (isRoot) for (const path of [folder, data]) chownSync(path, ...nobody());
  const asUser = (words: string[]): [string, string[]] =>
    isRoot
      ? ["setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", ...words]]
      : [words[0]!, words.slice(1)];
  const initdb = [join(bin!, "initdb"), "-D", data, "-A", "trust", "-U", "plaudit", "-E", "UTF8", "--locale=C"];
  execFileSync(...asUser(initdb), { stdio: "ignore", cwd: folder });
  const address = (name: string) => `postgres://plaudit@localhost/${name}?host=${encodeURIComponent(folder)}`;
  const start = () => {
    const words = [
      join(bin!, "postgres"),
      "-D",
      data,
      "-k",
      folder,
      "-c",
      "listen_addresses=",
      "-c",
      "shared_buffers=16MB",
    ];
    const [program, rest] = asUser(words);
    return spawn(program, rest, { stdio: "ignore", cwd: folder, detached: true });
  };
  let server = start();
  await answers(address("postgres"));
  return {
    create: () => createIn(address("postgres")),
    async crash() {
      await end(server, "SIGKILL");
      server = start();
      await answers(address("postgres"));
    },
    async stop() {
      await end(server, "SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const nobody = (): [number, number] => [
  Number(execFileSync("id", ["-u", "nobody"], { encoding: "utf8" })),
  Number(execFileSync("id", ["-g", "nobody"], { encoding: "utf8" })),
];

/** A server is a family of processes: a kill takes them all, other signals are for its head. */
async function end(server: ChildProcess, signal: "SIGKILL" | "SIGINT"): Promise<void> {
  const ended = new Promise((resolve) => server.once("close", resolve));
  process.kill(signal === "SIGKILL" ? -server.pid! : server.pid!, signal);
  await ended;
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await query(url, "select 1");
      return;
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

let made = 0;
async function createIn(url: string): Promise<string> {
  const name = `plaudit_${process.pid}_${made++}`;
  await query(url, `create database ${name}`);
  const created = new URL(url);
  created.pathname = `/${name}`;
  return created.href;
}
