/**
 * The wire protocol, continued: conversations with the project's model, two answers a turn, and its drafts. What the model
 * said stays with the server, which alone puts it into the journal: a caller can choose, not make up.
 */
import { z } from "zod";
import { ulidPattern } from "../feedback/index.ts";
import { type Route, route } from "./route.ts";

const taskPath = z.strictObject({ task: z.string().min(1).max(200) });
const TurnId = z
  .string()
  .regex(ulidPattern, "is not a ULID")
  .describe("of the turn, made by the caller: sending the same again is safe");

export const Conversation = z.strictObject({
  /** What was said and chosen so far. */
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })),
  /** What was said last, with two answers of which one shall be chosen. */
  turn: z
    .strictObject({
      id: TurnId,
      text: z.string(),
      completions: z.array(z.string()).length(2),
      /** order[i] = index of the completion to be shown at place i. */
      order: z.array(z.int()).length(2),
    })
    .nullable(),
  /** It was handed in; taking that back opens it again. */
  ended: z.boolean(),
});
export type Conversation = z.infer<typeof Conversation>;

export const conversingRoutes = {
  "GET /api/conversations/:task": route({ permission: "label", query: taskPath, reply: Conversation }),
  "POST /api/conversations/:task/turns": route({
    permission: "label",
    slow: true,
    query: taskPath,
    body: z.strictObject({ id: TurnId, text: z.string().trim().min(1).max(20_000) }),
    reply: Conversation,
  }),
  "POST /api/conversations/:task/picks": route({
    permission: "label",
    query: taskPath,
    body: z.strictObject({
      id: TurnId,
      /** Index of a completion; null, and only then, where both are the same. */
      better: z.int().min(0).max(1).nullable(),
      strength: z.int().min(1).max(4).optional(),
      seconds: z.number().min(0).max(1e7).describe("from seeing the answers to choosing"),
    }),
    reply: Conversation,
  }),
  /** What the model would answer to a task that has no draft; each person gets one a task. */
  "POST /api/tasks/:task/draft": route({
    permission: "label",
    slow: true,
    query: taskPath,
    body: z.strictObject({}),
    reply: z.strictObject({ text: z.string() }),
  }),
} as const satisfies Record<string, Route>;
