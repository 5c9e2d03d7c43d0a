export { forgetConversing } from "./conversing/kept.ts";
export { createServer, type Server, type ServerOptions } from "./create.ts";
export { forgetDashboards } from "./dashboards.ts";
export { consoleLink } from "./identity/links.ts";
export { type ModelCache, modelCache } from "./models/cache.ts";
export { type OpenAiOptions, openAiApp } from "./openai/app.ts";
export {
  type BodyOf,
  ErrorReply,
  type Event,
  Me,
  type Permission,
  permissions,
  type QueryOf,
  type ReplyOf,
  type Route,
  type RouteName,
  type Routes,
  routes,
  TaskView,
  Word,
} from "./protocol.ts";
export { readSite, type Site } from "./site.ts";
