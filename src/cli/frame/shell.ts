import { styleText } from "node:util";
import type { SignalSource } from "./interrupt.ts";

/** The outside world of a command. `process` has this shape; a test gives its own. */
export interface Shell extends SignalSource {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  now(): number;
}
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  hasColors?(): boolean;
}

/** Colours a text. */
export type Paint = (format: "red" | "green" | "cyan" | "bold" | "dim", text: string) => string;

/** Colour only where it is seen as colour: a terminal's `hasColors` honours NO_COLOR, FORCE_COLOR and TERM=dumb. */
export function painter(out: Output): Paint {
  const colourful = out.isTTY && out.hasColors?.();
  return (format, text) => (colourful ? styleText(format, text, { validateStream: false }) : text);
}

/** Whether the cursor can be moved: not in a pipe, an editor's shell window or wherever TERM says nothing. */
export const isLive = (out: Output, env: NodeJS.ProcessEnv): boolean =>
  out.isTTY === true && env.TERM !== "dumb" && (Boolean(env.TERM) || process.platform === "win32");
