/** Every setting of a run, and the command line that says the same. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { TableBox } from "../ui/table-box.tsx";
import { flagOf } from "./training-options.ts";

export const valueText = (value: unknown): string =>
  value === null || value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);

export function Settings({ info }: { info: ReplyOf<"GET /api/runs/:run"> }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(info.commandLine).then(() => setCopied(true));
  return (
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
  );
}
