/** What a run was made of: the models that it began with, and the data that it learnt from. */
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { Link } from "../app/router.tsx";
import { pathOfRun } from "./lineage-line.tsx";

type Run = ReplyOf<"GET /api/runs/:run">;

const roles = ["model", "policy", "reference", "value", "reward"] as const;
export const isRole = (role: string): role is (typeof roles)[number] => (roles as readonly string[]).includes(role);
const trained = ["sft", "reward", "ppo"] as const;

export function Inputs({ info }: { info: Run }) {
  const { t } = useTranslation();
  const command = trained.find((one) => one === info.command);
  /** The studio writes the project's own data under the name of the run. */
  const nameOf = (path: string) =>
    command && path === `data/${info.run}.jsonl` ? t(`trainingData.${command}`) : t("training.data");
  if (info.from.length + info.datasets.length === 0) return null;
  return (
    <dl className="inputs">
      {info.from.map(({ role, path, run }) => (
        <div key={role + path}>
          <dt>{isRole(role) ? t(`input.${role}`) : role}</dt>
          <dd>{run === null ? <code>{path}</code> : <Link href={pathOfRun(run)}>{run}</Link>}</dd>
        </div>
      ))}
      {info.datasets.map(({ path, rows }) => (
        <div key={path}>
          <dt>{nameOf(path)}</dt>
          <dd>
            <code>{path}</code> {rows !== undefined && <span className="quiet">{t("run.rows", { count: rows })}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
