/** Talking with a model of the project, or with two side by side, and saying which answered better. */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useReply } from "../api/use-reply.ts";
import { useSearch } from "../app/router.tsx";
import { type ModelRow, ModelSelect, sortModels } from "../runs/models.tsx";
import { Page } from "../ui/page.tsx";
import { SamplingFields } from "../ui/sampling-fields.tsx";
import { Await, Empty, Failure } from "../ui/states.tsx";
import { Prose, TextView } from "../ui/text.tsx";
import { letter } from "../ui/wording.ts";
import type { Side } from "./use-turns.ts";
import { useTurns } from "./use-turns.ts";
import { Vote } from "./vote.tsx";
import "./chat.css";

export function ChatPage({ mayVote }: { mayVote: boolean }) {
  const { t } = useTranslation();
  const models = useReply("GET /api/models");
  return (
    <Await of={models}>
      {(rows) => {
        const policies = sortModels(rows.filter(({ kind }) => kind === "policy"));
        return policies.length === 0 ? (
          <Page title={t("nav.chat")}>
            <Empty title={t("models.none")}>
              <p>{t("models.noneMore")}</p>
            </Empty>
          </Page>
        ) : (
          <Chat models={policies} mayVote={mayVote} />
        );
      }}
    </Await>
  );
}

function Chat({ models, mayVote }: { models: readonly ModelRow[]; mayVote: boolean }) {
  const { t } = useTranslation();
  const asked = useSearch().get("model");
  const [left, setLeft] = useState(models.find(({ model }) => model === asked)?.model ?? models[0]!.model);
  const [right, setRight] = useState("");
  const [sampling, setSampling] = useState({ temperature: 0.7, maxTokens: 128, seed: 0 });
  const { history, pending, writing, send, stop, settle, begin } = useTurns();
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls along as answers grow
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [history, pending]);
  const chosen = [left, right].filter(Boolean);
  const plain = chosen.filter((name) => models.find(({ model }) => model === name)?.chat === false);
  const answered = pending?.sides.every(({ state, text }) => state !== "failed" && state !== "writing" && text !== "");

  return (
    <Page
      title={t("nav.chat")}
      actions={
        <button type="button" disabled={history.length === 0} onClick={begin}>
          {t("chat.new")}
        </button>
      }
    >
      <div className="chat">
        <section className="chat-settings" aria-label={t("chat.settings")}>
          <ModelSelect
            label={right ? t("chat.left") : t("option.model")}
            models={models}
            value={left}
            onChange={setLeft}
          />
          <ModelSelect
            label={t("chat.right")}
            models={models}
            value={right}
            onChange={setRight}
            none={t("chat.noRight")}
          />
          <SamplingFields value={sampling} onChange={setSampling} />
        </section>
        {plain.length > 0 && <p className="notice warn">{t("chat.plain")}</p>}
        <div className="transcript">
          {history.length === 0 ? (
            <Empty title={t("chat.empty")}>
              <p>{t("chat.emptyMore")}</p>
            </Empty>
          ) : (
            <TextView text={history.map(({ role, content }) => ({ role, content }))} />
          )}
          {pending && (
            <div className={`sides ${pending.sides.length > 1 ? "two" : ""}`}>
              {pending.sides.map((side, i) => (
                <SideView
                  key={i === 0 ? "left" : "right"}
                  side={side}
                  place={pending.sides.length > 1 ? i : undefined}
                />
              ))}
            </div>
          )}
          {mayVote && answered && pending?.sides.length === 2 && (
            <Vote key={history.length} messages={history} pending={pending} onVoted={settle} />
          )}
          <div ref={end} />
        </div>
        <Composer writing={writing} onStop={stop} onSend={(text) => send(text, chosen, sampling)} />
      </div>
    </Page>
  );
}

function SideView({ side, place }: { side: Side; place: number | undefined }) {
  const { t } = useTranslation();
  return (
    <article className="side" aria-busy={side.state === "writing"}>
      <h2>
        {place !== undefined && <span className="badge">{letter(place)}</span>} <code>{side.model}</code>
      </h2>
      {side.text && <Prose>{side.text}</Prose>}
      {side.state === "writing" && <p className="quiet">{t("chat.writing")}</p>}
      {(side.state === "cut" || side.state === "stopped") && <p className="quiet">{t(`chat.${side.state}`)}</p>}
      {side.error && <Failure error={side.error} />}
    </article>
  );
}

interface ComposerProps {
  readonly writing: boolean;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
}

/** Enter sends, Shift+Enter is a new line; an Enter that ends a word of an input method does neither. */
function Composer({ writing, onSend, onStop }: ComposerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const send = () => {
    if (writing || text.trim() === "") return;
    onSend(text.trim());
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const composing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        rows={2}
        aria-label={t("chat.message")}
        placeholder={t("chat.placeholder")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {writing ? (
        <button type="button" onClick={onStop}>
          {t("runs.stop")}
        </button>
      ) : (
        <button type="submit" className="primary" disabled={text.trim() === ""}>
          {t("chat.send")}
        </button>
      )}
    </form>
  );
}
