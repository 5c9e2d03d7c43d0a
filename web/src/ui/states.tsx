/** What a page shows while it waits, when it failed, and when there is nothing. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CallError } from "../api/client.ts";
import type { Reloadable } from "../api/use-reply.ts";
import { type Coded, useSaying } from "../i18n/saying.ts";

export function Loading() {
  const { t } = useTranslation();
  return (
    <div className="state" role="status">
      {t("state.loading")}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {children}
    </div>
  );
}

/** What an error says, in the language of the page where that is known. */
export function Words({ of }: { of: Coded }) {
  const { text, lang, original } = useSaying()(of);
  return (
    <>
      <span lang={lang}>{text}</span>
      {original && (
        <span className="quiet" lang="en">
          {" "}
          {original}
        </span>
      )}
    </>
  );
}

/** An error in words: what happened, what helps, and its code for those who look it up. */
export function Failure({ error, retry }: { error: CallError; retry?: (() => void) | undefined }) {
  const { t } = useTranslation();
  const say = useSaying();
  const { text } = say(error);
  return (
    <div className="failure" role="alert">
      <p>
        {error.code !== "offline" && <strong>{t("state.failed")} </strong>}
        <Words of={error} />
      </p>
      {error.help && text === error.message && <p lang="en">{error.help}</p>}
      {error.problems.length > 0 && (
        <ul>
          {error.problems.map((problem) => (
            <li key={problem.where + problem.message}>
              <code>{problem.where}</code> {say(problem).text !== text && <Words of={problem} />}
            </li>
          ))}
        </ul>
      )}
      <p className="quiet">
        <code>{error.code}</code>
      </p>
      {retry && (
        <button type="button" onClick={retry}>
          {t("state.retry")}
        </button>
      )}
    </div>
  );
}

/** Shows what has arrived, or why it has not. */
export function Await<T>({ of, children }: { of: Reloadable<T>; children: (value: T) => ReactNode }) {
  if (of.state === "loading") return <Loading />;
  if (of.state === "failed") return <Failure error={of.error} retry={of.reload} />;
  return children(of.value);
}
