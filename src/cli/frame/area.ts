import type { Output } from "./shell.ts";
import { truncate, width } from "./text.ts";

/** Lines at the end of a terminal's text that are drawn again and again in place. */
export interface Area {
  /** Replaces what was drawn before. What does not fit into the window is left off. */
  draw(lines: readonly string[]): void;
  erase(): void;
  /** Leaves the lines where they are; the next ones come below. */
  keep(): void;
}

/** Each frame is one write over the last one, never an erased screen in between: nothing flickers. */
export function liveArea(out: Output): Area {
  let drawn: readonly string[] = [];
  // A terminal that does not know its size says 0.
  const columns = () => out.columns || 80;
  /** To where the drawn lines begin. A window that was made narrower has wrapped them: they take more rows than before. */
  const toTop = () => {
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns())), 0);
    return `\r${rows > 1 ? `\x1b[${rows - 1}A` : ""}`;
  };
  return {
    draw(lines) {
      const top = toTop();
      drawn = lines.slice(0, Math.max(1, (out.rows || 24) - 1)).map((line) => truncate(line, columns() - 1));
      out.write(`${top}${drawn.map((line) => `${line}\x1b[K`).join("\n")}\x1b[J`);
    },
    erase() {
      if (drawn.length > 0) out.write(`${toTop()}\x1b[J`);
      drawn = [];
    },
    keep() {
      if (drawn.length > 0) out.write("\n");
      drawn = [];
    },
  };
}
