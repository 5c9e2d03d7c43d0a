import { describe, expect, it } from "vitest";
import { z } from "zod";
import { misfitOf } from "./index.ts";

const misfit = (schema: z.ZodType, value: unknown) => misfitOf(schema.safeParse(value).error!.issues[0]!);

describe("what a schema finds wrong", () => {
  it("is called as zod calls it, with its numbers and its lists of words", () => {
    expect(misfit(z.int().max(4), 9)).toMatchObject({ code: "too_big", values: { maximum: 4 } });
    expect(misfit(z.enum(["a", "b"]), "c")).toMatchObject({ code: "invalid_value", values: { values: "a, b" } });
  });

  it("is called as a refinement calls it, with what that says", () => {
    const params = { misfit: "name-twice", name: "tone", all: { no: "word" } };
    const twice = z.string().superRefine((_, context) => {
      context.addIssue({ code: "custom", message: "twice", params });
    });
    expect(misfit(twice, "x")).toEqual({ code: "name-twice", message: "twice", values: { name: "tone" } });
    expect(
      misfit(
        z.string().refine(() => false, "no"),
        "x",
      ),
    ).toEqual({ code: "custom", message: "no", values: {} });
  });
});
