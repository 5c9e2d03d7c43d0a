import { z } from "zod";
import { ErrorReply, type Route, routes } from "./protocol.ts";

type Json = Readonly<Record<string, unknown>>;

/** The routes as OpenAPI 3.1, for programs in other languages. */
export function openApi(version: string): Json & { readonly openapi: string } {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries(routes)) {
    const [method = "", path = ""] = name.split(" ");
    const template = path.replace(/:(\w+)/g, "{$1}");
    paths[template] = { ...paths[template], [method.toLowerCase()]: operation(route, path) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Plaudit studio", version },
    paths,
    components: { securitySchemes: { session: { type: "apiKey", in: "cookie", name: "plaudit-PORT" } } },
  };
}

function operation({ permission, query, body, reply }: Route, path: string): Json {
  const media = (schema: z.ZodType, io: "input" | "output") => ({
    "application/json": { schema: jsonSchema(schema, io) },
  });
  return {
    description: `Permission: ${permission}`,
    ...(permission !== "anyone" && { security: [{ session: [] }] }),
    ...(query && { parameters: parameters(query, path) }),
    ...(body && { requestBody: { required: true, content: media(body, "input") } }),
    responses: {
      200: { description: "Done", ...(reply && { content: media(reply, "output") }) },
      default: { description: "Refused", content: media(ErrorReply, "output") },
    },
  };
}

function parameters(query: z.ZodType, path: string): Json[] {
  const { properties = {}, required = [] } = jsonSchema(query, "input") as {
    properties?: Readonly<Record<string, Json>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => {
    const inPath = path.includes(`:${name}`);
    return { name, in: inPath ? "path" : "query", required: inPath || required.includes(name), schema };
  });
}

const jsonSchema = (schema: z.ZodType, io: "input" | "output"): Json => {
  const { $schema, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Record<string, unknown>;
  return json;
};
