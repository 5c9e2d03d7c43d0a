/** Chooses a known form or writes one as JSON, with what people would see beside it. */
import { Component, type ReactNode, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import type { Settings } from "../api/types.ts";
import { useReply } from "../api/use-reply.ts";
import type { Coded } from "../i18n/saying.ts";
import { asked, comparisonOf, type Draft, emptyDraft, type Task } from "../label/draft.ts";
import { Questions } from "../label/questions.tsx";
import { RankBoard, RankingArea } from "../label/ranking.tsx";
import { StrengthRow, Verdicts } from "../label/two-sided.tsx";
import { Words } from "../ui/states.tsx";
import { useWording } from "../ui/wording.ts";

type Form = Settings["form"];

export function FormEditor({
  json,
  form,
  onJson,
}: {
  json: string;
  form: Form | undefined;
  onJson: (json: string) => void;
}) {
  const { t } = useTranslation();
  const say = useWording();
  const known = useReply("GET /api/forms");
  const problems = useCheck(json, form);
  return (
    <section className="panel stack">
      <h2>{t("form.title")}</h2>
      {known.state === "ready" && (
        <div className="row presets">
          {Object.entries(known.value).map(([name, preset]) => {
            const text = JSON.stringify(preset, null, 2);
            return (
              <button type="button" key={name} aria-pressed={text === json} onClick={() => onJson(text)}>
                {say(preset.title)}
              </button>
            );
          })}
        </div>
      )}
      <div className="beside">
        <div className="stack">
          <label className="field">
            <span>JSON</span>
            <textarea
              className="code"
              spellCheck={false}
              rows={24}
              value={json}
              aria-invalid={form === undefined || problems.length > 0}
              onChange={(event) => onJson(event.target.value)}
            />
            <span className="help" role="status">
              {form === undefined ? (
                <strong className="wrong">
                  <Words of={syntaxError(json)} />
                </strong>
              ) : problems.length > 0 ? (
                <strong className="wrong">{t("form.problems", { count: problems.length })}</strong>
              ) : (
                t("form.help")
              )}
            </span>
          </label>
          {problems.length > 0 && (
            <ul className="help">
              {problems.map((problem) => (
                <li key={`${problem.where} ${problem.message}`}>
                  <code>{problem.where}</code> <Words of={problem} />
                </li>
              ))}
            </ul>
          )}
        </div>
        <section className="preview" aria-label={`${t("settings.preview")}: ${t("form.title")}`}>
          <p className="quiet">{t("settings.preview")}</p>
          {form && (
            <Fence key={json} instead={<p>{t("form.cannotShow")}</p>}>
              <Preview form={form} />
            </Fence>
          )}
        </section>
      </div>
    </section>
  );
}

type Problem = ReplyOf<"POST /api/forms/check">["problems"][number];
/** So long nothing was typed before the form is checked. */
const restMs = 300;

/** What the server finds wrong with the form, as far as it has said; saving checks it in any case. */
function useCheck(json: string, form: Form | undefined): readonly Problem[] {
  const [found, setFound] = useState<{ readonly json: string; readonly problems: readonly Problem[] }>();
  const valid = form !== undefined;
  useEffect(() => {
    if (!valid) return;
    let current = true;
    const check = async () => {
      const { problems } = await call("POST /api/forms/check", { body: { form: JSON.parse(json) } });
      if (current) setFound({ json, problems });
    };
    const timer = setTimeout(() => void check().catch(() => {}), restMs); // no answer is no news
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [json, valid]);
  return found?.json === json ? found.problems : [];
}

/** Of text that is no JSON, as the browser says it; most say where. */
function syntaxError(json: string): Coded {
  try {
    JSON.parse(json);
    return { message: "" };
  } catch (error) {
    const { message } = error as Error;
    const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
    if (line === undefined || column === undefined) return { code: "bad-json", message };
    return { code: "json-syntax", message, values: { line, column } };
  }
}

/** A form in the making may lack anything; what cannot be shown must not take the page along. */
class Fence extends Component<{ instead: ReactNode; children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };
  static getDerivedStateFromError = () => ({ broken: true });
  override render() {
    return this.state.broken ? this.props.instead : this.props.children;
  }
}

function Preview({ form }: { form: Form }) {
  const { t } = useTranslation();
  const say = useWording();
  const count = form.comparison === "none" ? 1 : form.comparison === "ranking" ? 3 : 2;
  const task = useMemo<Task>(() => {
    const order = Array.from({ length: count }, (_, i) => i);
    return { task: "preview", type: "compare", order, completions: order.map(() => t("form.sample")) };
  }, [count, t]);
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(task));
  const change = (part: Partial<Draft>) => setDraft((held) => ({ ...held, ...part }));
  const comparison = comparisonOf(form, task);
  return (
    <div className="stack">
      <h3>{say(form.title)}</h3>
      {form.prompt.length > 0 && (
        <>
          <h3>{t("task.aboutPrompt")}</h3>
          <Questions
            of={form.prompt}
            labels={draft.labels}
            replyTo={(name) => draft.labels[name]}
            missing={[]}
            onChange={(name, value) => change({ labels: { ...draft.labels, [name]: value } })}
          />
        </>
      )}
      {asked(form.answer, draft.labels).length > 0 && (
        <>
          <h3>{t("form.aboutAnswers")}</h3>
          <Questions
            of={form.answer}
            labels={draft.labels}
            replyTo={(name) => draft.answers[name]?.[0]}
            missing={[]}
            completion={0}
            onChange={(name, value) => change({ answers: { ...draft.answers, [name]: [value] } })}
          />
        </>
      )}
      {comparison === "ranking" && (
        <RankingArea task={task} ranks={draft.ranks} ties={form.ties} onRank={(ranks) => change({ ranks })}>
          <RankBoard task={task} ranks={draft.ranks} />
        </RankingArea>
      )}
      {comparison === "strength" && (
        <StrengthRow choice={draft.choice} missing={false} ties={form.ties} onChoose={(choice) => change({ choice })} />
      )}
      {(comparison === "pairwise" || comparison === "arena") && (
        <Verdicts
          choice={draft.choice}
          missing={false}
          ties={form.ties}
          neither={comparison === "arena"}
          onChoose={(choice) => change({ choice })}
        />
      )}
    </div>
  );
}
