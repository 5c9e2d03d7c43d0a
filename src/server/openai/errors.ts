/** Errors in OpenAI's form, which their clients turn into exceptions of the right kind by status. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { PlauditError } from "../../base/index.ts";
import { withoutFolders } from "../telling.ts";

export interface ApiError {
  readonly status: ContentfulStatusCode;
  readonly message: string;
  readonly type: "invalid_request_error" | "server_error";
  readonly param: string | null;
  readonly code: string | null;
}

export const errorBody = ({ message, type, param, code }: ApiError) => ({ error: { message, type, param, code } });

export const badRequest = (message: string, param: string | null = null, code: string | null = null): ApiError => ({
  ...{ status: 400, type: "invalid_request_error" },
  ...{ message, param, code },
});

export const unauthorized: ApiError = {
  ...badRequest("no valid key was given: make one on the settings page", null, "invalid_api_key"),
  status: 401,
};

/** The first thing that is wrong with a request. */
export function fromIssues([issue]: readonly z.core.$ZodIssue[]): ApiError {
  const param = issue?.path.join(".") || null;
  if (issue?.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    return badRequest(`Unrecognized request argument supplied: ${key}`, key, "unknown_parameter");
  }
  return badRequest(`${param ?? "body"}: ${issue?.message}`, param, "invalid_value");
}

/** What a model says no to; undefined for mistakes of ours, whose words are not for strangers. */
export function fromError(error: unknown, model: string, project: string): ApiError | undefined {
  if (!(error instanceof PlauditError)) return undefined;
  const { code, help } = error;
  const message = withoutFolders(error.message, project);
  if (code === "missing-model")
    return { ...badRequest(`The model \`${model}\` does not exist`, "model", "model_not_found"), status: 404 };
  if (code === "context") return badRequest(message, "messages", "context_length_exceeded");
  return badRequest(help ? `${message}: ${help}` : message, null, code);
}
