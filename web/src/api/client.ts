/** Calls of the server's routes, typed by its protocol: `call("POST /api/words", { body })`. */
import type { BodyOf, ErrorReply, QueryOf, ReplyOf, RouteName } from "../../../src/server/protocol.ts";

type Part<K extends string, T> = [T] extends [undefined]
  ? { readonly [P in K]?: never }
  : Record<string, never> extends T
    ? { readonly [P in K]?: T }
    : { readonly [P in K]: T };
export type Input<N extends RouteName> = Part<"query", QueryOf<N>> & Part<"body", BodyOf<N>>;
export type Inputs<N extends RouteName> = object extends Input<N> ? [input?: Input<N>] : [input: Input<N>];

/** What this side of the line says itself, and codes of `/v1` that a page may meet. */
export type PageCode =
  | "offline"
  | "no-json"
  | "cut-off"
  | "page"
  | "json-syntax"
  | "model_not_found"
  | "context_length_exceeded"
  | "invalid_api_key";

/** What went wrong with a call. `status` 0: the server was not reached. */
export class CallError extends Error {
  readonly status: number;
  readonly code: string;
  readonly values: ErrorReply["error"]["values"];
  readonly help: string | undefined;
  readonly problems: NonNullable<ErrorReply["error"]["problems"]>;

  constructor(status: number, { code, message, values, help, problems }: ErrorReply["error"]) {
    super(message);
    this.status = status;
    this.code = code;
    this.values = values;
    this.help = help;
    this.problems = problems ?? [];
  }

  /** Whether the same call may succeed later: no connection, a server in trouble, too many calls, no session. */
  get passing(): boolean {
    return this.status === 0 || this.status >= 500 || [401, 408, 429].includes(this.status);
  }
}

/** Said on the window when a session has ended. */
export const signedOut = "plaudit:signed-out";

/** The address of a route: path parameters filled in, the rest as query string. */
export function addressOf(route: string, query: Readonly<Record<string, unknown>> = {}): string {
  const path = route.slice(route.indexOf(" ") + 1);
  const named = new Set<string>();
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    named.add(name);
    return encodeURIComponent(String(query[name]));
  });
  const rest = Object.entries(query).filter(([name, value]) => !named.has(name) && value !== undefined && value !== "");
  return rest.length === 0 ? filled : `${filled}?${new URLSearchParams(rest.map(([k, v]) => [k, String(v)]))}`;
}

/** Without an answer for so long the server counts as gone. */
const patienceMs = 120_000;
/** Where models or dry runs compute, the answer takes as long as they do. */
const computing: ReadonlySet<RouteName> = new Set(["POST /api/plans", "POST /api/score", "GET /api/disagreements"]);
const computingMs = 30 * 60_000;

export async function call<N extends RouteName>(route: N, ...[input]: Inputs<N>): Promise<ReplyOf<N>> {
  const { query, body } = (input ?? {}) as { query?: Record<string, unknown>; body?: unknown };
  const method = route.slice(0, route.indexOf(" "));
  const sends = method === "POST" || method === "PUT";
  return replyOf(
    await fetch(addressOf(route, query), {
      method,
      headers: { accept: "application/json", ...(sends && { "content-type": "application/json" }) },
      ...(sends && { body: JSON.stringify(body ?? {}) }),
      signal: AbortSignal.timeout(computing.has(route) ? computingMs : patienceMs),
    }).catch(unreached),
  );
}

/** Sends a file; no JSON around it. `sent` is told the share of its bytes that have left, which `fetch` cannot say. */
export async function upload<N extends RouteName>(
  route: N,
  query: QueryOf<N>,
  file: Blob,
  sent: (share: number) => void,
): Promise<ReplyOf<N>> {
  const request = new XMLHttpRequest();
  request.open("POST", addressOf(route, query as Record<string, unknown>));
  request.setRequestHeader("accept", "application/json");
  request.setRequestHeader("content-type", "application/octet-stream");
  request.upload.onprogress = ({ loaded, total }) => sent(total > 0 ? loaded / total : 1);
  const response = await new Promise<Response>((resolve, reject) => {
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    request.onerror = request.onabort = reject;
    request.send(file);
  }).catch(unreached);
  return replyOf(response);
}

/** An error of this side of the line. */
export const ownError = (status: number, error: ErrorReply["error"] & { readonly code: PageCode }): CallError =>
  new CallError(status, error);

function unreached(): never {
  throw ownError(0, { code: "offline", message: "The server cannot be reached. Is it running?" });
}

async function replyOf<T>(response: Response): Promise<T> {
  const text = await response.text().catch(unreached);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw notJson(response.status);
  }
  if (response.ok) return json as T;
  if (response.status === 401) window.dispatchEvent(new Event(signedOut));
  const { error } = json as Partial<ErrorReply>;
  throw error ? new CallError(response.status, error) : notJson(response.status);
}

const notJson = (status: number): CallError =>
  ownError(status, { code: "no-json", message: `the server answered ${status}`, values: { status } });
