/** What came of a trial: how often the later model is better liked, and every answer beside the other's. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../../src/server/protocol.ts";
import { useReloadAt } from "../../api/use-reload.ts";
import { useReply } from "../../api/use-reply.ts";
import { Await } from "../../ui/states.tsx";
import { TableBox } from "../../ui/table-box.tsx";
import { langOf, plain } from "../../ui/wording.ts";
import { short } from "../series.ts";
import "./trials.css";

type Job = ReplyOf<"GET /api/trials">[number];
type Trial = ReplyOf<"GET /api/trials/:trial">;

const pageSize = 20;

/** `learntFrom`: the reward model that one of the two was trained with. */
export function TrialView({ job, learntFrom }: { job: Job; learntFrom: string | undefined }) {
  const trial = useReply("GET /api/trials/:trial", { query: { trial: job.trial } });
  useReloadAt(job.done + Number(job.state !== "working"), trial.reload);
  return (
    <Await of={trial}>
      {(value) => (
        <>
          {value.result && <Result trial={value} result={value.result} own={value.judge === learntFrom} />}
          <Answers trial={value} />
        </>
      )}
    </Await>
  );
}

function Result({ trial, result, own }: { trial: Trial; result: NonNullable<Trial["result"]>; own: boolean }) {
  const { t } = useTranslation();
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const { value, low, high, ties, prompts } = result.winRate;
  const [before, after] = result.rewards;
  const range = ({ low, high }: { low: number; high: number }) => `[${short(low)}, ${short(high)}]`;
  return (
    <div className="trial-result" role="status">
      <p>
        <strong className="trial-rate">{percent(value)}</strong>{" "}
        {t("trial.rate", { low: percent(low), high: percent(high), ties, count: prompts })}
      </p>
      <p>
        {t("trial.scores")} <b>{short(before!.value)}</b> <span className="quiet">{range(before!)}</span> →{" "}
        <b>{short(after!.value)}</b> <span className="quiet">{range(after!)}</span>{" "}
        <span className="quiet">
          {t("trial.by")} <code>{trial.judge}</code>
        </span>
      </p>
      {own && <p className="help">{t("trial.own")}</p>}
    </div>
  );
}

function Answers({ trial: { rows, models } }: { trial: Trial }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(pageSize);
  return (
    <>
      <TableBox>
        <table className="trial-table">
          <thead>
            <tr>
              <th scope="col">{t("task.prompt")}</th>
              {models.map((model, i) => (
                <th key={i === 0 ? "before" : "after"} scope="col">
                  {t(i === 0 ? "trial.before" : "trial.after")} <code lang="en">{model}</code>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row) => (
              <Row key={JSON.stringify(row.prompt)} row={row} />
            ))}
          </tbody>
        </table>
      </TableBox>
      {rows.length > shown && (
        <p>
          <button type="button" onClick={() => setShown(shown + pageSize)}>
            {t("action.more")}
          </button>
        </p>
      )}
    </>
  );
}

function Row({ row: { prompt, answers, scores } }: { row: Trial["rows"][number] }) {
  const { t } = useTranslation();
  const asked = plain(prompt);
  const best = scores && scores[0] !== scores[1] ? (scores[0]! > scores[1]! ? 0 : 1) : undefined;
  return (
    <tr>
      <th scope="row" lang={langOf(asked)}>
        {asked}
      </th>
      {answers.map((answer, i) => (
        <td key={i === 0 ? "before" : "after"}>
          <span lang={langOf(answer)}>{answer || "…"}</span>
          {scores && (
            <span className="quiet score">
              {short(scores[i])} {best === i && <span className="badge good">✓ {t("trial.better")}</span>}
            </span>
          )}
        </td>
      ))}
    </tr>
  );
}
