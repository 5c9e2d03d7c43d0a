import type { SchemaElement } from "hyparquet-writer";
import { DataError } from "../../base/index.ts";
import type { ExportRow } from "./export.ts";

/**
 * Rows that are alike as the bytes of a Parquet file, conversations as lists of {role, content} as `datasets` reads them.
 * Throws `nothing-to-export` for no rows: a file without columns is none.
 */
export async function parquetOf(rows: readonly ExportRow[]): Promise<Uint8Array> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0) throw nothingToExport();
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const columnData = columns.map((name) => ({ name, data: rows.map((row) => row[name] ?? null) }));
  const schema = [
    { name: "root", num_children: columns.length },
    ...columnData.flatMap(({ name, data }) => elementsOf(name, data)),
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, schema }));
}

export const nothingToExport = (): DataError =>
  new DataError("there is nothing to export", {
    code: "nothing-to-export",
    help: "nobody has said anything of this kind yet, or the filters leave nothing; what simulated annotators said goes along only when asked for",
  });

/** A column in Parquet's schema: all its values have the form of the first that is there. */
function elementsOf(name: string, values: readonly unknown[]): SchemaElement[] {
  const first = values.find((value) => value !== null && value !== undefined);
  const repetition_type = "OPTIONAL" as const;
  if (Array.isArray(first)) {
    const element = elementsOf("element", values.flat() as unknown[]);
    return [
      { name, repetition_type, num_children: 1, converted_type: "LIST" },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      ...element,
    ];
  }
  switch (typeof first) {
    case "object": {
      const keys = ["role", "content"];
      return [{ name, repetition_type, num_children: keys.length }, ...keys.flatMap((key) => elementsOf(key, [""]))];
    }
    case "boolean":
      return [{ name, repetition_type, type: "BOOLEAN" }];
    case "number":
      return [{ name, repetition_type, type: values.every(isInteger) ? "INT32" : "DOUBLE" }];
    default:
      return [{ name, repetition_type, type: "BYTE_ARRAY", converted_type: "UTF8" }];
  }
}

const isInteger = (value: unknown) => value === null || Number.isInteger(value);
