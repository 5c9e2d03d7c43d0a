/** Answers of a model as they grow: server-sent events of `/v1/chat/completions`. */
import { CallError, ownError } from "../api/client.ts";

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}

interface Sampling {
  readonly temperature: number;
  readonly maxTokens: number;
  readonly seed: number;
}

/** Gives the text piece by piece and returns why it ended. Throws a CallError. */
export async function* answer(
  model: string,
  messages: readonly Message[],
  { temperature, maxTokens, seed }: Sampling,
  signal: AbortSignal,
): AsyncGenerator<string, "stop" | "length"> {
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, messages, temperature, max_tokens: maxTokens, seed, stream: true }),
    signal,
  }).catch((error) => {
    if (signal.aborted) throw error;
    throw ownError(0, { code: "offline", message: "The server cannot be reached. Is it running?" });
  });
  if (!response.ok || !response.body) throw await refusal(response);
  let finish: "stop" | "length" = "stop";
  for await (const data of eventData(response.body)) {
    if (data === "[DONE]") return finish;
    const [choice] = (JSON.parse(data) as { choices: Chunk[] }).choices;
    if (choice?.finish_reason) finish = choice.finish_reason;
    if (choice?.delta.content) yield choice.delta.content;
  }
  throw ownError(0, { code: "cut-off", message: "the answer broke off" });
}

interface Chunk {
  readonly delta: { readonly content?: string };
  readonly finish_reason: "stop" | "length" | null;
}

async function refusal(response: Response): Promise<CallError> {
  const said = (await response.json().catch(() => undefined)) as { error?: { code?: string | null; message: string } };
  const { code, message = `the server answered ${response.status}` } = said?.error ?? {};
  return new CallError(response.status, { code: code ?? "refused", message });
}

/** The data of each event; a network cuts its pieces anywhere, even within a letter. */
export async function* eventData(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = (held + value).split("\n\n");
      held = events.pop()!;
      for (const event of events) if (event.startsWith("data: ")) yield event.slice("data: ".length);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
