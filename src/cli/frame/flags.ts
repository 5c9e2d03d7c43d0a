import { z } from "zod";

/**
 * What the shell needs to know about one option, read from the JSON Schema of the command's zod schema, so that a
 * setting is declared once and its flag, its help line and its limits cannot disagree.
 */
export interface Flag {
  /** The option's name in code and in config files: `learningRate`. */
  readonly key: string;
  /** The same name on the command line: `--learning-rate`. */
  readonly long: string;
  readonly types: ReadonlySet<string>;
  /** Given several times, the values form a list. */
  readonly repeatable: boolean;
  readonly required: boolean;
  readonly fallback: unknown;
  readonly description: string;
  /** What stands for the value in `--help`: `N`, `FILE`, `a|b`. Empty for a switch. */
  readonly placeholder: string;
  /** What the option accepts, in words: "a number above 0". */
  readonly wanted: string;
}

/** The part of JSON Schema that options use. */
interface JsonType {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonType[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonType;
  readonly default?: unknown;
  readonly description?: string;
  /** From `.meta({ value: "FILE" })`. */
  readonly value?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export const kebab = (key: string): string => key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** One flag for each option of a strict object, in the order of its declaration. */
export function flagsOf(schema: z.ZodObject): Flag[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([key, json]) => flagOf(key, json as JsonType, required.includes(key)));
}

function flagOf(key: string, json: JsonType, required: boolean): Flag {
  if (/^no[A-Z]/.test(key)) throw new Error(`option ${key}: --no-… is the negation of a switch; choose another name`);
  const item = json.items ?? json;
  const types = new Set(alternatives(item).flatMap(({ type }) => type ?? "string"));
  return {
    key,
    long: `--${kebab(key)}`,
    types,
    repeatable: json.items !== undefined,
    required,
    fallback: json.default,
    description: json.description ?? "",
    placeholder: json.value ?? placeholder(item, types),
    wanted: alternatives(item).map(inWords).join(" or "),
  };
}

const alternatives = (json: JsonType): readonly JsonType[] =>
  json.anyOf?.flatMap(alternatives) ??
  (Array.isArray(json.type) ? json.type.map((type: string) => ({ ...json, type })) : [json]);

function placeholder(json: JsonType, types: ReadonlySet<string>): string {
  const parts = alternatives(json).flatMap((part) => {
    if (part.enum) return part.enum.map(String);
    if (part.const !== undefined) return [String(part.const)];
    if (part.type === "boolean" || part.type === "null") return [];
    return [part.type === "string" ? "TEXT" : part.type === "integer" ? "N" : "X"];
  });
  return types.size === 1 && types.has("boolean") ? "" : parts.join("|");
}

function inWords(json: JsonType): string {
  if (json.enum) return json.enum.length === 1 ? String(json.enum[0]) : `one of ${json.enum.join(", ")}`;
  if (json.const !== undefined) return String(json.const);
  if (json.type === "boolean") return "true or false";
  if (json.type === "null") return "nothing";
  if (json.type === "integer") return ["a whole number", ...limits(json)].join(" ");
  if (json.type === "number") return ["a number", ...limits(json)].join(" ");
  return "text";
}

/** "of at least 0 and below 1"; the limits that every JavaScript integer has are not worth saying. */
function limits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonType): string[] {
  const parts = [
    minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER ? `of at least ${minimum}` : undefined,
    exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : undefined,
    maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER ? `of at most ${maximum}` : undefined,
    exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : undefined,
  ].filter((part) => part !== undefined);
  return parts.length ? [parts.join(" and ")] : [];
}
