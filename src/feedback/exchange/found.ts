import { DataError, type Problem } from "../../base/index.ts";
import type { Judgement, TaskData, Text } from "../entry.ts";

/** What a row of a foreign file holds: a task, and what people said of it, if they did. */
export interface Found {
  readonly type: "compare" | "demonstrate";
  readonly prompt: Text;
  readonly completions: readonly Text[];
  /** What else is known of the task. */
  readonly about?: Partial<Pick<TaskData, "model" | "policyVersion" | "scores" | "language">> | undefined;
  readonly said: readonly Said[];
}

export interface Said {
  /** Undefined: the file does not say who. */
  readonly by?: string | undefined;
  /** ISO 8601; undefined: the file does not say when. */
  readonly at?: string | undefined;
  readonly seconds?: number | undefined;
  readonly note?: string | undefined;
  readonly answer:
    | { readonly completion: Text }
    | Pick<Judgement, "groups" | "strength" | "labels" | "ratings" | "flags">;
}

/** A reader makes of one value any number of tasks; it throws a DataError (or zod's error) on one of another form. */
export type Reader = (value: unknown) => Found[];

/** A row that cannot be used. */
export interface BadRow extends Pick<Problem, "message" | "values"> {
  readonly line: number;
  /** Why: a code of docs/errors, one of zod's, or one of {@link badRow}'s. */
  readonly code: string;
  /** The field, where one is to blame: `completions.1`. */
  readonly where?: string;
}

/** Why a row cannot be used; the code is for those who say it in other words. */
export const badRow = (code: string, message: string, values?: Problem["values"]): DataError =>
  new DataError(message, { code, values });
