import { emitKeypressEvents, type Key } from "node:readline";
import { type AgreementReport, currentTask, press, type Said, type Session } from "../../feedback/index.ts";
import { isLive } from "../frame/index.ts";
import { forgetTyped } from "../terminal/typed.ts";
import { labelScreen } from "./screen.ts";

export interface Desk {
  /** Puts what was said into the journal; the next task is shown when it is safe there. */
  say(said: Said): Promise<void>;
  agreement(): AgreementReport["all"];
  now(): number;
  /** When it fires, the person is taken to have left. */
  readonly signal: AbortSignal;
}

/** The terminal's second screen: what stood on the first is there again afterwards. */
const open = "\x1b[?1049h\x1b[?25l";
const close = "\x1b[?25h\x1b[?1049l";

/** Runs a ranking session in the terminal until the person leaves. Ctrl-C and a terminal that closes leave like `q`. */
export async function rankAtTerminal(start: Session, { say, agreement, now, signal }: Desk): Promise<void> {
  const { stdin, stdout } = process;
  const live = isLive(stdout, process.env);
  await forgetTyped(stdin);
  let session = start;
  let measured = agreement();
  let scroll = 0;
  const draw = () => {
    const size = { columns: (stdout.columns || 80) - 1, rows: stdout.rows || 24 };
    const screen = labelScreen(session, { agreement: measured, ...size, rows: live ? size.rows : 1000, scroll });
    scroll = screen.scroll;
    if (live) stdout.write(`\x1b[H${screen.lines.map((line) => `${line}\x1b[K`).join("\n")}\x1b[J`);
    else stdout.write(`\n${screen.lines.join("\n")}\n`);
  };
  const restore = () => {
    if (live) stdout.write(close);
  };
  return new Promise((resolve, reject) => {
    let left = false;
    let busy = Promise.resolve(); // keys are taken one by one, also while the disk is at work
    const leave = () => {
      left = true;
      stdin.off("keypress", onKey).off("end", quit);
      stdout.off("resize", draw);
      signal.removeEventListener("abort", quit);
      process.off("exit", restore);
      restore();
      stdin.setRawMode(false);
      stdin.pause();
    };
    const quit = () => {
      leave();
      void busy.then(resolve);
    };
    const onKey = (text: string | undefined, key: Key) => {
      busy = busy.then(() => (left ? undefined : take(text, key)));
    };
    const take = async (text: string | undefined, key: Key) => {
      try {
        const name = keyName(text, key);
        const finished = name === "enter" && !currentTask(session);
        const pressed = press(session, finished ? "q" : name, now());
        if (pressed.said) {
          await say(pressed.said);
          measured = agreement();
        }
        scroll = pressed.session === session ? scroll + scrolledBy(key) : 0;
        session = pressed.session;
        if (left) return;
        if (session.quit) quit();
        else draw();
      } catch (error) {
        leave();
        reject(error);
      }
    };
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on("keypress", onKey).on("end", quit);
    stdout.on("resize", draw);
    signal.addEventListener("abort", quit);
    process.on("exit", restore);
    stdin.resume();
    if (live) stdout.write(open);
    draw();
  });
}

const scrolledBy = ({ name = "" }: Key): number => ({ up: -1, down: 1, pageup: -8, pagedown: 8 })[name] ?? 0;

/** The key as a session knows it. A Chinese input method types full-width digits: ３ is 3. */
export function keyName(text: string | undefined, { name, ctrl }: Key): string {
  if (ctrl && (name === "c" || name === "d")) return "q";
  if (name === "return" || name === "enter") return "enter";
  if (name === "backspace") return name;
  return (text ?? "").normalize("NFKC").toLowerCase();
}
