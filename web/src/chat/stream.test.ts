import { expect, it } from "vitest";
import { eventData } from "./stream.ts";

it("events are whole wherever the network cut them, even within a letter", async () => {
  const bytes = new TextEncoder().encode('data: {"a":"潮汐"}\n\n: still here\n\ndata: [DONE]\n\n');
  for (let size = 1; size < bytes.length; size++) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    );
    const body = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    const seen: string[] = [];
    for await (const data of eventData(body)) seen.push(data);
    expect(seen).toEqual(['{"a":"潮汐"}', "[DONE]"]);
  }
});
