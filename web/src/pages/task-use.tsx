/** What a task is for (work, or a question whose right answer is known), who gets it, and how many. */
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BodyOf, ReplyOf } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import { useTry } from "../api/use-try.ts";
import { RankSelects } from "../discussion/rank-selects.tsx";
import { groupsOf, noRanks, ranksOf } from "../label/ranks.ts";
import { Failure } from "../ui/states.tsx";

type Task = ReplyOf<"GET /api/tasks/:task">["task"];
type Use = BodyOf<"PUT /api/tasks/:task">["use"];
const uses = ["work", "gold", "qualification"] as const satisfies readonly Use[];

export function TaskUse({ task, onSaved }: { task: Task; onSaved: () => void }) {
  const { t } = useTranslation();
  const [use, setUse] = useState<Use>(task.qualification ? "qualification" : task.gold ? "gold" : "work");
  const [ranks, setRanks] = useState(
    task.gold ? ranksOf(task.gold.groups, task.completions.length) : noRanks(task.completions.length),
  );
  const [why, setWhy] = useState(task.gold?.why ?? "");
  const [assigned, setAssigned] = useState((task.assigned ?? []).join(", "));
  const [overlap, setOverlap] = useState(task.overlap?.toString() ?? "");
  const { error, busy, attempt } = useTry();
  const isTest = use !== "work";
  const groups = groupsOf(ranks);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const names = assigned.split(/[,，、]/).flatMap((name) => name.trim() || []);
    const body = {
      use,
      ...(isTest && groups.length > 0 && { gold: { groups, ...(why.trim() !== "" && { why: why.trim() }) } }),
      ...(names.length > 0 && { assigned: names }),
      ...(overlap !== "" && { overlap: Number(overlap) }),
    };
    void attempt(async () => {
      await call("PUT /api/tasks/:task", { query: { task: task.task }, body });
      onSaved();
    });
  };
  return (
    <form className="panel stack" onSubmit={save}>
      <h2>{t("use.title")}</h2>
      <div className="grid">
        <label className="field">
          <span>{t("use.for")}</span>
          <select value={use} onChange={(event) => setUse(uses.find((one) => one === event.target.value) ?? "work")}>
            {uses.map((one) => (
              <option key={one} value={one}>
                {t(`use.${one}`)}
              </option>
            ))}
          </select>
          <span className="help">{t(`useHelp.${use}`)}</span>
        </label>
        <label className="field">
          <span>{t("use.assigned")}</span>
          <input type="text" value={assigned} onChange={(event) => setAssigned(event.target.value)} />
          <span className="help">{t("useHelp.assigned")}</span>
        </label>
        <label className="field">
          <span>{t("settings.overlap")}</span>
          <input
            type="number"
            min={1}
            max={1000}
            value={overlap}
            onChange={(event) => setOverlap(event.target.value)}
          />
          <span className="help">{t(isTest ? "useHelp.overlapTest" : "useHelp.overlap")}</span>
        </label>
      </div>
      {isTest && (task.type === "compare" || task.type === "clips") && (
        <fieldset className="stack">
          <legend>{t("use.right")}</legend>
          <p className="help">{t("useHelp.right")}</p>
          <RankSelects ranks={ranks} ties onRanks={setRanks} />
          <label className="field">
            <span>{t("use.why")}</span>
            <input type="text" value={why} onChange={(event) => setWhy(event.target.value)} />
          </label>
        </fieldset>
      )}
      {error && <Failure error={error} />}
      <div className="row">
        <button type="submit" className="primary" disabled={busy}>
          {t("settings.save")}
        </button>
      </div>
    </form>
  );
}
