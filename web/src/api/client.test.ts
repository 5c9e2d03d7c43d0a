import { expect, it } from "vitest";
import { addressOf } from "./client.ts";

it("path parameters are filled in and escaped, the rest becomes the query, what is empty is left out", () => {
  expect(addressOf("GET /api/tasks/:task/view", { task: "a/b c" })).toBe("/api/tasks/a%2Fb%20c/view");
  expect(addressOf("GET /api/tasks", { text: "潮 汐", state: undefined, after: "" })).toBe(
    "/api/tasks?text=%E6%BD%AE+%E6%B1%90",
  );
});
