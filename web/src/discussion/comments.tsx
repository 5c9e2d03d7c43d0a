/** What people say to each other about a task. */
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Comment } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import { useTry } from "../api/use-try.ts";
import { newUlid } from "../label/ulid.ts";
import { Failure } from "../ui/states.tsx";
import { useTime } from "../ui/time.ts";
import { langOf } from "../ui/wording.ts";

export function Comments({
  task,
  comments,
  mayWrite,
  onChange,
}: {
  task: string;
  comments: readonly Comment[];
  mayWrite: boolean;
  onChange: () => void;
}) {
  const { t } = useTranslation();
  const time = useTime();
  return (
    <section className="stack">
      <h2>{t("comment.title")}</h2>
      {comments.length === 0 && <p className="quiet">{t("comment.none")}</p>}
      {comments.map(({ id, at, by, text }) => (
        <article key={id} className="panel comment">
          <p className="row">
            <strong>{by}</strong> <span className="quiet">{time(at)}</span>
          </p>
          <p lang={langOf(text)}>{text}</p>
        </article>
      ))}
      {mayWrite && <Write task={task} onSent={onChange} />}
    </section>
  );
}

function Write({ task, onSent }: { task: string; onSent: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [id, setId] = useState(newUlid);
  const { error, busy, attempt } = useTry();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      await call("POST /api/comments", { body: { id, task, text: text.trim() } });
      setId(newUlid());
      setText("");
      onSent();
    });
  };
  return (
    <form className="stack" onSubmit={send}>
      <textarea
        rows={2}
        required
        maxLength={20_000}
        aria-label={t("comment.write")}
        placeholder={t("comment.write")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {error && <Failure error={error} />}
      <div className="row">
        <button type="submit" disabled={busy || text.trim() === ""}>
          {t("comment.do")}
        </button>
      </div>
    </form>
  );
}
