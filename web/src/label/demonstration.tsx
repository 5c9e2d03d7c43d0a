/** Writing an answer oneself: from nothing, or from what a model wrote. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskView } from "../../../src/server/protocol.ts";
import { DiffView } from "../ui/diff-view.tsx";
import { Prose, TextView } from "../ui/text.tsx";
import { langOf, plain } from "../ui/wording.ts";
import "./demonstration.css";

const views = ["write", "preview", "changes"] as const;

export function Demonstration({
  task,
  text,
  missing,
  onText,
}: {
  task: TaskView;
  text: string;
  missing: boolean;
  onText: (text: string) => void;
}) {
  const { t } = useTranslation();
  const [view, setView] = useState<(typeof views)[number]>("write");
  const draft = task.completions[0] === undefined ? undefined : plain(task.completions[0]);
  const characters = Array.from(new Intl.Segmenter().segment(text)).length;
  return (
    <section className="panel stack demonstration" aria-label={t("demonstration.title")}>
      {draft !== undefined && (
        <details open={text === ""}>
          <summary>{t("demonstration.draft")}</summary>
          <TextView text={draft} lang={task.language} />
          <button type="button" onClick={() => onText(draft)} disabled={text === draft}>
            {text === "" ? t("demonstration.start") : t("demonstration.again")}
          </button>
        </details>
      )}
      <div className="row">
        {views
          .filter((name) => name !== "changes" || draft !== undefined)
          .map((name) => (
            <button
              type="button"
              key={name}
              className="plain"
              aria-pressed={view === name}
              onClick={() => setView(name)}
            >
              {t(`demonstration.${name}`)}
            </button>
          ))}
        <span className="spacer" />
        <span className="quiet">{t("demonstration.length", { count: characters })}</span>
      </div>
      {view === "write" && (
        <textarea
          className="write"
          aria-label={t("demonstration.title")}
          aria-invalid={missing}
          placeholder={t("demonstration.placeholder")}
          lang={text === "" ? undefined : langOf(text, task.language)}
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
      )}
      {view === "preview" && <Prose lang={task.language}>{text || t("demonstration.nothing")}</Prose>}
      {view === "changes" && draft !== undefined && <DiffView from={draft} to={text} lang={task.language} />}
    </section>
  );
}
