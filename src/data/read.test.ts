import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { DataError, type PlauditError } from "../base/index.ts";
import { detectKind, type Kind, mapRows, readDataset } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-data-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const jsonl = (...rows: unknown[]) => file("rows.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
const failure = async (path: string, kind: Kind): Promise<PlauditError> => {
  try {
    await readDataset(path, kind);
  } catch (error) {
    return error as PlauditError;
  }
  throw new Error("nothing was thrown");
};
/** The only problem of a file whose other row is good. */
const problem = async (kind: Kind, good: object, bad: object) => {
  const error = await failure(jsonl(good, bad), kind);
  expect(error).toMatchObject({ code: "bad-rows", exitCode: 3 });
  expect(error.message).toMatch(/1 of 2 rows cannot be used/);
  expect(error.problems).toHaveLength(1);
  expect(error.problems![0]!.where).toBe(`${join(folder, "rows.jsonl")}:2`);
  return error.problems![0]!;
};

const pair = { prompt: "p", chosen: "a", rejected: "b", margin: 0.5 };
const ranking = { prompt: "p", completions: ["a", "b", "c"], ranks: [1, 2, null] };

describe("reading datasets", () => {
  it("gives the same rows from JSONL, gzipped JSONL, JSON, CSV and Parquet, and the file's hash", async () => {
    const text = `${JSON.stringify(pair)}\n`;
    const paths = [
      file("a.jsonl", text),
      file("a.jsonl.gz", gzipSync(text)),
      file("a.json", JSON.stringify([pair])),
      file("a.csv", "\ufeffprompt,chosen,rejected,margin\np,a,b,0.5\n"),
      file(
        "a.parquet",
        new Uint8Array(
          parquetWriteBuffer({ columnData: Object.entries(pair).map(([name, value]) => ({ name, data: [value] })) }),
        ),
      ),
    ];
    for (const path of paths) expect((await readDataset(path, "preference")).rows).toEqual([pair]);
    // sha256 of the three bytes "abc": FIPS 180-2, appendix B.1
    expect((await readDataset(file("abc.txt", "abc"), "text")).hash).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("reads 64-bit ranks and missing columns from Parquet as JSON would have them", async () => {
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: "prompt", data: ["p", null], type: "STRING", nullable: true },
        { name: "chosen", data: ["a", "c"] },
        { name: "rejected", data: ["b", "d"] },
        { name: "margin", data: [2n, 3n], type: "INT64" },
      ],
    });
    const { rows } = await readDataset(file("n.parquet", new Uint8Array(buffer)), "preference");
    expect(rows).toEqual([
      { prompt: "p", chosen: "a", rejected: "b", margin: 2 },
      { chosen: "c", rejected: "d", margin: 3 },
    ]);
  });

  it("takes plain text as one stream, with Chinese in GB18030 when told so", async () => {
    const gb = Buffer.from([0xc4, 0xe3, 0xba, 0xc3, 0x0a]);
    const path = file("gb.txt", gb);
    expect(await failure(path, "text")).toMatchObject({
      code: "bad-encoding",
      where: `${path}:1`,
      help: "looks like GB18030: --encoding gb18030",
    });
    expect((await readDataset(path, "text", { encoding: "gb18030" })).rows).toEqual([{ text: "你好\n" }]);
    expect((await readDataset(file("bom.md", "\ufeffé\n\nb"), "text")).rows).toEqual([{ text: "é\n\nb" }]);
  });

  it("reads conversational rows and drops columns that are not part of the kind", async () => {
    const messages = [{ role: "user", content: "hi" }];
    const completion = [{ role: "assistant", content: "yo" }];
    const path = jsonl({ prompt: messages, completion, source: "x" });
    expect((await readDataset(path, "prompt-completion")).rows).toEqual([{ prompt: messages, completion }]);
  });

  it("reads feedback.csv with quoted commas, and the columns tell the kind", async () => {
    const path = file("feedback.csv", 'Title1,Title2,Label\n"a, b",c,1\n');
    const { kind, rows } = await readDataset(path, ["ranking", "preference", "feedback"]);
    expect(kind).toBe("feedback");
    expect(rows).toEqual([{ Title1: "a, b", Title2: "c", Label: 1 }]);
    expect(detectKind(["prompt", "completion", "label"])).toBe("unpaired");
    expect(detectKind(["prompt", "completion"])).toBe("prompt-completion");
    expect(detectKind(["nothing"])).toBeUndefined();
  });

  it("reads texts with a class, whose labels are names, numbers or yes and no", async () => {
    const path = file("labels.csv", 'text,label\n"good, really",1\nbad,positive\nso,True\n');
    const { kind, rows } = await readDataset(path, ["text", "classification"]);
    expect(kind).toBe("classification");
    expect(rows).toMatchObject([{ label: 1 }, { label: "positive" }, { label: true }]);
    const choices = file("choices.csv", 'text,choices,label\nq,"[""a"", ""b""]",b\n');
    expect((await readDataset(choices, "classification")).rows).toEqual([
      { text: "q", choices: ["a", "b"], label: "b" },
    ]);
  });
});

describe("bad input", () => {
  it("names a missing file and the nearest one", async () => {
    file("train.jsonl", "{}");
    const error = await failure(join(folder, "trian.jsonl"), "text");
    expect(error).toMatchObject({ code: "missing-file", help: expect.stringContaining("train.jsonl") });
  });

  it("names an empty file, of every format", async () => {
    for (const name of ["e.jsonl", "e.json", "e.csv", "e.txt"]) {
      expect(await failure(file(name, ""), "text")).toMatchObject({ code: "empty-file", exitCode: 3 });
    }
    expect(await failure(file("blank.jsonl", "\n \n"), "text")).toMatchObject({ code: "empty-file" });
  });

  it("names a format that it does not know", async () => {
    expect(await failure(file("a.docx", "x"), "text")).toMatchObject({ code: "unknown-format", exitCode: 2 });
  });

  it("names an encoding that it does not know", async () => {
    const read = readDataset(jsonl({ text: "x" }), "text", { encoding: "gb99" });
    await expect(read).rejects.toMatchObject({ code: "unknown-encoding", exitCode: 2 });
  });

  it("names the line of bad JSON, and goes on without it when told so", async () => {
    const lines = Array.from({ length: 8 }, (_, i) => (i === 6 ? '{"text": "x' : `{"text": "${i}"}`));
    const path = file("seven.jsonl", lines.join("\n"));
    const error = await failure(path, "text");
    expect(error.problems).toEqual([expect.objectContaining({ code: "bad-json", where: `${path}:7` })]);
    const { rows, skipped } = await readDataset(path, "text", { skipBadRows: true });
    expect(rows).toHaveLength(7);
    expect(skipped).toHaveLength(1);
    expect(await failure(file("bad.json", "{"), "text")).toMatchObject({ code: "bad-json" });
    expect(await failure(file("object.json", '{"text": "x"}'), "text")).toMatchObject({ code: "bad-json" });
  });

  it("names the line where a CSV breaks", async () => {
    const path = file("broken.csv", "text,more\na,b\nc\n");
    expect(await failure(path, "text")).toMatchObject({ code: "bad-csv", where: `${path}:3` });
  });

  it("says that a file is not Parquet", async () => {
    expect(await failure(file("x.parquet", "no parquet here"), "text")).toMatchObject({ code: "bad-parquet" });
  });

  it("names a missing column, those found, and the nearest", async () => {
    const error = await failure(jsonl({ promt: "p", completion: "c" }), "prompt-completion");
    expect(error).toMatchObject({
      code: "missing-column",
      message: expect.stringContaining('has no column "prompt"; found "promt", "completion"'),
      help: '"promt" may be meant for "prompt"',
    });
  });

  it("names a value of the wrong type with its place in the row", async () => {
    const { code, message } = await problem("prompt", { prompt: "p" }, { prompt: 3 });
    expect([code, message]).toEqual(["bad-row", "prompt: expected text or a list of {role, content} messages"]);
    expect(await problem("prompt", { prompt: "p" }, { completion: "c" })).toMatchObject({ code: "bad-row" });
  });

  it("refuses equal answers, empty prompts and labels that are none", async () => {
    expect(await problem("preference", pair, { ...pair, rejected: "a" })).toMatchObject({ code: "equal-pair" });
    expect(await problem("prompt", { prompt: "p" }, { prompt: " \n" })).toMatchObject({ code: "empty-prompt" });
    const good = { prompt: "p", completion: "c", label: true };
    expect(await problem("unpaired", good, { ...good, label: "good" })).toMatchObject({ code: "bad-label" });
    const path = file("labels.csv", "Title1,Title2,Label\na,b,0\nc,d,2\ne,f,x\ng,g,1\nh,i,\n");
    const { problems } = await failure(path, "feedback");
    expect(problems!.map(({ code, where }) => [code, where])).toEqual([
      ["bad-label", `${path}:3`],
      ["bad-label", `${path}:4`],
      ["equal-pair", `${path}:5`],
      ["bad-label", `${path}:6`],
    ]);
  });

  it("refuses rankings of another length, of ties only, and of one", async () => {
    const bad = (more: object) => problem("ranking", ranking, { ...ranking, ...more });
    expect(await bad({ ranks: [1, 2] })).toMatchObject({
      code: "ranks-length",
      message: "2 ranks for 3 completions",
    });
    expect(await bad({ ranks: [2, 2, null] })).toMatchObject({ code: "all-ties" });
    expect(await bad({ completions: ["a"], ranks: [1] })).toMatchObject({ code: "too-few-completions" });
    expect(await bad({ ranks: [1, null, null] })).toMatchObject({ code: "too-few-completions" });
    expect(await bad({ ranks: [0, 1, 2] })).toMatchObject({ code: "bad-row" });
  });

  it("refuses choices that are none, labels that name no choice, and empty texts", async () => {
    const good = { text: "t", choices: ["a", "b"], label: 1 };
    const bad = (more: object) => problem("classification", good, { ...good, ...more });
    expect(await bad({ label: 2 })).toMatchObject({
      code: "bad-label",
      message: "the label 2 is none of the 2 choices",
      help: "give the right one's text, or its number from 0 to 1",
    });
    expect(await bad({ label: "c" })).toMatchObject({ code: "bad-label" });
    expect(await bad({ label: 0.5 })).toMatchObject({ code: "bad-label" });
    expect(await bad({ choices: ["a", "a"] })).toMatchObject({ code: "bad-row" });
    expect(await bad({ choices: ["a"], label: 0 })).toMatchObject({ code: "bad-row" });
    expect(await bad({ text2: "u" })).toMatchObject({ message: "a row has text2 or choices, not both" });
    expect(await bad({ text: " " })).toMatchObject({ message: "a text is empty" });
  });

  it("lists every bad row, and refuses a file of nothing else even when told to skip", async () => {
    const path = jsonl(...Array.from({ length: 30 }, () => ({ prompt: "" })));
    expect((await failure(path, "prompt")).problems).toHaveLength(30);
    await expect(readDataset(path, "prompt", { skipBadRows: true })).rejects.toThrow(/30 of 30 rows/);
  });

  it("gives rows that later work refuses their place", async () => {
    const dataset = await readDataset(jsonl({ prompt: "a" }, { prompt: "b" }), "prompt");
    const work = ({ prompt }: { prompt: unknown }) => {
      if (prompt === "b") throw new DataError("too long", { code: "prompt-too-long" });
      return prompt;
    };
    expect(() => mapRows(dataset, work)).toThrow(
      expect.objectContaining({
        code: "bad-rows",
        problems: [expect.objectContaining({ code: "prompt-too-long", where: dataset.places[1] })],
      }),
    );
    expect(mapRows(dataset, work, { skipBadRows: true })).toMatchObject({ items: ["a"], skipped: [{}] });
  });
});
