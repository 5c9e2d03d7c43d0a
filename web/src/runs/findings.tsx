/** What the doctor found, and why the run ended if it failed, with what to do. */
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { findingIn, useAdvice } from "../i18n/saying.ts";
import { Words } from "../ui/states.tsx";
import { short } from "./series.ts";

type Run = ReplyOf<"GET /api/runs/:run">;

export function Findings({ findings, error }: Pick<Run, "findings" | "error">) {
  const { t } = useTranslation();
  const adviceOn = useAdvice();
  if (findings.length === 0 && error === null) return null;
  return (
    <section className="stack tight">
      <h2>{t("doctor.title")}</h2>
      {error && (
        <div className="failure">
          <p>
            <Words of={error} />
          </p>
          <p className="quiet">
            <code>{error.code}</code>
          </p>
        </div>
      )}
      {findings.map((finding, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: findings are only ever added at the end
        <article key={i} className={`finding ${finding.level}`}>
          <h3>
            <span className={`badge ${finding.level === "stop" ? "bad" : "warn"}`}>{t(`doctor.${finding.level}`)}</span>{" "}
            <Headline of={finding} />
          </h3>
          <Advice {...adviceOn(finding)} />
          <p className="quiet">
            <code>{finding.code}</code> · {short(finding.number)}
            {finding.step !== undefined && ` · ${t("curves.step")} ${finding.step}`}
          </p>
        </article>
      ))}
    </section>
  );
}

function Headline({ of }: { of: Run["findings"][number] }) {
  const { i18n } = useTranslation();
  const { text, lang } = findingIn(i18n.language, of);
  return <span lang={lang}>{text}</span>;
}

function Advice({ meaning, advice, lang }: ReturnType<ReturnType<typeof useAdvice>>) {
  const { t } = useTranslation();
  return (
    <dl>
      <dt>{t("doctor.cause")}</dt>
      <dd lang={lang}>{meaning}</dd>
      <dt>{t("doctor.fix")}</dt>
      <dd lang={lang}>{advice}</dd>
    </dl>
  );
}
