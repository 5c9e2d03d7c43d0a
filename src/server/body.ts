import { Refusal } from "./refusal.ts";

/** A request's body must be here after so many milliseconds. */
const patienceMs = 30_000;
/** Deeper JSON is no request of ours, and would be a burden for everything that walks through it. */
const deepest = 64;

/**
 * The bytes of a body, piece by piece. Throws `too-large` when there are more than `limit`, at once where the request
 * says so itself, else as soon as they have come; what has not been read is not waited for.
 */
export async function* bodyChunks(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  const message = `the request has more than ${limit} bytes`;
  const tooLarge = () => new Refusal(message, { code: "too-large", status: 413, values: { limit } });
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge();
  let size = 0;
  for await (const chunk of whole(request)) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    yield chunk;
  }
}

/** The body's pieces; the caller may leave before the last. */
async function* whole({ body }: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch (cause) {
    throw brokenOff(cause);
  }
}
const brokenOff = (cause: unknown) =>
  new Refusal(`the request broke off: ${(cause as Error).message}`, { code: "broken-off", status: 400 });

/** The whole body. One that says its length is read at once, which costs a third: it cannot grow longer on the way. */
async function bytesOf(request: Request, limit: number): Promise<Uint8Array> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) <= limit)
    return new Uint8Array(
      await request.arrayBuffer().catch((cause) => {
        throw brokenOff(cause);
      }),
    );
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyChunks(request, limit)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A body as JSON. Throws `not-json`, `bad-json`, `too-large`, `too-slow`. */
export async function jsonBody(request: Request, limit: number): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json")
    throw new Refusal("the request must be application/json", { code: "not-json", status: 415 });
  const text = await inTime(async () => decode(await bytesOf(request, limit)));
  if (tooDeep(text)) throw badJson(`the request is nested more than ${deepest} deep`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badJson(`the request is not JSON: ${(cause as Error).message}`);
  }
}

const badJson = (message: string) => new Refusal(message, { code: "bad-json", status: 400 });

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw badJson("the request is not UTF-8");
  }
}

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooSlow = () => new Refusal("the request took too long to arrive", { code: "too-slow", status: 408 });
    timer = setTimeout(() => reject(tooSlow()), patienceMs);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Counts brackets outside strings, once through: what is sent may be made to be slow. */
function tooDeep(json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < json.length; i++) {
    const c = json[i];
    if (quoted && c === "\\") i++;
    else if (c === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") depth--;
    if (depth > deepest) return true;
  }
  return false;
}
