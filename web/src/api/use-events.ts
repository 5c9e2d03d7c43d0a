import { useEffect, useRef } from "react";
import type { Event as ServerEvent } from "../../../src/server/protocol.ts";

/** Calls `heard` with what the server says by itself; the browser reconnects on its own. */
export function useEvents(heard: (event: ServerEvent) => void): void {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const source = new EventSource("/api/events");
    source.onmessage = ({ data }) => latest.current(JSON.parse(data) as ServerEvent);
    return () => source.close();
  }, []);
}
