import { emitKeypressEvents, type Key } from "node:readline";
import { type AgreementReport, currentTask, press, type Said, type Session } from "../feedback/index.ts";
import { labelScreen } from "./label-screen.ts";

export interface Desk {
  /** Puts what was said into the journal; the next task is shown when it is safe there. */
  say(said: Said): void;
  agreement(): AgreementReport["all"];
  now(): number;
}

const clearScreen = "\x1b[2J\x1b[3J\x1b[H";

/** Runs a ranking session in the terminal until the person leaves. Ctrl-C leaves like `q`. */
export function rankAtTerminal(start: Session, { say, agreement, now }: Desk): Promise<void> {
  const { stdin, stdout } = process;
  let session = start;
  let measured = agreement();
  const draw = () => {
    const lines = labelScreen(session, { agreement: measured, columns: stdout.columns || 80 });
    stdout.write(`${clearScreen}${lines.join("\n")}\n`);
  };
  return new Promise((resolve, reject) => {
    const leave = () => {
      stdin.off("keypress", onKey);
      stdout.off("resize", draw);
      stdin.setRawMode(false);
      stdin.pause();
    };
    const onKey = (text: string | undefined, key: Key) => {
      try {
        const name = keyName(text, key);
        const finished = name === "enter" && !currentTask(session);
        const pressed = press(session, finished ? "q" : name, now());
        if (pressed.said) {
          say(pressed.said);
          measured = agreement();
        }
        session = pressed.session;
        draw();
        if (!session.quit) return;
        leave();
        resolve();
      } catch (error) {
        leave();
        reject(error);
      }
    };
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on("keypress", onKey);
    stdout.on("resize", draw);
    stdin.resume();
    draw();
  });
}

/** The key as a session knows it. A Chinese input method types full-width digits: ３ is 3. */
export function keyName(text: string | undefined, { name, ctrl }: Key): string {
  if (ctrl && (name === "c" || name === "d")) return "q";
  if (name === "return" || name === "enter") return "enter";
  if (name === "backspace") return name;
  return (text ?? "").normalize("NFKC").toLowerCase();
}
