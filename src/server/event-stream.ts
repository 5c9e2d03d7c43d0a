import type { Event } from "./protocol.ts";
import type { Services } from "./services.ts";

const heartbeatMs = 15_000;
/** Events that a reader may be behind before the line is cut; it comes back and looks for itself. */
const mostBehind = 1000;

/** A stream of server-sent events (WHATWG HTML §9.2) to one browser, until it leaves or its session ends. */
export async function eventStream(
  { events, sessions }: Pick<Services, "events" | "sessions">,
  to: {
    readonly session: string;
    readonly person: string;
    readonly sees: (event: Event) => boolean;
    readonly signal: AbortSignal;
  },
): Promise<Response> {
  const encoder = new TextEncoder();
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let open = true;
  const write = (text: string) => {
    if (!open) return;
    if ((controller.desiredSize ?? 0) < -mostBehind) end();
    else controller.enqueue(encoder.encode(text));
  };
  const stop = () => {
    open = false;
    clearInterval(timer);
    forget();
  };
  const end = () => {
    if (!open) return;
    stop();
    controller.close();
  };
  const body = new ReadableStream<Uint8Array>({
    start(its) {
      controller = its;
    },
    cancel: stop,
  });
  /** Also how a session that was ended by another process is noticed. */
  const timer = setInterval(async () => {
    if (await sessions.isOpen(to.session).catch(() => true)) write(":\n\n");
    else end();
  }, heartbeatMs).unref();
  const send = (event: Event) => to.sees(event) && write(`data: ${JSON.stringify(event)}\n\n`);
  let forget = () => {};
  forget = await events.listen({ session: to.session, person: to.person, send, end });
  to.signal.addEventListener("abort", end);
  write(":\n\n"); // the browser knows that it is connected
  return new Response(body, {
    headers: { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no", "Cache-Control": "no-store" },
  });
}
