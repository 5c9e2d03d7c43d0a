import type { Handlers } from "../call.ts";
import { telling } from "../telling.ts";
import { conversing } from "./conversing.ts";
import { exchanging } from "./exchanging.ts";
import { identity } from "./identity.ts";
import { labelling } from "./labelling.ts";
import { managing } from "./managing.ts";
import { modelling } from "./modelling.ts";
import { owning } from "./owning.ts";
import { running } from "./running.ts";
import { watching } from "./watching.ts";

/** What answers each route; one that is missing does not compile. */
export const handlers: Handlers = {
  ...identity,
  ...labelling,
  ...watching,
  ...managing,
  ...exchanging,
  ...owning,
  ...telling(conversing),
  ...telling(running),
  ...telling(modelling),
};
