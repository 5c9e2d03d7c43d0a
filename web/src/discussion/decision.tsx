/** What was decided of a disputed task, and the form in which it is decided. */
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Decision, ReplyOf } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import type { Settings } from "../api/types.ts";
import { useTry } from "../api/use-try.ts";
import { useClock } from "../label/clock.ts";
import type { Choice } from "../label/draft.ts";
import { groupsOf, isComplete, noRanks, type Ranks, ranksOf } from "../label/ranks.ts";
import { StrengthRow } from "../label/two-sided.tsx";
import { newUlid } from "../label/ulid.ts";
import { Failure } from "../ui/states.tsx";
import { useTime } from "../ui/time.ts";
import { RankSelects } from "./rank-selects.tsx";
import { Note, Order } from "./said.tsx";

export function Decided({ decision, letterOf }: { decision: Decision; letterOf: (completion: number) => string }) {
  const { t } = useTranslation();
  const time = useTime();
  return (
    <article className="panel decided">
      <p className="row">
        <strong>{decision.by}</strong>
        <span className="badge good">{t("decision.one")}</span>
        <span className="quiet">{time(decision.at)}</span>
      </p>
      <Order {...decision} letterOf={letterOf} />
      <Note>{decision.note}</Note>
    </article>
  );
}

type Task = ReplyOf<"GET /api/tasks/:task">["task"];
type Verdict = Pick<Decision, "groups" | "strength">;

/** Begins with what was decided before. Answers have the letters of the task's own order. */
export function Decide({
  task: { task, completions },
  form: { comparison, ties },
  before,
  onDecided,
}: {
  task: Pick<Task, "task" | "completions">;
  form: Settings["form"];
  before: Decision | null;
  onDecided: () => void;
}) {
  const { t } = useTranslation();
  const clock = useClock(0);
  const [ranks, setRanks] = useState<Ranks>(
    before ? ranksOf(before.groups, completions.length) : noRanks(completions.length),
  );
  const [choice, setChoice] = useState<Choice | null>(before && choiceOf(before));
  const [note, setNote] = useState(before?.note ?? "");
  const [id, setId] = useState(newUlid);
  const { error, busy, attempt } = useTry();
  const byStrength = comparison === "strength";
  const verdict = byStrength ? verdictOf(choice) : isComplete(ranks) ? { groups: groupsOf(ranks) } : undefined;
  const decide = (event: FormEvent) => {
    event.preventDefault();
    if (!verdict) return;
    const said = { id, ...verdict, seconds: clock.read(), ...(note.trim() !== "" && { note: note.trim() }) };
    void attempt(async () => {
      await call("POST /api/tasks/:task/decision", { query: { task }, body: said });
      setId(newUlid());
      onDecided();
    });
  };
  return (
    <form className="panel stack" onSubmit={decide}>
      <div>
        <h2>{t("decision.title")}</h2>
        <p className="quiet">{t("decision.help")}</p>
      </div>
      {byStrength ? (
        <StrengthRow choice={choice} missing={false} onChoose={setChoice} ties={ties} />
      ) : (
        <RankSelects ranks={ranks} ties={ties} onRanks={setRanks} />
      )}
      <label className="field">
        <span>{t("task.note")}</span>
        <textarea rows={2} maxLength={20_000} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      {error && <Failure error={error} />}
      <div className="row">
        <button type="submit" className="primary" disabled={busy || !verdict}>
          {before ? t("decision.again") : t("decision.do")}
        </button>
      </div>
    </form>
  );
}

function verdictOf(choice: Choice | null): Verdict | undefined {
  if (choice?.better === "equal") return { groups: [[0, 1]] };
  if (choice?.strength === undefined) return undefined;
  return { groups: choice.better === "left" ? [[0], [1]] : [[1], [0]], strength: choice.strength };
}

function choiceOf({ groups, strength }: Verdict): Choice {
  if (groups.length < 2) return { better: "equal" };
  return { better: groups[0]?.[0] === 0 ? "left" : "right", ...(strength !== undefined && { strength }) };
}
