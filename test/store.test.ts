import { join } from "node:path";
import { describe } from "vitest";
import { openSqlite } from "../src/feedback/store/sqlite.ts";
import { storeCases } from "./store/cases.ts";

describe("a store over SQLite", () =>
  storeCases({
    url: async () => undefined,
    open: (folder) => openSqlite(join(folder, "plaudit.db")),
    histories: 12,
  }));
