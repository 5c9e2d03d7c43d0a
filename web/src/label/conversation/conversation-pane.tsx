/** A live conversation: what to talk about, the talk, two answers at each turn, and a rating in the end. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Bindings, useShortcuts } from "../../ui/keys.ts";
import { Failure, Loading } from "../../ui/states.tsx";
import { TextView } from "../../ui/text.tsx";
import { choiceOfCell, type Missing, wordOf } from "../draft.ts";
import { Shortcuts } from "../shortcuts.tsx";
import { SkipDialog } from "../skip-dialog.tsx";
import { SubmitBar } from "../submit-bar.tsx";
import { newUlid } from "../ulid.ts";
import { type PaneProps, useDraft } from "../use-draft.ts";
import { Composer } from "./composer.tsx";
import { Rating, ratings } from "./rating.tsx";
import { TwoAnswers } from "./two-answers.tsx";
import { areSame, useConversation } from "./use-conversation.ts";
import "./conversation.css";

export function ConversationPane(props: PaneProps) {
  const { form, task, hasModel, onWord, keys } = props;
  const { t } = useTranslation();
  const { draft, change, clock, close } = useDraft(props);
  const { held, error, busy, saying, look, say, pick } = useConversation(task.task);
  const [pressed, setPressed] = useState(false);
  const [dialog, setDialog] = useState<"skip" | "keys">();
  const pane = useRef<HTMLDivElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  const turn = held?.turn ?? undefined;

  // What was said and reached the server is no longer to be written; seconds of a turn begin when it is shown.
  const shownAt = useRef({ turn: "", seconds: 0 });
  useEffect(() => {
    if (!turn || shownAt.current.turn === turn.id) return;
    shownAt.current = { turn: turn.id, seconds: clock.read() };
    if (draft.text.trim() === turn.text) change({ text: "" });
  });

  const text = draft.text.trim();
  const send = () => {
    if (text !== "" && !busy && !turn) void say(text);
  };
  const goOn = async () => {
    if (!turn || busy || (!draft.choice && !areSame(turn))) return;
    await pick(turn, draft.choice, clock.read() - shownAt.current.seconds);
    change({ choice: null });
  };
  const missing: Missing[] = [
    ...(turn ? ([{ what: "pick" }] as const) : []),
    ...(!turn && held?.messages.length === 0 ? ([{ what: "turn" }] as const) : []),
    ...(draft.rating === null ? ([{ what: "rating" }] as const) : []),
  ];
  const lacks = (what: Missing["what"]) => pressed && missing.some((one) => one.what === what);
  const focusRating = () =>
    pane.current
      ?.querySelector<HTMLElement>(`.conversation-rating input${draft.rating === null ? "" : ":checked"}`)
      ?.focus();
  const submit = () => {
    if (!held || busy) return;
    if (missing.length === 0) {
      close();
      onWord(wordOf(form, task, { ...draft, seconds: clock.read() }, newUlid()));
      return;
    }
    setPressed(true);
    if (missing.every(({ what }) => what === "rating")) focusRating();
  };
  const skip = (reason: string | undefined) => {
    close();
    onWord({ id: newUlid(), task: task.task, kind: "skip", ...(reason && { reason }) });
  };

  const digits: Bindings = turn
    ? Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((cell) => [cell, () => change({ choice: choiceOfCell(cell) })]))
    : Object.fromEntries(ratings.map((rating) => [rating, () => change({ rating })]));
  useShortcuts({
    ...keys,
    ...(turn && areSame(turn) ? {} : digits),
    enter: turn ? () => void goOn() : () => pane.current?.querySelector<HTMLElement>(".composer textarea")?.focus(),
    "mod+enter": text !== "" && !turn ? send : submit,
    r: focusRating,
    n: () => note.current?.focus(),
    s: () => setDialog("skip"),
    "?": () => setDialog("keys"),
  });

  const said = [
    ...(held?.messages ?? []),
    ...(turn || saying !== undefined ? [{ role: "user", content: turn?.text ?? saying ?? "" }] : []),
  ];
  return (
    <div className="conversation" ref={pane}>
      <section className="panel prompt" aria-label={t("conversation.about")}>
        <h2>{t("conversation.about")}</h2>
        <TextView text={task.prompt} lang={task.language} />
      </section>
      <section className="chat stack" aria-label={t("conversation.title")}>
        {held && said.length === 0 && <p className="quiet">{t("conversation.begin")}</p>}
        {said.length > 0 && <TextView text={said} lang={task.language} />}
        <p role="status" className={saying === undefined ? "hidden" : "quiet"}>
          {saying !== undefined ? t("conversation.writing") : turn && t("conversation.arrived")}
        </p>
        {!held && !error && <Loading />}
        {error && <Failure error={error} retry={held ? undefined : look} />}
        {held?.ended && <p className="notice">{t("conversation.ended")}</p>}
        {!hasModel && !held?.ended && <p className="notice wrong">{t("conversation.noModel")}</p>}
        {turn && (
          <TwoAnswers
            key={turn.id}
            turn={turn}
            lang={task.language}
            choice={draft.choice}
            missing={lacks("pick") && !draft.choice}
            busy={busy}
            onChoose={(choice) => change({ choice })}
            onPick={() => void goOn()}
          />
        )}
        {held && !turn && !held.ended && saying === undefined && hasModel && (
          <Composer
            key={held.messages.length}
            text={draft.text}
            lang={task.language}
            busy={busy}
            onText={(next) => change({ text: next })}
            onSend={send}
          />
        )}
      </section>
      <div className="conversation-side">
        <label className="field note">
          <span>
            {t("conversation.comments")} <kbd>N</kbd>
          </span>
          <textarea
            ref={note}
            rows={3}
            value={draft.note}
            maxLength={20_000}
            placeholder={t("task.notePlaceholder")}
            onChange={(event) => change({ note: event.target.value })}
          />
        </label>
        <Rating value={draft.rating} missing={lacks("rating")} onRate={(rating) => change({ rating })} />
        <SubmitBar
          missing={missing}
          pressed={pressed}
          clock={clock}
          canSubmit={held !== undefined && !busy}
          shortcut="Ctrl ↵"
          onSubmit={submit}
          onSkip={() => setDialog("skip")}
          onKeys={() => setDialog("keys")}
        />
      </div>
      {dialog === "skip" && <SkipDialog onSkip={skip} onClose={() => setDialog(undefined)} />}
      {dialog === "keys" && <Shortcuts of="conversation" asks={false} onClose={() => setDialog(undefined)} />}
    </div>
  );
}
