/** What was typed into the form of a training, as options of the command. */
import type { ReplyOf } from "../../../src/server/protocol.ts";

export type Option = ReplyOf<"GET /api/options">["sft"][number];

/** Empty fields are the command's defaults and not sent, so that a preset may still set them. */
export function optionsOf(
  options: readonly Option[],
  typed: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    options.flatMap((option) => {
      const text = typed[option.name]?.trim() ?? "";
      return text === "" ? [] : [[option.name, typedValue(option, text)]];
    }),
  );
}

/** What is no number stays text: the server says what is wrong with it. */
function typedValue({ type }: Option, text: string): unknown {
  const number = (one: string) => (Number.isNaN(Number(one)) ? one : Number(one));
  if (type === "integer" || type === "number") return number(text);
  if (type === "boolean") return text === "true";
  if (type === "array") return listOf(text);
  return text;
}

/** Lists stand in one field, separated by commas. */
export const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

/** `learningRate` → `--learning-rate`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
