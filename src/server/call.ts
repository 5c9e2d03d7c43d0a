import type { z } from "zod";
import type { Person } from "../feedback/index.ts";
import type { OpenSession } from "./identity/sessions.ts";
import type { ReplyOf, RouteName, Routes } from "./protocol.ts";
import type { Services } from "./services.ts";

type Checked<N extends RouteName, K extends "query" | "body"> =
  Routes[N] extends Readonly<Record<K, infer S extends z.ZodType>> ? z.output<S> : undefined;

/** A request that was let in and fits its schemas. */
export interface Call<N extends RouteName> {
  readonly query: Checked<N, "query">;
  readonly body: Checked<N, "body">;
  /** Who asks; nobody perhaps where the route is open to anyone. */
  readonly me: Routes[N] extends { readonly permission: "anyone" } ? Person | undefined : Person;
  readonly session: OpenSession | undefined;
  readonly request: Request;
  /** Of the network, for counting attempts. */
  readonly address: string;
  /** Begins a session in this browser, of nobody yet or of a person, in place of the one it had. */
  enter(person: string | null): Promise<OpenSession>;
  /** Ends this browser's session. */
  leave(): Promise<void>;
}

/** A route whose reply has no schema makes its own response: a stream, a file. */
type Result<N extends RouteName> = ReplyOf<N> extends undefined ? Response : ReplyOf<N>;
export type Handlers<N extends RouteName = RouteName> = {
  readonly [K in N]: (call: Call<K>, services: Services) => Promise<Result<K>> | Result<K>;
};
