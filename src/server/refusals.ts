/**
 * What the server says no with: every code, and the names of the numbers and words in its sentence (`never`: it has none).
 * Programs go by the code; pages say it in their language, where a code that is missing does not compile. Codes of other
 * commands and files may pass through as well: docs/errors has them all.
 */
export interface Refusals {
  // The request as such
  "foreign-host": never;
  "foreign-page": never;
  "unknown-route": never;
  "wrong-method": never;
  "not-json": never;
  "bad-json": never;
  "too-large": "limit";
  "too-slow": never;
  "broken-off": never;
  "bad-request": never;
  internal: "reference";
  // Who asks
  "not-signed-in": never;
  "not-linked": never;
  "bad-link": never;
  "wrong-password": never;
  "too-many-attempts": "seconds";
  "name-taken": "name";
  "no-accounts": never;
  forbidden: never;
  "last-owner": never;
  "no-person": never;
  "no-key": never;
  // Labelling
  "no-task": never;
  "not-assigned": never;
  "task-closed": never;
  "bad-task": never;
  "task-taken": "task";
  "id-taken": never;
  "wrong-answer": never;
  "nothing-said": never;
  "too-old": "count";
  "not-answered-yet": never;
  "test-answered": never;
  "not-qualified": never;
  "seed-in-use": never;
  "no-model": never;
  "no-draft": never;
  "turn-open": never;
  "no-turn": never;
  "conversation-ended": never;
  "conversation-full": "tokens" | "context";
  // Runs and models
  "missing-run": never;
  "missing-model": never;
  "not-a-language-model": never;
  "not-a-reward-model": never;
  "bad-run-name": never;
  "run-exists": never;
  "run-finished": never;
  "run-locked": never;
  "not-resumable": never;
  "idle-run": never;
  "too-few-runs": never;
  "missing-file": never;
  "outside-project": never;
  "bad-flag": never;
  "unknown-flag": never;
  "no-data": never;
  "no-prompts": never;
  "no-sampling": never;
  "no-trial": never;
  "no-plan": never;
  "cannot-start": never;
  // Store, disk and files
  "database-locked": never;
  "database-full": never;
  "disk-full": never;
  "database-read-only": never;
  "database-unreachable": never;
  "database-damaged": never;
  "journal-mismatch": never;
  "bad-journal": never;
  "project-gone": never;
  "cannot-convert": never;
  "nothing-to-export": never;
  "unknown-format": never;
  "no-list": never;
  "cannot-write": never;
  "empty-file": never;
  "cannot-read": never;
  "bad-encoding": never;
  "bad-gzip": never;
  "bad-csv": never;
  "bad-parquet": never;
}
export type RefusalCode = keyof Refusals;

/** What does not fit at one place of a request, a form or a row, and what of it is said. Other parts are for programs. */
export interface Misfits {
  // A schema, by zod's names
  invalid_type: "expected";
  too_big: "maximum";
  too_small: "minimum";
  not_multiple_of: "divisor";
  invalid_format: never;
  invalid_value: "values";
  unrecognized_keys: "keys";
  invalid_union: never;
  // A schema, by what our refinements say
  "not-each-once": never;
  "no-order": never;
  "column-length": "name" | "given" | "completions";
  "clips-elsewhere": never;
  "not-two-clips": never;
  "name-twice": "name";
  "depends-on-nothing": "question";
  "min-not-below-max": never;
  // An answer, by what the form asks for
  "no-question": never;
  "not-answered": never;
  "not-asked": never;
  "yes-or-no": "got";
  "no-option": "got";
  "not-between": "min" | "max" | "got";
  "no-text": "got";
  "named-twice": "answer";
  "not-there": "answer" | "completions";
  "nothing-compared": never;
  "misses-answers": "answers";
  "no-ties": never;
  "true-or-false": never;
  "goes-with-tie": never;
  "strength-of-tie": never;
  "no-strength": never;
  "no-such-choice": never;
  // A task
  "long-id": "maximum";
  "one-completion": never;
  "gold-not-once": never;
  "no-gold": never;
  // A row of a file
  "unlike-any": never;
  "no-prompt-field": never;
  "no-last-answer": never;
  "item-without-text": "item";
  "pair-of-others": "answers";
  "no-shared-turn": never;
  "empty-prompt": never;
  "equal-pair": never;
  "ranks-length": "ranks" | "completions";
  "too-few-completions": "judged";
  "all-ties": "judged";
}

/** A code with all that its sentence needs. */
export type Reason = {
  [C in RefusalCode]: { readonly code: C } & ([Refusals[C]] extends [never]
    ? { readonly values?: never }
    : { readonly values: Readonly<Record<Refusals[C], string | number>> });
}[RefusalCode];
