/** Two answers of the model, and the row of cells that chooses one; below both in HH's page. */
import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { AnswerCard } from "../answer-card.tsx";
import type { Choice } from "../draft.ts";
import { StrengthRow } from "../two-sided.tsx";
import { areSame, type OpenTurn } from "./use-conversation.ts";

export function TwoAnswers({
  turn,
  lang,
  choice,
  missing,
  busy,
  onChoose,
  onPick,
}: {
  turn: OpenTurn;
  lang: string | undefined;
  choice: Choice | null;
  missing: boolean;
  busy: boolean;
  onChoose: (choice: Choice) => void;
  onPick: () => void;
}) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState<readonly boolean[]>([false, false]);
  const pane = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    pane.current?.querySelector<HTMLElement>(".card")?.focus({ preventScroll: true });
    pane.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const same = areSame(turn);
  return (
    <section ref={pane} className="stack two-answers" aria-label={t("task.answers")}>
      <div className="answers two">
        {turn.order.slice(0, same ? 1 : 2).map((completion, place) => {
          const chosen = choice?.better === (place === 0 ? "left" : "right");
          return (
            <AnswerCard
              key={completion}
              place={place}
              text={turn.completions[completion] || t("conversation.silent")}
              lang={lang}
              standing={chosen ? t("card.better") : undefined}
              chosen={chosen}
              current={choice ? chosen : place === at}
              open={open[place] === true}
              onFocus={() => setAt(place)}
              onOpen={(on) => setOpen((all) => all.map((each, i) => (i === place ? on : each)))}
            />
          );
        })}
      </div>
      {same ? (
        <p className="notice">{t("conversation.same")}</p>
      ) : (
        <StrengthRow choice={choice} missing={missing} onChoose={onChoose} ties={false} />
      )}
      <button type="button" className="primary go-on" disabled={busy || (!same && !choice)} onClick={onPick}>
        {same ? t("conversation.goOnSame") : t("conversation.goOn")} <kbd>↵</kbd>
      </button>
    </section>
  );
}
