import { useEffect, useRef, useState } from "react";
import { type Clips, loopSeconds, type Speed, secondsOf, stepAt } from "./playback.ts";

export interface Playback {
  readonly step: number;
  readonly playing: boolean;
  readonly speed: Speed;
  /** Shows one step, and stays there. */
  show(step: number): void;
  toggle(): void;
  setSpeed(speed: Speed): void;
}

/** Plays from the beginning; where somebody wants no motion, only once it is asked for. */
export function usePlayback(clips: Clips): Playback {
  const [step, setStep] = useState(0);
  const [playing, setPlaying] = useState(() => !matchMedia("(prefers-reduced-motion: reduce)").matches);
  const [speed, setSpeed] = useState<Speed>(1);
  const seconds = useRef(0);

  useEffect(() => {
    if (!playing) return;
    let before: number | undefined;
    let frame = requestAnimationFrame(function next(now) {
      seconds.current = (seconds.current + ((now - (before ?? now)) / 1000) * speed) % loopSeconds(clips);
      before = now;
      setStep(stepAt(clips, seconds.current));
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, [clips, playing, speed]);

  return {
    ...{ step, playing, speed, setSpeed },
    show(chosen) {
      setPlaying(false);
      seconds.current = secondsOf(clips, chosen);
      setStep(chosen);
    },
    toggle: () => setPlaying((on) => !on),
  };
}
