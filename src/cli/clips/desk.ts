/** A person at the terminal who answers which clip is better, while the agent learns between his answers. */
import { emitKeypressEvents, type Key } from "node:readline";
import type { ClipAnswer } from "../../feedback/index.ts";
import type { Progress } from "../frame/index.ts";
import { forgetTyped } from "../terminal/typed.ts";
import type { Queue } from "./book.ts";
import { clipScreen } from "./screen.ts";

export interface Desk {
  /** Fires when the person has left: nobody is to be waited for any more. */
  readonly left: AbortSignal;
  /** Says how the run stands where the person looks. */
  readonly progress: Progress;
  /** Gives the terminal back. */
  close(): void;
  /** When the last answer is kept. @throws what went wrong with one, for example a full disk */
  settled(): Promise<void>;
}

export interface DeskOptions {
  /** Undefined while the run begins. */
  queue(): Queue | undefined;
  readonly question: string;
  /** Shows how the run stands when the person has left. */
  readonly outside: Progress;
  now(): number;
}

/** The terminal's second screen: what stood on the first is there again afterwards. */
const open = "\x1b[?1049h\x1b[?25l";
const shut = "\x1b[?25h\x1b[?1049l";
const framesPerSecond = 15;

const nothing = { current: undefined, waiting: 0, answered: 0 };
const answers: Readonly<Record<string, ClipAnswer>> = {
  left: "left",
  right: "right",
  up: "equal",
  down: "cannot-tell",
};

/** Ctrl-C is what it is elsewhere: the run saves and ends. */
export async function openDesk({ queue, question, outside, now }: DeskOptions): Promise<Desk> {
  const { stdin, stdout } = process;
  await forgetTyped(stdin);
  const left = new AbortController();
  let status = "";
  let shown: string | undefined;
  let since = now();
  let isOpen = true;
  let busy = Promise.resolve(); // keys are taken one by one, also while the disk is at work
  const draw = () => {
    const asked = queue() ?? nothing;
    const { current } = asked;
    if (current?.id !== shown) {
      shown = current?.id;
      since = now();
    }
    const step = Math.floor(((now() - since) / 1000) * (current?.clips[0].fps ?? 1));
    const size = { columns: (stdout.columns || 80) - 1, rows: stdout.rows || 24 };
    const lines = clipScreen({ question, queue: asked, status, step, ...size });
    stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\n")}\x1b[J`);
  };
  const take = async (key: Key) => {
    const answer = answers[key.name ?? ""];
    if (answer) await queue()?.say(answer, (now() - since) / 1000);
    else if (key.name === "u") await queue()?.undo();
    if (isOpen) draw();
  };
  const onKey = (_: string | undefined, key: Key) => {
    if (key.ctrl && key.name === "c") {
      close();
      process.kill(process.pid, "SIGINT");
    } else if (key.name === "q") leave();
    else {
      busy = busy.then(() => take(key));
      busy.catch(leave); // the run goes on, and says at its end what went wrong
    }
  };
  const leave = () => {
    close();
    left.abort();
  };
  const restore = () => void stdout.write(shut);
  const clock = setInterval(draw, 1000 / framesPerSecond);
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    clearInterval(clock);
    stdin.off("keypress", onKey).off("end", leave);
    process.off("exit", restore);
    restore();
    stdin.setRawMode(false);
    stdin.pause();
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on("keypress", onKey).on("end", leave);
  process.on("exit", restore);
  stdin.resume();
  stdout.write(open);
  draw();
  return {
    left: left.signal,
    progress: {
      update(state) {
        if (!isOpen) return outside.update(state);
        const { step, total, metrics = {} } = state;
        const numbers = Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
        status = [`step ${step} of ${total}`, ...numbers].join("  ");
      },
      note(line) {
        if (isOpen) status = line;
        else outside.note(line);
      },
      done: () => outside.done(),
      clear: () => outside.clear(),
    },
    close,
    settled: () => busy,
  };
}
