/** Seconds that a task was really before somebody's eyes: the clock stands while the page is hidden. */
import { useEffect, useRef } from "react";

export interface Clock {
  read(): number;
  pause(): void;
  resume(): void;
}

/** @param now milliseconds of a clock that never goes back */
export function createClock(seconds: number, now: () => number): Clock {
  let passed = seconds * 1000;
  let since: number | undefined = now();
  return {
    read: () => (passed + (since === undefined ? 0 : now() - since)) / 1000,
    pause() {
      if (since !== undefined) passed += now() - since;
      since = undefined;
    },
    resume() {
      since ??= now();
    },
  };
}

export function useClock(seconds: number): Clock {
  const ref = useRef<Clock>(null);
  ref.current ??= createClock(seconds, () => performance.now());
  const clock = ref.current;
  useEffect(() => {
    const follow = () => (document.hidden ? clock.pause() : clock.resume());
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => document.removeEventListener("visibilitychange", follow);
  }, [clock]);
  return clock;
}
