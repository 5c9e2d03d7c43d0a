/** `/v1` as OpenAI's clients know it: models, chat completions, completions; whole or streamed. */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { z } from "zod";
import type { Message } from "../../text/index.ts";
import type { Borrowed, ModelCache, Writer } from "../models/cache.ts";
import { listModels } from "../models/list.ts";
import { refusalOf } from "../refusal.ts";
import { type Choice, choices, logprobsOf, type Piece, pieces, questionOf } from "./answers.ts";
import { type ApiError, badRequest, errorBody, fromError, fromIssues, unauthorized } from "./errors.ts";
import { ChatRequest, type CommonRequest, TextRequest } from "./requests.ts";

export interface OpenAiOptions {
  readonly project: string;
  readonly models: ModelCache;
  /** Whether a request may use the models: by its Bearer key, or a session. */
  readonly authorize: (request: Request) => boolean | Promise<boolean>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A new identifier, and the seed of a request that names none. */
  readonly newId: () => string;
  readonly newSeed: () => number;
  /** Told of what should not happen; the caller of the API only hears that it did. */
  readonly log: (error: unknown) => void;
}

/** Largest request in bytes. */
const bodyBytes = 4 << 20;

/** To be mounted at `/v1`. */
export function openAiApp(options: OpenAiOptions): Hono {
  const { project, authorize, log } = options;
  const app = new Hono();
  const refuse = (c: Context, error: ApiError) => c.json(errorBody(error), error.status);

  app.use(async (c, next) => {
    if (await authorize(c.req.raw)) return next();
    return refuse(c, unauthorized);
  });
  const tooLarge = { ...badRequest(`the request is larger than ${bodyBytes} bytes`), status: 413 } as const;
  app.use(bodyLimit({ maxSize: bodyBytes, onError: (c) => refuse(c, tooLarge) }));
  app.onError((error, c) => {
    const known = refusalOf(error);
    if (known) {
      const { status, message, code } = known;
      return refuse(c, { status, type: "server_error", message, param: null, code });
    }
    log(error);
    const message = "something went wrong on the server";
    return refuse(c, { status: 500, type: "server_error", message, param: null, code: "internal" });
  });
  app.notFound((c) =>
    refuse(c, { ...badRequest(`Invalid URL (${c.req.method} ${c.req.path})`, null, "unknown_url"), status: 404 }),
  );

  const rows = () =>
    listModels(project)
      .filter(({ kind }) => kind === "policy")
      .map(modelObject);
  app.get("/models", (c) => c.json({ object: "list", data: rows() }));
  app.get("/models/:model{.+}", (c) => {
    const found = rows().find(({ id }) => id === c.req.param("model"));
    const message = `The model \`${c.req.param("model")}\` does not exist`;
    return found ? c.json(found) : refuse(c, { ...badRequest(message, "model", "model_not_found"), status: 404 });
  });
  app.post("/chat/completions", (c) => answer(c, ChatRequest, ({ messages }) => messages, chatForm));
  app.post("/completions", (c) => answer(c, TextRequest, ({ prompt }) => prompt, textForm));
  return app;

  async function answer<R extends CommonRequest>(
    c: Context,
    schema: z.ZodType<R>,
    promptOf: (request: R) => string | readonly Message[],
    form: Form,
  ): Promise<Response> {
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined) return refuse(c, badRequest("the body is not JSON"));
    const parsed = schema.safeParse(body);
    if (!parsed.success) return refuse(c, fromIssues(parsed.error.issues));
    const request = parsed.data;
    const n = request.n ?? 1;
    if (request.stream && n > 1) return refuse(c, badRequest("n: only one answer at a time can be streamed", "n"));
    let model: Borrowed<Writer> | undefined;
    try {
      model = options.models.writer(request.model);
      const question = questionOf(model, request, promptOf(request), request.seed ?? options.newSeed());
      const reply: Reply = {
        ...{ request, model, form, promptTokens: question.ids.length },
        id: form.prefix + options.newId(),
        created: Math.floor(options.now() / 1000),
      };
      if (!request.stream) {
        const all = await choices(model, question, n, c.req.raw.signal);
        return c.json(whole(reply, all));
      }
      const abort = new AbortController();
      c.req.raw.signal.addEventListener("abort", () => abort.abort());
      const response = await streamed(reply, pieces(model, question, abort.signal), {
        abort,
        release: model.release,
        log,
      });
      model = undefined; // the stream gives it back
      return response;
    } catch (error) {
      if (c.req.raw.signal.aborted) return new Response(null, { status: 499 }); // nobody reads it
      const known = fromError(error, request.model, project);
      if (known) return refuse(c, known);
      throw error;
    } finally {
      model?.release();
    }
  }
}

const modelObject = ({ model, changed }: { model: string; changed: string }) => ({
  ...{ id: model, object: "model", owned_by: "plaudit" },
  created: Math.floor(Date.parse(changed) / 1000),
});

interface Reply {
  readonly request: CommonRequest;
  readonly model: Writer;
  readonly form: Form;
  readonly promptTokens: number;
  readonly id: string;
  readonly created: number;
}

/** How chat completions and completions differ. */
interface Form {
  readonly prefix: string;
  readonly object: string;
  readonly chunkObject: string;
  choice(choice: Choice): object;
  /** `first`: nothing has been sent yet. */
  chunk(piece: Piece, first: boolean): object;
}

const chatForm: Form = {
  ...{ prefix: "chatcmpl-", object: "chat.completion", chunkObject: "chat.completion.chunk" },
  choice: ({ text }) => ({ message: { role: "assistant", content: text, refusal: null } }),
  chunk: ({ text }, first) => ({ delta: { ...(first && { role: "assistant" }), content: text } }),
};
const textForm: Form = {
  ...{ prefix: "cmpl-", object: "text_completion", chunkObject: "text_completion" },
  choice: ({ text }) => ({ text }),
  chunk: ({ text }) => ({ text }),
};

const head = ({ id, created, request }: Reply, object: string) => ({ id, object, created, model: request.model });

const wantsLogprobs = (request: CommonRequest) => "logprobs" in request && request.logprobs === true;

const logprobs = ({ request, model }: Reply, { tokens }: Pick<Piece, "tokens">) =>
  wantsLogprobs(request) ? logprobsOf(model.model.tokenizer, tokens) : null;

const usage = (promptTokens: number, completionTokens: number) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

function whole(reply: Reply, all: readonly Choice[]) {
  const tokens = all.reduce((n, choice) => n + choice.tokens.length, 0);
  return {
    ...head(reply, reply.form.object),
    choices: all.map((choice, index) => ({
      index,
      ...reply.form.choice(choice),
      finish_reason: choice.finish,
      logprobs: logprobs(reply, choice),
    })),
    usage: usage(reply.promptTokens, tokens),
  };
}

interface Held {
  readonly abort: AbortController;
  release(): void;
  log(error: unknown): void;
}

/**
 * Server-sent events, one a piece, then `[DONE]`. The first piece is waited for, so that what the model refuses has its
 * status; a reader that goes away ends the generation.
 */
async function streamed(reply: Reply, drawn: AsyncGenerator<Piece>, { abort, release, log }: Held): Promise<Response> {
  const events = chunks(reply, drawn);
  const first = await events.next();
  const encoder = new TextEncoder();
  const end = async () => {
    abort.abort();
    await drawn.return(undefined).catch(() => {});
    release();
  };
  let waiting: IteratorResult<string> | undefined = first;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = waiting ?? (await events.next());
        waiting = undefined;
        if (!done) return controller.enqueue(encoder.encode(`data: ${value}\n\n`));
        await end();
        controller.close();
      } catch (error) {
        if (!abort.signal.aborted) log(error);
        await end();
        controller.error(error);
      }
    },
    cancel: end,
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
}

async function* chunks(reply: Reply, drawn: AsyncGenerator<Piece>): AsyncGenerator<string, void> {
  const { form, request, promptTokens } = reply;
  const counts = request.stream_options?.include_usage === true;
  const chunk = (choices: readonly object[], used: object | null) =>
    JSON.stringify({ ...head(reply, form.chunkObject), choices, ...(counts && { usage: used }) });
  let tokens = 0;
  let first = true;
  for await (const piece of drawn) {
    tokens += piece.tokens.length;
    const logged = logprobs(reply, piece);
    yield chunk(
      [{ index: 0, ...form.chunk(piece, first), finish_reason: piece.finish ?? null, logprobs: logged }],
      null,
    );
    first = false;
  }
  if (counts) yield chunk([], usage(promptTokens, tokens));
  yield "[DONE]";
}
