import { useEffect, useRef } from "react";

/** Asks again when `turn` becomes another number; not the first time, when it is asked anyway. */
export function useReloadAt(turn: number, reload: () => void): void {
  const before = useRef(turn);
  useEffect(() => {
    if (before.current === turn) return;
    before.current = turn;
    reload();
  }, [turn, reload]);
}
