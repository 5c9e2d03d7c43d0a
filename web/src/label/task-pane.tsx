/** One task: its prompt, its answers, the form, and the keys that fill it. */
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "../ui/keys.ts";
import { TextView } from "../ui/text.tsx";
import { letter } from "../ui/wording.ts";
import { AnswerCard } from "./answer-card.tsx";
import { comparisonKeys } from "./comparison-keys.ts";
import { Demonstration } from "./demonstration.tsx";
import { type Choice, comparisonOf, type Draft, fits, missing as missingOf, wordOf } from "./draft.ts";
import { Questions } from "./questions.tsx";
import { Grip, RankBoard, RankChips, RankingArea } from "./ranking.tsx";
import { place } from "./ranks.ts";
import { Shortcuts } from "./shortcuts.tsx";
import { SkipDialog } from "./skip-dialog.tsx";
import { SubmitBar } from "./submit-bar.tsx";
import { StrengthRow, Verdicts } from "./two-sided.tsx";
import { newUlid } from "./ulid.ts";
import { type PaneProps, useDraft } from "./use-draft.ts";

export function TaskPane(props: PaneProps) {
  const { form, task, hasModel, onWord, keys } = props;
  const { t } = useTranslation();
  const { draft, change, clock, close } = useDraft(props);
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [comparing, setComparing] = useState(false);
  const [pressed, setPressed] = useState(false);
  const [dialog, setDialog] = useState<"skip" | "keys">();
  const pane = useRef<HTMLDivElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);

  const comparison = comparisonOf(form, task);
  const count = task.completions.length;
  const item = task.order[at] ?? 0;
  const missing = useMemo(() => missingOf(form, task, draft), [form, task, draft]);
  const shown = pressed ? missing : [];
  const lacks = (what: "ranking" | "choice" | "text") => shown.some((m) => m.what === what);

  // A new task begins at its top, with the keyboard on its first answer or in the field to write in.
  useLayoutEffect(() => {
    scrollTo({ top: 0 });
    pane.current?.querySelector<HTMLElement>(".write, .card, [data-question] input, textarea")?.focus({
      preventScroll: true,
    });
  }, []);

  const focusCard = (place: number) => {
    const next = Math.min(Math.max(place, 0), count - 1);
    const card = pane.current?.querySelector<HTMLElement>(`.card[data-place="${next}"]`);
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest" });
  };
  const rank = (n: number | null) => {
    const ranks = place(draft.ranks, item, n, form.ties);
    change({ ranks });
    if (n === null || form.answer.length > 0) return;
    const after = [...task.order.keys()].map((i) => (at + 1 + i) % count);
    const next = after.find((p) => ranks[task.order[p]!] === null);
    if (next !== undefined) focusCard(next);
  };
  const choose = (choice: Choice) => change({ choice });
  const toggle = (place: number, on: boolean) =>
    setOpen((set) => new Set(on ? [...set, place] : [...set].filter((other) => other !== place)));

  const canSubmit = fits(form, task);
  const submit = () => {
    if (!canSubmit) return;
    if (missing.length === 0) {
      close();
      onWord(wordOf(form, task, { ...draft, seconds: clock.read() }, newUlid()));
      return;
    }
    setPressed(true);
    requestAnimationFrame(() => {
      const first = pane.current?.querySelector<HTMLElement>(
        '[data-missing="true"] :is(input, select, textarea), [aria-invalid="true"]',
      );
      first?.focus();
      first?.scrollIntoView({ block: "center" });
    });
  };
  const skip = (reason: string | undefined) => {
    close();
    onWord({ id: newUlid(), task: task.task, kind: "skip", ...(reason && { reason }) });
  };

  const move = (by: number) => () => focusCard(at + by);
  useShortcuts({
    ...keys,
    ...comparisonKeys({ comparison, count, ties: form.ties, rank, choose, move }),
    j: move(1),
    k: move(-1),
    e: () => toggle(at, !open.has(at)),
    d: count > 1 ? () => setComparing((on) => !on) : undefined,
    n: () => note.current?.focus(),
    s: () => setDialog("skip"),
    "?": () => setDialog("keys"),
    enter: submit,
    "mod+enter": submit,
  });

  const standing = (completion: number, place: number) => {
    const rank = draft.ranks[completion];
    if (comparison === "ranking") {
      if (rank === null || rank === undefined) return undefined;
      const tied = draft.ranks.filter((other) => other === rank).length > 1;
      return t(tied ? "card.tied" : "card.rank", { rank });
    }
    const better = draft.choice?.better;
    if (better === undefined || comparison === "none") return undefined;
    if (better === "equal" || better === "neither") return t(`card.${better}`);
    return (better === "left") === (place === 0) ? t("card.better") : undefined;
  };
  const labels = form.prompt.length > 0 && task.type === "compare" && (
    <section className="panel" aria-label={t("task.aboutPrompt")}>
      <h2>{t("task.aboutPrompt")}</h2>
      <Questions
        of={form.prompt}
        labels={draft.labels}
        replyTo={(name) => draft.labels[name]}
        missing={shown}
        onChange={(name, value) => change({ labels: { ...draft.labels, [name]: value } })}
      />
    </section>
  );
  const answers = task.order.map((completion, place) => (
    <AnswerCard
      key={completion}
      place={place}
      text={task.completions[completion] ?? ""}
      lang={task.language}
      standing={standing(completion, place)}
      chosen={draft.choice?.better === (place === 0 ? "left" : "right") && count === 2}
      current={place === at}
      open={open.has(place)}
      from={comparing && place !== at ? task.completions[item] : undefined}
      onFocus={() => setAt(place)}
      onOpen={(on) => toggle(place, on)}
      tools={
        comparison === "ranking" && (
          <>
            <RankChips
              place={place}
              count={count}
              rank={draft.ranks[completion] ?? null}
              onRank={(n) => change({ ranks: placeOf(draft, completion, n, form.ties) })}
            />
            <Grip item={completion} name={t("card.answer", { letter: letter(place) })} />
          </>
        )
      }
    >
      {form.answer.length > 0 && (
        <Questions
          of={form.answer}
          labels={draft.labels}
          replyTo={(name) => draft.answers[name]?.[completion]}
          missing={shown}
          completion={completion}
          onChange={(name, value) => {
            const column = task.completions.map((_, i) =>
              i === completion ? value : (draft.answers[name]?.[i] ?? null),
            );
            change({ answers: { ...draft.answers, [name]: column } });
          }}
        />
      )}
    </AnswerCard>
  ));

  const middle = (
    <div className="work" ref={pane}>
      <section className="panel prompt" aria-label={t("task.prompt")}>
        <h2>{t("task.prompt")}</h2>
        <TextView text={task.prompt} lang={task.language} />
      </section>
      {labels}
      {task.type === "demonstrate" && (
        <Demonstration
          task={task}
          hasModel={hasModel}
          text={draft.text}
          missing={lacks("text")}
          onText={(text) => change({ text })}
        />
      )}
      {!fits(form, task) && <p className="notice wrong">{t("task.notTwo", { count })}</p>}
      {task.type === "compare" && count > 0 && (
        <section aria-label={t("task.answers")} className="stack">
          <div className="answers-head">
            <h2>{t("task.answers")}</h2>
            {count > 1 && (
              <button type="button" className="plain" aria-pressed={comparing} onClick={() => setComparing(!comparing)}>
                {t("task.diff")} <kbd>D</kbd>
              </button>
            )}
          </div>
          <div className={comparison !== "ranking" && count === 2 ? "answers two" : "answers"}>{answers}</div>
        </section>
      )}
      {comparison === "strength" && (
        <StrengthRow choice={draft.choice} missing={lacks("choice")} onChoose={choose} ties={form.ties} />
      )}
      {(comparison === "pairwise" || comparison === "arena") && (
        <Verdicts
          choice={draft.choice}
          missing={lacks("choice")}
          onChoose={choose}
          ties={form.ties}
          neither={comparison === "arena"}
        />
      )}
    </div>
  );
  const side = (
    <div className="task-side">
      {comparison === "ranking" && <RankBoard task={task} ranks={draft.ranks} />}
      {form.note && (
        <label className="field note">
          <span>
            {t("task.note")} <kbd>N</kbd>
          </span>
          <textarea
            ref={note}
            rows={2}
            value={draft.note}
            maxLength={20_000}
            placeholder={t("task.notePlaceholder")}
            onChange={(event) => change({ note: event.target.value })}
          />
        </label>
      )}
      <SubmitBar
        missing={missing}
        pressed={pressed}
        clock={clock}
        canSubmit={canSubmit}
        onSubmit={submit}
        onSkip={() => setDialog("skip")}
        onKeys={() => setDialog("keys")}
      />
    </div>
  );
  return (
    <>
      {comparison === "ranking" ? (
        <RankingArea task={task} ranks={draft.ranks} ties={form.ties} onRank={(ranks) => change({ ranks })}>
          {middle}
          {side}
        </RankingArea>
      ) : (
        <>
          {middle}
          {side}
        </>
      )}
      {dialog === "skip" && <SkipDialog onSkip={skip} onClose={() => setDialog(undefined)} />}
      {dialog === "keys" && (
        <Shortcuts
          of={comparison}
          asks={form.prompt.length + form.answer.length > 0}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}

const placeOf = ({ ranks }: Draft, completion: number, rank: number | null, ties: boolean) =>
  place(ranks, completion, rank, ties);
