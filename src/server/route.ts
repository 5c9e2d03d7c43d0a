import type { z } from "zod";

/** What a route asks of who calls it. `anyone`: nothing; `me`: a name; the others by role, see `mayCall`. */
export const permissions = ["anyone", "me", "label", "watch", "manage", "own"] as const;
export type Permission = (typeof permissions)[number];

export interface Route {
  readonly permission: Permission;
  /** Of the query string and the path's parameters. */
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Absent: a stream, see the handler. */
  readonly reply?: z.ZodType;
  /** Largest body in bytes; default 1 MB. */
  readonly limit?: number;
  /** It may compute for minutes before it says anything. */
  readonly slow?: true;
}

export const route = <const R extends Route>(r: R): R => r;
