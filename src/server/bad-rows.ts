/** Lists of the rows that imports could not use: files in the project that last a day. */
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { badRowFile } from "../feedback/index.ts";
import { Refusal } from "./refusal.ts";

const fileOf = (folder: string, list: string) => join(folder, `.import-${list}.bad.jsonl`);

/** Takes bad rows; `close` gives the list's name, or null where there were none. */
export function newBadRows(folder: string, random: (bytes: number) => Uint8Array) {
  const list = Buffer.from(random(16)).toString("hex");
  let file: ReturnType<typeof badRowFile> | undefined;
  return {
    add(bad: Parameters<ReturnType<typeof badRowFile>["add"]>[0]): void {
      file ??= badRowFile(fileOf(folder, list));
      file.add(bad);
    },
    close(): string | null {
      file?.close();
      return file ? list : null;
    },
  };
}

/** Throws `no-list`. */
export function badRowsOf(folder: string, list: string): Response {
  const file = fileOf(folder, list);
  if (!/^[0-9a-f]{32}$/.test(list) || !existsSync(file))
    throw new Refusal("this list is not here, or no longer", {
      code: "no-list",
      status: 404,
      help: "import the file again: nothing is doubled",
    });
  return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, {
    headers: {
      "Content-Type": "application/jsonl; charset=utf-8",
      "Content-Disposition": 'attachment; filename="bad-rows.jsonl"',
      "Cache-Control": "no-store",
    },
  });
}
