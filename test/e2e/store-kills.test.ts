// Several processes on one project, and processes that end in the middle of it. `npm run prove -- kills` kills more.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openStore, readJournal } from "../../src/feedback/index.ts";
import { judgement, task } from "../store/entries.ts";
import { check, makeProject, startWriter, surviveKills, writerWords } from "../store/processes.ts";
import { newId, startStudio } from "../studio.ts";
import { plaudit } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a project over SQLite", () => {
  it("loses no acknowledged entry to kills at any moment, and doubles none", async () => {
    const survived = await surviveKills(join(folder, "kills"), { kills: 10, seed: 1 });
    expect(survived).toMatchObject({ lost: 0, doubled: 0, equal: true, intact: true });
    expect(survived.acknowledged).toBeGreaterThan(20);
  });

  it("keeps what two processes write at the same time", async () => {
    const project = join(folder, "two");
    await makeProject(project, undefined);
    const writers = ["ann", "ben"].map((by) => startWriter(project, undefined, by, 150));
    for (const { ended, complaints } of writers) expect(await ended, complaints()).toBe(0);
    const acknowledged = writers.flatMap((writer) => writer.acknowledged());
    expect(new Set(acknowledged).size).toBe(300);
    expect(await check(project, undefined, acknowledged)).toMatchObject({ lost: 0, doubled: 0, equal: true });
    const lines = readJournal(join(project, "journal.jsonl")).map(({ by }) => by);
    const turns = lines.filter((by, i) => i > 0 && by !== lines[i - 1]).length;
    expect(turns).toBeGreaterThan(2); // they did write at the same time
  });
});

const noStrace = spawnSync("strace", ["-V"]).status === 0 ? undefined : "needs strace";

describe("the order of writing", () => {
  it.skipIf(noStrace)(
    `journal, database, acknowledgement, each flushed${noStrace ? ` (${noStrace})` : ""}`,
    async () => {
      const project = join(folder, "traced");
      await makeProject(project, undefined);
      const log = join(folder, "trace");
      const traced = ["-f", "-y", "-e", "trace=fsync,fdatasync,write,pwrite64", "-o", log, process.execPath];
      const words = [...traced, ...writerWords(project, undefined, "ann", 30)];
      const { status, stdout } = spawnSync("strace", words, { encoding: "utf8" });
      expect([status, stdout.split("\n").length]).toEqual([0, 31]);
      const unflushed = new Set<string>();
      let [acknowledged, flushes] = [0, 0];
      for (const line of readFileSync(log, "utf8").split("\n")) {
        const [, call, file] = /(fsync|fdatasync|write|pwrite64)\(\d+<([^>]*)>/.exec(line) ?? [];
        const kept = ["journal.jsonl", "plaudit.db-wal"].find((name) => file?.endsWith(name));
        if (kept && call!.includes("sync")) flushes += Number(unflushed.delete(kept));
        else if (kept) unflushed.add(kept);
        else if (/write\(1</.test(line)) {
          expect([...unflushed]).toEqual([]);
          acknowledged++;
        }
      }
      expect(acknowledged).toBe(30);
      expect(flushes).toBeGreaterThan(8); // several acknowledgements may share a pair
    },
  );
});

describe("a disk", () => {
  const disks: string[] = [];
  const cannot =
    process.platform !== "linux" || process.getuid?.() !== 0 ? "needs root on Linux to mount a small disk" : undefined;
  const mount = (name: string) => {
    const disk = join(folder, name);
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], { stdio: "ignore" });
    disks.push(disk);
    return disk;
  };
  const remount = (disk: string, options: string) => execFileSync("mount", ["-o", `remount,${options}`, disk]);
  afterAll(() => {
    for (const disk of disks) execFileSync("umount", ["--lazy", disk]);
  });

  it.skipIf(cannot)(`that is full loses nothing that was acknowledged${cannot ? ` (${cannot})` : ""}`, async () => {
    const disk = mount("small");
    await makeProject(disk, undefined);
    const acknowledged: string[] = [];
    const store = await openStore(disk, { now: Date.now });
    const codes = new Set<string>();
    for (let i = 0; i < 400 && codes.size === 0; i++) {
      const word = judgement(`p${i}`, "t1", [[0]], { note: "long ".repeat(800) });
      const error = await store.append([word]).then(
        () => undefined,
        (problem) => problem,
      );
      if (error === undefined) acknowledged.push(word.id);
      else codes.add(error.code);
    }
    expect(["disk-full", "database-full"]).toContain([...codes][0]);
    remount(disk, "size=20m");
    const more = judgement("ann", "t2");
    expect(await store.append([more])).toBe(1);
    await store.close();
    expect(await check(disk, undefined, [...acknowledged, more.id])).toMatchObject({
      ...{ lost: 0, doubled: 0, equal: true, intact: true },
    });
  });

  it.skipIf(cannot)(
    `that is full is told to who works in the studio, and nothing is half there${cannot ? ` (${cannot})` : ""}`,
    async () => {
      const disk = mount("studio");
      const studio = await startStudio({ project: disk });
      await studio.task("t1");
      const lin = await studio.person("lin");
      const comment = () => ({ id: newId(), text: "long ".repeat(3000) });
      const say = (said: object) => lin.call("POST /api/comments", said);
      const taken: string[] = [];
      let last = comment();
      let reply = await say(last);
      for (; reply.status === 200 && taken.length < 400; reply = await say(last)) {
        taken.push(last.id);
        last = comment();
      }
      expect(reply.status).toBe(507);
      expect(["disk-full", "database-full"]).toContain(reply.code);
      expect(reply.json.error.message).toMatch(/^the disk is full; /);
      const file = `${JSON.stringify({ prompt: "p", completions: ["a", "b".repeat(3_000_000)], ranks: [1, 2] })}\n`;
      const sent = await lin.request("POST", "/api/import?name=rows.jsonl", { body: file });
      expect([sent.status, await sent.json()]).toMatchObject([507, { error: { code: "disk-full" } }]);
      expect(readdirSync(disk).filter((name) => name.startsWith(".upload"))).toEqual([]);
      expect((await lin.call("GET /api/tasks")).status).toBe(200); // who only looks is not disturbed
      remount(disk, "size=20m");
      for (let i = 0; i < 2; i++) expect((await say(last)).status).toBe(200);
      const comments = await studio.store.history({ kinds: ["comment"] });
      expect(comments.map(({ id }) => id)).toEqual([...taken, last.id]);
      expect(studio.logged).toEqual([]);
      await studio.stop();
    },
  );

  it.skipIf(cannot)(`that cannot be written is named${cannot ? ` (${cannot})` : ""}`, async () => {
    const disk = mount("frozen");
    expect((await plaudit(folder, ["init", disk])).code).toBe(0);
    remount(disk, "ro");
    const { code, json } = await plaudit(folder, ["data", "rebuild", disk, "--json"]);
    const [{ error }] = json<{ error: { code: string; help: string } }>() as [
      { error: { code: string; help: string } },
    ];
    expect([code, error.code]).toEqual([1, "database-read-only"]);
    expect(error.help).toContain("make it writable");
  });
});

describe("plaudit init, data rebuild, data forget", () => {
  const run = (...words: string[]) => plaudit(folder, [...words, "--json"]);

  it("make a project, its database anew, and a person forgotten", async () => {
    const made = await run("init", "shop", "--form", "instructgpt", "--overlap", "2");
    expect(made.json()).toEqual([{ project: "shop", form: "instructgpt", title: "shop", overlap: 2 }]);
    const twice = await run("init", "shop");
    expect([twice.code, twice.json<{ error: { code: string } }>()[0]!.error.code]).toEqual([2, "project-exists"]);
    const store = await openStore(join(folder, "shop"), { now: Date.now });
    await store.append([task("t1"), judgement("ann", "t1"), judgement("ben", "t1")]);
    await store.close();
    expect((await run("data", "rebuild", "shop")).json()).toMatchObject([{ entries: 4 }]);
    const unasked = await run("data", "forget", "ann", "--project", "shop");
    expect([unasked.code, unasked.json<{ error: { code: string } }>()[0]!.error.code]).toEqual([2, "needs-yes"]);
    expect((await run("data", "forget", "ann", "--project", "shop", "--yes")).json()).toMatchObject([{ entries: 1 }]);
    expect(readFileSync(join(folder, "shop", "journal.jsonl"), "utf8")).not.toContain('"ann"');
    const nowhere = await run("data", "rebuild", "nowhere");
    expect(nowhere.json<{ error: { code: string } }>()[0]!.error.code).toBe("no-project");
    const ranked = await run("label", "shop", "--simulate", "2");
    expect(ranked.json()).toMatchObject([{ judged: 1 }]);
    const again = await openStore(join(folder, "shop"), { now: Date.now });
    expect(await again.counts()).toMatchObject({ synthetic: 1, words: { judgement: 1 } });
    await again.close();
  });
});
