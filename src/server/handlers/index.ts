import type { Handlers } from "../call.ts";
import { exchanging } from "./exchanging.ts";
import { identity } from "./identity.ts";
import { labelling } from "./labelling.ts";
import { managing } from "./managing.ts";
import { owning } from "./owning.ts";
import { watching } from "./watching.ts";

/** What answers each route; one that is missing does not compile. */
export const handlers: Handlers = { ...identity, ...labelling, ...watching, ...managing, ...exchanging, ...owning };
