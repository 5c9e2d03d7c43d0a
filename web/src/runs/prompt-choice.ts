/** What was chosen as prompts, as the server is asked for it. */
import type { BodyOf } from "../../../src/server/protocol.ts";

export interface PromptChoice {
  readonly of: "tasks" | "file" | "own";
  /** Path in the project. */
  readonly file: string;
  /** One a line. */
  readonly own: string;
  /** Of those of tasks and files only the first so many. */
  readonly limit: number;
}

type Source = Pick<BodyOf<"POST /api/samples">, "prompts" | "file" | "limit">;

export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export const isChosen = ({ of, file, own }: PromptChoice): boolean =>
  of === "tasks" || (of === "file" ? file.trim() !== "" : linesOf(own).length > 0);

/** `chat`: the model has a chat template, so that a line is what its user says; without one it is text to go on with. */
export function sourceOf({ of, file, own, limit }: PromptChoice, chat: boolean): Source {
  if (of === "tasks") return { limit };
  if (of === "file") return { file: file.trim(), limit };
  return { prompts: linesOf(own).map((line) => (chat ? [{ role: "user", content: line }] : line)) };
}
