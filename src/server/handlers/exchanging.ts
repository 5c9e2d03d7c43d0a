/** Feedback from files and into files. */
import { exportContent, importInto, readRows, type SourceRow } from "../../feedback/index.ts";
import { badRowsOf, newBadRows } from "../bad-rows.ts";
import type { Handlers } from "../call.ts";
import { routes } from "../protocol.ts";
import { refusalOf } from "../refusal.ts";
import { uploaded } from "../upload.ts";

export const exchanging: Handlers<"POST /api/import" | "GET /api/imports/:list/bad-rows" | "GET /api/export"> = {
  "POST /api/import": async ({ me, query: { format, name }, request }, services) => {
    const { store, now, random, events, audit } = services;
    const { project: folder } = store;
    const { limit } = routes["POST /api/import"];
    const by = me.name;
    return uploaded(request, { folder, name, limit, random, now }, async (file) => {
      const rows = me.role === "owner" ? readRows(file) : withoutPeople(readRows(file));
      const left = newBadRows(folder, random);
      let done = 0;
      const progress = (rows: number, share?: number) => {
        done = rows;
        events.tell({ type: "import", by, name, rows, share: share ?? null });
      };
      try {
        const report = await importInto(store, rows, { format, name, now: now(), by, progress, onBad: left.add });
        const { rows: count, badCount } = report;
        await audit(by, "import", { name, format: report.format, rows: count, bad: badCount });
        return { ...report, bad: [...report.bad], list: left.close() };
      } catch (error) {
        left.close();
        throw (
          refusalOf(error, `the import stopped after some ${done} rows; sent again, the file adds what is missing`) ??
          error
        );
      } finally {
        events.poke();
      }
    });
  },
  "GET /api/imports/:list/bad-rows": ({ query: { list } }, { store }) => badRowsOf(store.project, list),

  "GET /api/export": async ({ me, query }, { store, audit }) => {
    const { format, file, names, decisions, synthetic, by, since, until } = query;
    const content = await exportContent(store, {
      ...{ format, file, since, until, names: names === "yes", synthetic: synthetic === "with" },
      decisions: decisions === "prefer",
      by: by === undefined ? undefined : [by],
    });
    await audit(me.name, "export", query);
    const chunks = content.chunks[Symbol.iterator]();
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const { done, value } = chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
    return new Response(body, {
      headers: {
        "Content-Type": file === "jsonl" ? "application/jsonl; charset=utf-8" : "application/vnd.apache.parquet",
        "Content-Disposition": `attachment; filename="${format}.${file}"`,
        "Cache-Control": "no-store",
      },
    });
  },
};

/** A journal's lines say who has which role; that is for owners to say. */
async function* withoutPeople(rows: AsyncIterable<SourceRow>): AsyncGenerator<SourceRow> {
  for await (const row of rows) {
    const isPerson = "value" in row && (row.value as { kind?: unknown } | null)?.kind === "person";
    yield isPerson ? { line: row.line, problem: { code: "forbidden", message: "people are added by an owner" } } : row;
  }
}
