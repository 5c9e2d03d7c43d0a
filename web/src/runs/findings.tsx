/** What the doctor found, and why the run ended if it failed, with what to do. */
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { findingIn, useAdvice } from "../i18n/saying.ts";
import { Words } from "../ui/states.tsx";
import { short } from "./series.ts";

type Run = ReplyOf<"GET /api/runs/:run">;

export function Findings({ findings, error }: Pick<Run, "findings" | "error">) {
  const { t } = useTranslation();
  if (findings.length === 0 && error === null) return null;
  const isSaid = findings.some(({ level, code }) => level === "stop" && code === error?.code);
  return (
    <section className="stack tight">
      <h2>{t("doctor.title")}</h2>
      {error && !isSaid && (
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
        <FindingCard key={i} finding={finding} />
      ))}
    </section>
  );
}

export function FindingCard({ finding }: { finding: Run["findings"][number] }) {
  const { t, i18n } = useTranslation();
  const adviceOn = useAdvice();
  const { level, code, number, step } = finding;
  const { text, lang } = findingIn(i18n.language, finding);
  return (
    <article className={`finding ${level}`}>
      <h3>
        <span className={`badge ${level === "stop" ? "bad" : "warn"}`}>{t(`doctor.${level}`)}</span>{" "}
        <span lang={lang}>{text}</span>
      </h3>
      <Advice {...adviceOn(finding)} />
      <p className="quiet">
        <code>{code}</code> · {short(number)}
        {step !== undefined && ` · ${t("curves.step")} ${step}`}
      </p>
    </article>
  );
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
