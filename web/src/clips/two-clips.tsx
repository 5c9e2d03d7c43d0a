/** Two clips that play side by side, in step, and what one can do with them: pause, another speed, any step. */
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { paint } from "../../../src/envs/drawing.ts";
import { useShortcuts } from "../ui/keys.ts";
import { letter } from "../ui/wording.ts";
import { drawClip, isDrawn } from "./clip-drawing.ts";
import { type Clips, speeds, stepsOf } from "./playback.ts";
import { type Playback, usePlayback } from "./use-playback.ts";
import "./clips.css";

/**
 * @param order order[i] = index of the clip shown at place i
 * @param chosen places of what was said to be better
 */
export function TwoClips({
  clips,
  order,
  chosen = [],
}: {
  clips: Clips;
  order: readonly number[];
  chosen?: readonly number[];
}) {
  const { t } = useTranslation();
  const playback = usePlayback(clips);
  useShortcuts({ " ": playback.toggle });
  return (
    <div className="stack tight">
      <div className="clips">
        {order.map((index, place) => (
          <figure key={index} className="clip-card" data-chosen={chosen.includes(place)}>
            <figcaption className="letter" aria-hidden="true">
              {letter(place)}
            </figcaption>
            <ClipCanvas clips={clips} index={index} step={playback.step} name={letter(place)} />
          </figure>
        ))}
      </div>
      {!clips.every(isDrawn) && <p className="quiet">{t("clips.numbers", { env: clips[0].env })}</p>}
      <Player steps={stepsOf(clips)} {...playback} />
    </div>
  );
}

/** Sharp also where pixels are small; the style sheet says how large it is shown. */
const widthPx = 800;

function ClipCanvas({ clips, index, step, name }: { clips: Clips; index: number; step: number; name: string }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const clip = clips[index === 0 ? 0 : 1];
  const drawing = drawClip(clip, step, clips);
  const [left, bottom, right, top] = drawing.view;
  const height = Math.round((widthPx * (top - bottom)) / (right - left));
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context) paint(context, drawing, widthPx, height);
  });
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={t("clips.clip", { letter: name, env: clip.env })}
      width={widthPx}
      height={height}
      style={{ background: drawing.background }}
    />
  );
}

function Player({ steps, step, playing, speed, show, toggle, setSpeed }: Playback & { steps: number }) {
  const { t } = useTranslation();
  const where = t("clips.stepOf", { step: step + 1, steps });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form; these are the controls of what is above
    <div className="row player" role="group" aria-label={t("clips.player")}>
      <button type="button" className="toggle" onClick={toggle}>
        {playing ? t("clips.pause") : t("clips.play")} <kbd>{t("clips.space")}</kbd>
      </button>
      <input
        type="range"
        min={0}
        max={steps - 1}
        value={step}
        aria-label={t("clips.step")}
        aria-valuetext={where}
        onChange={(event) => show(Number(event.target.value))}
        onPointerUp={({ currentTarget }) => currentTarget.blur()} // so that arrows are answers again
      />
      <span className="quiet steps">{where}</span>
      {speeds.map((one) => (
        <button
          key={one}
          type="button"
          className="plain"
          aria-pressed={speed === one}
          aria-label={t("clips.speed", { speed: one })}
          onClick={() => setSpeed(one)}
        >
          {one === 0.5 ? "½×" : `${one}×`}
        </button>
      ))}
    </div>
  );
}
