import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { misfitOf, PlauditError } from "../base/index.ts";
import type { ErrorReply } from "./protocol.ts";
import type { Reason } from "./refusals.ts";

type Problems = NonNullable<ErrorReply["error"]["problems"]>;

type Options = Reason & {
  readonly status: ContentfulStatusCode;
  readonly help?: string | undefined;
  readonly problems?: Problems | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A request that is not done, and why: an error that the caller may read as it is. */
export class Refusal extends PlauditError {
  override readonly name = "Refusal";
  readonly status: ContentfulStatusCode;
  readonly found: Problems | undefined;
  /** Sent with the reply. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, { code, help, status, values, problems, headers = {} }: Options) {
    super(message, { code, help, values });
    this.status = status;
    this.found = problems;
    this.headers = headers;
  }
}

export const noAccounts = () =>
  new Refusal("on one's own machine there are no accounts", {
    code: "no-accounts",
    status: 409,
    help: "start the studio with --host to let others in",
  });

/** An error of another folder in words for the caller; its code may be any of docs/errors. */
export const passedOn = (
  message: string,
  { code, ...rest }: Omit<Options, "code" | "values"> & { readonly code: string },
): Refusal => new Refusal(message, { ...rest, code } as Options);

const shownProblems = 20;

/** The refusal of something that does not fit its schema; `part` says what: query, body. */
export function misfit(error: z.ZodError, part: string): Refusal {
  const problems = error.issues.slice(0, shownProblems).map((issue) => ({
    where: [part, ...issue.path].map(String).join("."),
    ...misfitOf(issue),
  }));
  const message = `the request does not fit: ${problems[0]?.where}: ${problems[0]?.message}`;
  return new Refusal(message, { code: "bad-request", status: 400, problems });
}

/**
 * What callers are told of the errors of store and disk: their own messages name files of this machine. The store is
 * whole in each case.
 */
const fromBelow: Readonly<Record<string, readonly [status: ContentfulStatusCode, what: string, then?: string]>> = {
  "id-taken": [409, "another entry has this id"],
  "database-locked": [503, "the database is busy", "nothing was written, try again"],
  // The journal may have it: then it comes with the next write. Under its id it is there once.
  "database-full": [507, "the disk is full", "send it again when there is room; nothing is doubled"],
  "disk-full": [507, "the disk is full", "nothing was written"],
  "database-read-only": [503, "the database cannot be written to", "nothing was written"],
  "database-unreachable": [503, "the database does not answer", "send it again; nothing is doubled"],
  "database-damaged": [503, "the database is damaged", "whoever runs the server has to look at it"],
  "journal-mismatch": [503, "journal and database differ", "whoever runs the server has to look at it"],
  "bad-journal": [503, "the journal is damaged", "whoever runs the server has to look at it"],
  "cannot-convert": [422, "the whole journal is no table", "take another format, or .jsonl"],
  "nothing-to-export": [422, "there is nothing to export: nobody has said anything of this kind"],
  "cannot-write": [503, "the project's folder cannot be written to", "nothing was written"],
  "project-gone": [503, "the project's folder is gone", "nothing was written"],
};

/** What the system says of disks, which is thrown as it is where a file is not the store's. */
const ofSystem: Readonly<Record<string, string>> = {
  ...{ ENOSPC: "disk-full", EDQUOT: "disk-full" },
  ...{ EROFS: "cannot-write", EACCES: "cannot-write", EPERM: "cannot-write" },
};

/**
 * Any thrown value as what may be said to the caller; undefined: a mistake of ours.
 * @param instead what became of the request, where that is not what a single entry comes to
 */
export function refusalOf(thrown: unknown, instead?: string): Refusal | undefined {
  if (thrown instanceof Refusal) return thrown;
  const given = String((thrown as { code?: unknown } | null)?.code);
  const code = ofSystem[given] ?? given;
  const known = fromBelow[code];
  if (!known) return undefined;
  const [status, what, then] = known;
  return passedOn([what, instead ?? then].filter((part) => part !== undefined).join("; "), { code, status });
}

export const errorReply = ({ code, message, values, help, found }: Refusal): ErrorReply => ({
  error: { code, message, ...(values && { values }), ...(help && { help }), ...(found && { problems: found }) },
});
