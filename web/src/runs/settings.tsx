/** Every setting of a run, what it read, and the command line that says the same. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { Link } from "../app/router.tsx";
import { TableBox } from "../ui/table-box.tsx";
import { pathOfRun } from "./lineage-line.tsx";
import { flagOf } from "./training-options.ts";

export const valueText = (value: unknown): string =>
  value === null || value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);

export function Settings({ info }: { info: ReplyOf<"GET /api/runs/:run"> }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(info.commandLine).then(() => setCopied(true));
  const inputs = [
    ...info.from.map(({ role, path, run }) => ({ role, path, run, more: "" })),
    ...info.datasets.map(({ path, rows }) => ({
      ...{ role: t("training.data"), path, run: null },
      more: rows === undefined ? "" : t("run.rows", { count: rows }),
    })),
  ];
  return (
    <>
      {inputs.length > 0 && (
        <details>
          <summary>{t("run.inputs")}</summary>
          <TableBox>
            <table>
              <tbody>
                {inputs.map(({ role, path, run, more }) => (
                  <tr key={role + path}>
                    <th scope="row">{role}</th>
                    <td>{run === null ? <code>{path}</code> : <Link href={pathOfRun(run)}>{path}</Link>}</td>
                    <td className="number">{more}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableBox>
        </details>
      )}
      <details>
        <summary>{t("run.settings")}</summary>
        <div className="stack tight">
          <p className="row command-line">
            <code>{info.commandLine}</code>
            <button type="button" onClick={copy}>
              {copied ? t("action.copied") : t("action.copy")}
            </button>
          </p>
          <TableBox>
            <table>
              <tbody>
                {Object.entries({ ...info.config, ...info.versions }).map(([name, value]) => (
                  <tr key={name}>
                    <th scope="row">
                      <code>{name in info.versions ? name : flagOf(name)}</code>
                    </th>
                    <td>
                      <code>{valueText(value)}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableBox>
        </div>
      </details>
    </>
  );
}
