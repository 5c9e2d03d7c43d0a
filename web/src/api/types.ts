/** Names for parts of the protocol's replies. */
import type { Dashboard, Me, ReplyOf } from "../../../src/server/protocol.ts";

export type Settings = ReplyOf<"GET /api/settings">;
export type Text = ReplyOf<"GET /api/tasks/:task">["task"]["prompt"];
export type Signed = NonNullable<Me["person"]>;
export type Role = Signed["role"];
export type Mine = ReplyOf<"GET /api/words/mine">[number];
export type Measured = Dashboard["agreement"]["pairs"];
