import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  lock,
  openJsonl,
  readJsonl,
  readLines,
  readText,
  removeLeftovers,
  replaceFolder,
  writeAtomic,
} from "./index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plaudit-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const noSpace = () => Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });

describe("writeAtomic", () => {
  it("writes text, bytes and chunks, and makes the folder", () => {
    const path = join(folder, "a", "b.txt");
    writeAtomic(path, "one");
    expect(readFileSync(path, "utf8")).toBe("one");
    writeAtomic(path, [Buffer.from("tw"), Buffer.from("o")]);
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(join(folder, "a"))).toEqual(["b.txt"]);
  });

  it("keeps the old file whole when the disk fills up half-way, and says so", () => {
    const path = join(folder, "model.bin");
    writeAtomic(path, "old");
    const chunks = function* () {
      yield Buffer.from("half of the n");
      throw noSpace();
    };
    expect(() => writeAtomic(path, chunks())).toThrow(expect.objectContaining({ code: "disk-full", where: path }));
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["model.bin"]);
  });

  it("names a path that cannot be written", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => writeAtomic(join(folder, "file", "x"), "")).toThrow(
      expect.objectContaining({ code: "cannot-write", exitCode: 2 }),
    );
  });
});

describe("replaceFolder", () => {
  it("leaves the old folder as it was when filling the new one fails", () => {
    const path = join(folder, "checkpoint");
    replaceFolder(path, (f) => writeFileSync(join(f, "a"), "old"));
    const full = function* () {
      yield Buffer.from("ne");
      throw noSpace();
    };
    const fill = (f: string) => writeAtomic(join(f, "a"), full());
    expect(() => replaceFolder(path, fill)).toThrow(expect.objectContaining({ code: "disk-full", where: path }));
    expect(readFileSync(join(path, "a"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["checkpoint"]);
    replaceFolder(path, (f) => writeFileSync(join(f, "b"), "new"));
    expect(readdirSync(path)).toEqual(["b"]);
  });

  it("after a kill, the leftovers go, and a folder that was only moved aside comes back", () => {
    for (const name of [".tmp-7-x", ".gone-7-y", ".old-7-whole"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, ".old-7-whole", "a"), "kept");
    removeLeftovers(folder);
    expect(readdirSync(folder)).toEqual(["whole"]);
    expect(readFileSync(join(folder, "whole", "a"), "utf8")).toBe("kept");
  });
});

describe("reading", () => {
  const put = (content: string | Uint8Array) => {
    const path = join(folder, "data.txt");
    writeFileSync(path, content);
    return path;
  };

  it("numbers lines from 1, without byte order mark and line endings", () => {
    const lines = [...readLines(put("\ufeffa\r\n\n好\nlast"))];
    expect(lines).toEqual([
      { text: "a", number: 1, end: 6, terminated: true },
      { text: "", number: 2, end: 7, terminated: true },
      { text: "好", number: 3, end: 11, terminated: true },
      { text: "last", number: 4, end: 15, terminated: false },
    ]);
  });

  it("joins lines that lie across the pieces in which a large file is read", () => {
    const text = Array.from({ length: 300 }, (_, i) => "好".repeat(i * 11)).join("\n");
    const path = put(text);
    expect([...readLines(path)].map((line) => line.text).join("\n")).toBe(text);
    expect([...readLines(path)].at(-1)!.end).toBe(Buffer.byteLength(text));
  });

  it("unpacks gzip, told by content", () => {
    expect(readText(put(gzipSync("a\nb\n")))).toBe("a\nb\n");
    expect([...readLines(put(gzipSync("a\nb\n")))].map((line) => line.text)).toEqual(["a", "b"]);
    expect(() => readText(put(gzipSync("a\nb\n").subarray(0, 15)))).toThrow(
      expect.objectContaining({ code: "bad-gzip" }),
    );
  });

  it("names the line that is not UTF-8, and guesses GB18030 when it reads as Chinese", () => {
    const path = put(Buffer.concat([Buffer.from("fine\n"), Buffer.from([0xc4, 0xe3, 0xba, 0xc3])])); // 你好 in GB18030
    const wanted = { code: "bad-encoding", where: `${path}:2`, help: "looks like GB18030: --encoding gb18030" };
    expect(() => readText(path)).toThrow(expect.objectContaining(wanted));
    expect(() => [...readLines(path)]).toThrow(expect.objectContaining(wanted));
    expect(readText(path, { encoding: "gb18030" })).toBe("fine\n你好");
  });

  it("says that a file is missing, and which one has nearly that name", () => {
    const path = put("x");
    expect(() => readText(join(folder, "dta.txt"))).toThrow(
      expect.objectContaining({ code: "missing-file", exitCode: 2, help: `did you mean ${path}?` }),
    );
  });

  it("names the line of bad JSON", () => {
    const path = put('{"a":1}\n\n{"a":\n');
    expect(() => [...readJsonl(path)]).toThrow(expect.objectContaining({ code: "bad-json", where: `${path}:3` }));
  });
});

describe("openJsonl", () => {
  it("appends, counts bytes, and cuts back a torn line", () => {
    const path = join(folder, "log.jsonl");
    const log = openJsonl(path);
    log.append({ a: "好" });
    const { length } = log;
    log.append({ a: 2 });
    log.close();
    writeFileSync(path, '{"to', { flag: "a" });
    const again = openJsonl(path, length);
    again.append({ a: 3 });
    again.close();
    expect([...readJsonl(path)].map((line) => line.value)).toEqual([{ a: "好" }, { a: 3 }]);
    expect(again.length).toBe(readFileSync(path).length);
  });
});

describe("lock", () => {
  const path = () => join(folder, "run", ".lock");

  it("keeps a second one out until it is released", () => {
    const first = lock(path());
    expect(() => lock(path())).toThrow(expect.objectContaining({ code: "run-locked", exitCode: 2 }));
    expect(() => lock(path())).toThrow(String(process.pid));
    first.release();
    expect(lock(path()).tookOverFrom).toBeUndefined();
  });

  it("takes over the lock of a process that is gone, and says whose it was", () => {
    const dead = Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));
    const first = lock(path());
    const owner = JSON.parse(readFileSync(path(), "utf8"));
    writeFileSync(path(), JSON.stringify({ ...owner, pid: dead }));
    expect(lock(path()).tookOverFrom).toBe(dead);
    first.release();
    expect(readdirSync(join(folder, "run"))).toEqual([]);
  });

  it.runIf(process.platform === "linux")("is not fooled by a new process with the old number, nor by a reboot", () => {
    lock(path());
    const owner = JSON.parse(readFileSync(path(), "utf8"));
    writeFileSync(path(), JSON.stringify({ ...owner, startTime: "1" }));
    expect(lock(path()).tookOverFrom).toBe(process.pid);
    writeFileSync(path(), JSON.stringify({ ...owner, bootId: "another" }));
    expect(lock(path()).tookOverFrom).toBe(process.pid);
  });

  it("takes over a lock file that a power cut left empty", () => {
    lock(path());
    writeFileSync(path(), "");
    const second = lock(path());
    expect(() => lock(path())).toThrow(expect.objectContaining({ code: "run-locked" }));
    second.release();
  });
});
