import type { Role } from "../feedback/index.ts";
import type { Permission } from "./protocol.ts";

/** What each role may do beyond what anyone may. */
const granted: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(["me", "label", "watch", "manage", "own"]),
  manager: new Set(["me", "label", "watch", "manage"]),
  annotator: new Set(["me", "label"]),
  viewer: new Set(["me", "watch"]),
};

/** Whether a role may call a route of this permission; no role: nobody is signed in. */
export const mayCall = (role: Role | undefined, permission: Permission): boolean =>
  permission === "anyone" || (role !== undefined && granted[role].has(permission));
