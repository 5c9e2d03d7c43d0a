import { openJsonl } from "../../files/index.ts";
import type { BadRow } from "./found.ts";

const rowsAtOnce = 500;

/** A file of all rows that an import could not use, as JSON lines; a report holds the first 20 only. Made at once. */
export function badRowFile(path: string) {
  const file = openJsonl(path, 0);
  let waiting: BadRow[] = [];
  const write = () => {
    file.append(...waiting);
    waiting = [];
  };
  return {
    add(bad: BadRow): void {
      if (waiting.push(bad) >= rowsAtOnce) write();
    },
    close(): void {
      try {
        write();
      } finally {
        file.close();
      }
    },
  };
}
