/** Scores of any answers to any prompt, and the ranking that they give. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import { useTry } from "../api/use-try.ts";
import type { ModelRow } from "../runs/models.tsx";
import { short } from "../runs/series.ts";
import { Failure } from "../ui/states.tsx";
import { langOf, letter } from "../ui/wording.ts";

type Scores = ReplyOf<"POST /api/score">;
const most = 26;

export function Scorer({ judge: { model, chat } }: { judge: ModelRow }) {
  const { t } = useTranslation();
  const [prompt, setPrompt] = useState("");
  const [answers, setAnswers] = useState<readonly string[]>(["", ""]);
  const [scored, setScored] = useState<{ answers: readonly string[]; scores: Scores }>();
  const { error, busy, attempt } = useTry();
  const given = answers.filter((text) => text.trim() !== "");
  const score = () =>
    void attempt(async () => {
      const scores = await call("POST /api/score", {
        // As the model was taught: a turn of a conversation where it knows those, else the text itself.
        body: { model, prompt: chat ? [{ role: "user", content: prompt }] : prompt, completions: given },
      });
      setScored({ answers: given, scores });
    });
  return (
    <section className="panel stack">
      <div>
        <h2>{t("score.title")}</h2>
        <p className="quiet">{t("score.help")}</p>
      </div>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          score();
        }}
      >
        <label className="field">
          <span>{t("task.prompt")}</span>
          <textarea rows={2} value={prompt} onChange={(event) => setPrompt(event.target.value)} />
        </label>
        <div className="grid">
          {answers.map((text, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: fields are only added and taken away at the end
            <label key={i} className="field">
              <span>{t("card.answer", { letter: letter(i) })}</span>
              <textarea
                rows={3}
                value={text}
                onChange={(event) => setAnswers(answers.map((old, at) => (at === i ? event.target.value : old)))}
              />
            </label>
          ))}
        </div>
        <p className="row">
          <button type="submit" className="primary" disabled={busy || prompt.trim() === "" || given.length === 0}>
            {busy ? t("score.busy") : t("score.do")}
          </button>
          <button type="button" disabled={answers.length >= most} onClick={() => setAnswers([...answers, ""])}>
            {t("score.add")}
          </button>
          {answers.length > 1 && (
            <button type="button" onClick={() => setAnswers(answers.slice(0, -1))}>
              {t("score.remove")}
            </button>
          )}
        </p>
      </form>
      {error && <Failure error={error} />}
      {scored && <Ranking {...scored} />}
    </section>
  );
}

function Ranking({ answers, scores: { scores, groups } }: { answers: readonly string[]; scores: Scores }) {
  const { t } = useTranslation();
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const share = (score: number) => (high === low ? 100 : 4 + (96 * (score - low)) / (high - low));
  const rankOf = (at: number) => 1 + groups.slice(0, at).reduce((n, group) => n + group.length, 0);
  return (
    <ol className="scores" aria-label={t("score.ranking")} aria-live="polite">
      {groups.flatMap((group, at) =>
        group.map((i) => (
          <li key={i}>
            <span className="badge">
              {group.length > 1 ? t("card.tied", { rank: rankOf(at) }) : t("card.rank", { rank: rankOf(at) })}
            </span>
            <b className="score">{short(scores[i])}</b>
            <span className="score-bar" aria-hidden="true">
              <i style={{ width: `${share(scores[i]!)}%` }} />
            </span>
            <span className="clip" lang={langOf(answers[i]!)}>
              {answers[i]}
            </span>
          </li>
        )),
      )}
    </ol>
  );
}
