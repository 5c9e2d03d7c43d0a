export { type ModelCache, modelCache } from "./models/cache.ts";
export { type OpenAiOptions, openAiApp } from "./openai/app.ts";
