/** The pages of the app and who sees them; what a page may then do is decided by the server. */
import type { Permission } from "../../../src/server/protocol.ts";
import type { Role } from "../api/types.ts";

export const pages = {
  label: { path: "/", needs: "label" },
  tasks: { path: "/tasks", needs: "watch" },
  dashboard: { path: "/dashboard", needs: "watch" },
  runs: { path: "/runs", needs: "watch" },
  chat: { path: "/chat", needs: "watch" },
  reward: { path: "/reward", needs: "watch" },
  data: { path: "/data", needs: "manage" },
  people: { path: "/people", needs: "own" },
  history: { path: "/history", needs: "watch" },
  settings: { path: "/settings", needs: "manage" },
} as const satisfies Record<string, { path: string; needs: Permission }>;
export type PageName = keyof typeof pages;

const may: Readonly<Record<Role, readonly Permission[]>> = {
  owner: ["label", "watch", "manage", "own"],
  manager: ["label", "watch", "manage"],
  annotator: ["label"],
  viewer: ["watch"],
};

export const mayDo = (role: Role, permission: Permission): boolean => may[role].includes(permission);

export const maySee = (role: Role, page: string): page is PageName =>
  page in pages && may[role].includes(pages[page as PageName].needs);
