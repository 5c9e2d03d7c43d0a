/** Where a reward model contradicts people most. It scores what people ranked, which takes a while: only when asked. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import { useTry } from "../api/use-try.ts";
import { Link } from "../app/router.tsx";
import { short } from "../runs/series.ts";
import { Failure } from "../ui/states.tsx";
import { langOf, plain } from "../ui/wording.ts";

type Found = ReplyOf<"GET /api/disagreements">;

export function Disagreements({ model }: { model: string }) {
  const { t } = useTranslation();
  const [found, setFound] = useState<Found>();
  const { error, busy, attempt } = useTry();
  const look = () => void attempt(async () => setFound(await call("GET /api/disagreements", { query: { model } })));
  return (
    <section className="panel stack">
      <div>
        <h2>{t("disagree.title")}</h2>
        <p className="quiet">{t("disagree.help")}</p>
      </div>
      <p>
        <button type="button" disabled={busy} onClick={look}>
          {busy ? t("score.busy") : t("disagree.do")}
        </button>
      </p>
      {error && <Failure error={error} />}
      {found && <Outcome found={found} />}
    </section>
  );
}

function Outcome({ found: { agreement, judgements, pairs, rows } }: { found: Found }) {
  const { t } = useTranslation();
  if (!agreement) return <p className="quiet">{t("disagree.nothing")}</p>;
  const percent = (share: number) => Math.round(100 * share);
  return (
    <>
      <p role="status">
        <b>{percent(agreement.value)} %</b>{" "}
        <span className="quiet">
          [{percent(agreement.low)}, {percent(agreement.high)}] · {t("disagree.of", { pairs, judgements })}
        </span>
      </p>
      {rows.length === 0 && <p>{t("disagree.none")}</p>}
      <ol className="disagreements">
        {rows.map((row) => (
          <li key={row.task + row.by} className="stack tight">
            <p>
              <TaskLink task={row.task} text={plain(row.prompt)} /> <span className="quiet">{row.by}</span>
            </p>
            <div className="versus">
              {(["better", "worse"] as const).map((which) => (
                <div key={which}>
                  <span className={`badge ${which === "better" ? "good" : ""}`}>{t(`disagree.${which}`)}</span>{" "}
                  <b className="score">{short(row.scores[row[which]])}</b>
                  <p lang={langOf(plain(row.completions[row[which]]!))}>{plain(row.completions[row[which]]!)}</p>
                </div>
              ))}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

/** A vote in the chat has no task of its own. */
const TaskLink = ({ task, text }: { task: string; text: string }) =>
  task.startsWith("chat/") ? (
    <strong lang={langOf(text)}>{text}</strong>
  ) : (
    <Link href={`/tasks/${encodeURIComponent(task)}`} lang={langOf(text)}>
      {text}
    </Link>
  );
