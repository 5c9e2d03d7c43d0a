// Values that fit a JSON Schema more or less: what a fuzzer sends.
import fc from "fast-check";
import { z } from "zod";

interface Json {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Json[];
  readonly oneOf?: readonly Json[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Json | boolean;
  readonly items?: Json;
}

/** Arbitraries for fields of these names, wherever they stand: values that mean something to the receiver. */
export type Hints = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const deepest = 9;
const strange = ["", " ", "小林", "a\u0000", "\ud800", "__proto__", "../../etc/passwd", "x".repeat(300), "%00", "🙂"];
const times = ["2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "2026-02-30T00:00:00Z"];

/** As often right as wrong somewhere. Undefined: a schema that is not there. */
export function near(schema: z.ZodType | undefined, hints: Hints): fc.Arbitrary<unknown> {
  if (!schema) return fc.constant(undefined);
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as Json;
  return fc.oneof(made(json, { hints, depth: 0, wrong: 0 }), made(json, { hints, depth: 0, wrong: 1 }));
}

interface Making {
  readonly hints: Hints;
  readonly depth: number;
  /** Of a wrong value at each place, against 25 for a right one. */
  readonly wrong: number;
}

const wrongValue = fc.oneof(
  ...[fc.jsonValue({ maxDepth: 2 }), fc.constantFrom<unknown>(...strange, -0, 1e308, 2 ** 53)],
);

function made(json: Json, making: Making): fc.Arbitrary<unknown> {
  if (making.depth > deepest) return fc.constant(null);
  const right = { weight: 25, arbitrary: rightly(json, making) };
  return fc.oneof(right, ...(making.wrong > 0 ? [{ weight: making.wrong, arbitrary: wrongValue }] : []));
}

function rightly(json: Json, making: Making): fc.Arbitrary<unknown> {
  const of = (part: Json) => made(part, { ...making, depth: making.depth + 1 });
  const several = json.anyOf ?? json.oneOf;
  if (several) return fc.oneof(...several.map(of));
  if (json.const !== undefined) return fc.constant(json.const);
  if (json.enum) return fc.constantFrom(...json.enum);
  if (Array.isArray(json.type)) return fc.oneof(...json.type.map((type: string) => of({ ...json, type })));
  switch (json.type) {
    case "object":
      return objects(json, making);
    case "array": {
      const [minLength, most] = [json.minItems ?? 0, json.maxItems ?? 4];
      const item = json.items ? of(json.items) : fc.jsonValue({ maxDepth: 1 });
      return fc.array(item, { minLength, maxLength: Math.max(minLength, Math.min(most, 4)) });
    }
    case "integer": {
      const [min, max] = [Math.max(json.minimum ?? -2, -(2 ** 52)), Math.min(json.maximum ?? 2 ** 33, 2 ** 52)];
      return fc.oneof(fc.integer({ min, max: Math.min(max, min + 9) }), fc.integer({ min, max }));
    }
    case "number":
      return fc.double({ min: json.minimum ?? -1e300, max: json.maximum ?? 1e300, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "string":
      if (json.format === "date-time") return fc.constantFrom(...times);
      return fc.oneof(
        fc.constantFrom("t1", "lin", "What is it?", ...strange),
        fc.string({ unit: "grapheme", minLength: Math.min(json.minLength ?? 0, 20), maxLength: 40 }),
      );
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objects({ properties = {}, required = [], additionalProperties }: Json, making: Making) {
  const { hints } = making;
  const inside = { ...making, depth: making.depth + 1 };
  const named = Object.entries(properties).map(([name, part]) => {
    const right = made(part, inside);
    const hint = Object.hasOwn(hints, name) ? hints[name] : undefined;
    const value = hint ? fc.oneof({ weight: 8, arbitrary: hint }, { weight: 1, arbitrary: right }) : right;
    return [name, value] as const;
  });
  const known = fc.record(Object.fromEntries(named), { requiredKeys: [...required] });
  if (typeof additionalProperties !== "object") return known;
  const more = fc.dictionary(
    fc.constantFrom("harmful", "overall", "a", "__proto__"),
    made(additionalProperties, inside),
    {
      maxKeys: 2,
    },
  );
  return fc.tuple(known, more).map(([some, rest]) => ({ ...rest, ...some }));
}
