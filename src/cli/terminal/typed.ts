import type { ReadStream } from "node:tty";

/** How long the terminal takes at most to hand over what it holds. */
const handOverMs = 50;

/** Throws away what was typed before anything was asked: an impatient Enter is no answer. */
export async function forgetTyped(stdin: ReadStream): Promise<void> {
  stdin.setRawMode(true); // else only whole lines come
  stdin.resume();
  await new Promise((resolve) => setTimeout(resolve, handOverMs));
  stdin.pause();
  stdin.setRawMode(false);
}
