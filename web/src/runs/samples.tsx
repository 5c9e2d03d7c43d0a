/** What a run wrote at a step: answers with a number a token, rankings with scores, and how the rewards lie. */
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { useReloadAt } from "../api/use-reload.ts";
import { useReply } from "../api/use-reply.ts";
import { Await } from "../ui/states.tsx";
import { Prose } from "../ui/text.tsx";
import { Histogram } from "./histogram.tsx";
import { RankedSample } from "./ranked-sample.tsx";
import { sampleText } from "./sample-text.ts";
import { short } from "./series.ts";
import { TokenText } from "./token-text.tsx";
import { columnOf, fullAt, type Measure, measures, type Sample } from "./tokens.ts";
import "./samples.css";

export function Samples({ run, turn }: { run: string; turn: number }) {
  const { t } = useTranslation();
  /** Undefined: the newest. */
  const [step, setStep] = useState<number>();
  const reply = useReply("GET /api/runs/:run/samples", { query: { run, ...(step !== undefined && { step }) } });
  useReloadAt(turn, reply.reload);
  /** What was there stays while another step is on its way, or the slider would be taken from under the hand. */
  const kept = useRef<ReplyOf<"GET /api/runs/:run/samples">>(undefined);
  if (reply.state === "ready") kept.current = reply.value;
  const there =
    reply.state === "loading" && kept.current ? { ...reply, state: "ready" as const, value: kept.current } : reply;
  return (
    <section className="stack tight">
      <h2>{t("samples.title")}</h2>
      <Await of={there}>
        {({ step: shown, steps, rows }) =>
          shown === null ? (
            <p className="quiet">{t("samples.none")}</p>
          ) : (
            <>
              <StepPicker steps={steps} step={step ?? shown} onChange={setStep} />
              <Rows rows={rows} />
            </>
          )
        }
      </Await>
    </section>
  );
}

function StepPicker({
  steps,
  step,
  onChange,
}: {
  steps: readonly number[];
  step: number;
  onChange: (step: number) => void;
}) {
  const { t } = useTranslation();
  const at = Math.max(0, steps.indexOf(step));
  const to = (i: number) => onChange(steps[Math.max(0, Math.min(steps.length - 1, i))]!);
  return (
    <div className="row step-picker">
      <button type="button" aria-label={t("samples.before")} disabled={at === 0} onClick={() => to(at - 1)}>
        ←
      </button>
      <input
        type="range"
        aria-label={t("curves.step")}
        aria-valuetext={`${step}`}
        min={0}
        max={steps.length - 1}
        value={at}
        onChange={(event) => to(event.target.valueAsNumber)}
      />
      <button
        type="button"
        aria-label={t("samples.after")}
        disabled={at === steps.length - 1}
        onClick={() => to(at + 1)}
      >
        →
      </button>
      <span>{t("samples.step", { step, last: steps.at(-1) })}</span>
    </div>
  );
}

function Rows({ rows }: { rows: readonly Sample[] }) {
  const { t } = useTranslation();
  const available = measures.filter((measure) => rows.some((row) => row.tokens && columnOf(row, measure)));
  const [wanted, setMeasure] = useState<Measure>("kl");
  const [numbers, setNumbers] = useState(false);
  const measure = available.includes(wanted) ? wanted : available[0];
  const full = useMemo(
    () => (measure ? fullAt(rows.flatMap((row) => [columnOf(row, measure) ?? []])) : 1),
    [rows, measure],
  );
  const scores = rows.flatMap(({ score }) => (typeof score === "number" ? [score] : []));
  return (
    <>
      {scores.length > 1 && <Histogram title={t("samples.rewards")} values={scores} />}
      {measure && (
        <div className="row">
          <fieldset className="segments">
            <legend className="hidden">{t("samples.colour")}</legend>
            {available.map((one) => (
              <label key={one} className="segment">
                <input type="radio" name="measure" checked={measure === one} onChange={() => setMeasure(one)} />
                <span>{t(`measure.${one}`)}</span>
              </label>
            ))}
          </fieldset>
          <Scale full={full} />
          <label className="row">
            <input type="checkbox" checked={numbers} onChange={(event) => setNumbers(event.target.checked)} />
            {t("samples.numbers")}
          </label>
          <p className="quiet">
            {t(`measureHelp.${measure}`)} {t("samples.point")}
          </p>
        </div>
      )}
      <ol className="samples">
        {rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a step have no other identity and never move
          <li key={i} className="panel">
            <SampleView row={row} measure={measure} full={full} numbers={numbers} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** What the colours stand for: the sign is underlined differently too. */
const Scale = ({ full }: { full: number }) => (
  <span className="scale" aria-hidden="true">
    <span className="token minus">−{short(full)}</span>
    <span className="token">0</span>
    <span className="token plus">+{short(full)}</span>
  </span>
);

interface SampleViewProps {
  readonly row: Sample;
  readonly measure: Measure | undefined;
  readonly full: number;
  readonly numbers: boolean;
}

function SampleView({ row, measure, full, numbers }: SampleViewProps) {
  const { t } = useTranslation();
  const { completion, expected, score, kl, tokens } = row;
  return (
    <>
      <Prose>{sampleText(row.prompt)}</Prose>
      {tokens && measure ? (
        <TokenText row={row} tokens={tokens} measure={measure} full={full} numbers={numbers} />
      ) : (
        completion !== undefined && <Prose>{sampleText(completion)}</Prose>
      )}
      {Array.isArray(row.completions) && <RankedSample row={row} />}
      {expected !== undefined && (
        <div className="quiet">
          {t("samples.expected")} <span>{sampleText(expected)}</span>
        </div>
      )}
      {(typeof score === "number" || typeof kl === "number") && (
        <p className="quiet">
          {typeof score === "number" && (
            <>
              {t("measure.reward")} <b>{short(score)}</b>{" "}
            </>
          )}
          {typeof kl === "number" && (
            <>
              KL <b>{short(kl)}</b>
            </>
          )}
        </p>
      )}
    </>
  );
}
