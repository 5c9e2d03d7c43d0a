/** Data in and out: files that become tasks and judgements, and what people said as training data. */
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { QueryOf, ReplyOf } from "../../../src/server/protocol.ts";
import { addressOf, upload } from "../api/client.ts";
import { useEvents } from "../api/use-events.ts";
import { useTry } from "../api/use-try.ts";
import { useSaying } from "../i18n/saying.ts";
import { Page } from "../ui/page.tsx";
import { Failure, Words } from "../ui/states.tsx";
import { TableBox } from "../ui/table-box.tsx";
import "./settings.css";

export function DataPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("nav.data")}>
      <div className="stack">
        <Import />
        <Export />
      </div>
    </Page>
  );
}

type ImportFormat = NonNullable<QueryOf<"POST /api/import">["format"]>;
/** A table, so that one which the protocol adds is missed by the compiler. */
const named = {
  ...{ auto: 0, ranking: 0, trl: 0, hh: 0, oasst: 0, argilla: 0, "label-studio": 0, prompts: 0, all: 0 },
} satisfies Record<ImportFormat, 0>;
const importFormats = Object.keys(named) as ImportFormat[];

function Import() {
  const { t } = useTranslation();
  const [format, setFormat] = useState<ImportFormat>("auto");
  const [over, setOver] = useState(false);
  const [name, setName] = useState<string>();
  const [report, setReport] = useState<ReplyOf<"POST /api/import">>();
  const [stage, setStage] = useState<Stage>();
  const { error, busy, attempt } = useTry();
  useEvents((event) => {
    if (event.type === "import" && event.name === name) setStage(event);
  });
  const take = (file: File | undefined) => {
    if (!file) return;
    setName(file.name);
    setReport(undefined);
    const send = () =>
      upload("POST /api/import", { format, name: file.name }, file, (share) => setStage({ rows: undefined, share }));
    setStage({ rows: undefined, share: 0 });
    void attempt(async () => setReport(await send()));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <section className="panel stack">
      <div>
        <h2>{t("import.title")}</h2>
        <p className="quiet">{t("import.help")}</p>
      </div>
      <label className="row">
        {t("import.format")}
        <select
          value={format}
          onChange={(event) => setFormat(importFormats.find((one) => one === event.target.value) ?? "auto")}
        >
          {importFormats.map((one) => (
            <option key={one} value={one}>
              {t(`importFormat.${one}`)}
            </option>
          ))}
        </select>
      </label>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first */}
      <div
        className="drop"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p>{t("import.drop")}</p>
        <label className="button">
          {t("import.choose")}
          <input
            type="file"
            disabled={busy}
            onChange={(event) => {
              take(event.target.files?.[0]);
              event.target.value = "";
            }}
          />
        </label>
      </div>
      <div role="status" className="stack">
        {busy && <p>{t("import.busy", { name })}</p>}
        {report && <Report report={report} name={name ?? ""} />}
      </div>
      {busy && stage && <Progress stage={stage} />}
      {error && <Failure error={error} />}
    </section>
  );
}

/** How far a file is. `rows` undefined: it is still on its way; `share` null: nobody knows of how many. */
interface Stage {
  readonly rows: number | undefined;
  readonly share: number | null;
}

/** Outside the status, which would read every number aloud. */
function Progress({ stage: { rows, share } }: { stage: Stage }) {
  const { t } = useTranslation();
  const text = rows === undefined ? t("import.sent") : t("import.read", { count: rows });
  return (
    <p className="row">
      <progress max={1} {...(share !== null && { value: share })} aria-label={text} />
      <span className="quiet">
        {text}
        {share !== null && ` · ${Math.floor(100 * share)} %`}
      </span>
    </p>
  );
}

function Report({ report, name }: { report: ReplyOf<"POST /api/import">; name: string }) {
  const { t } = useTranslation();
  const { format, rows, tasks, judgements, demonstrations, known, bad, badCount, list } = report;
  return (
    <>
      <p className="notice">
        {t("import.done", { name, rows, tasks, judgements, demonstrations })}{" "}
        {known > 0 && t("import.known", { count: known })}{" "}
        {format && t("import.taken", { format: t(`importFormat.${format}`) })}
      </p>
      {badCount > 0 && (
        <>
          <p>
            <strong>{t("import.bad", { count: badCount })}</strong>{" "}
            {list !== null && badCount > bad.length && (
              <>
                <a href={addressOf("GET /api/imports/:list/bad-rows", { list })} download>
                  {t("import.allBad")}
                </a>{" "}
                {t("import.firstBad", { count: bad.length })}
              </>
            )}
          </p>
          <TableBox>
            <table>
              <thead>
                <tr>
                  <th scope="col" className="number">
                    {t("import.line")}
                  </th>
                  <th scope="col">{t("import.why")}</th>
                </tr>
              </thead>
              <tbody>
                {bad.map((row) => (
                  <tr key={row.line}>
                    <td className="number">{row.line}</td>
                    <td>
                      <Why row={row} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableBox>
        </>
      )}
    </>
  );
}

/** Our English names the field itself. */
function Why({ row }: { row: ReplyOf<"POST /api/import">["bad"][number] }) {
  const isEnglish = useSaying()(row).text === row.message;
  const field = row.where && !isEnglish && (
    <>
      <code>{row.where}</code>{" "}
    </>
  );
  return (
    <>
      {field}
      <Words of={row} />
    </>
  );
}

type Export = QueryOf<"GET /api/export">;
const exportFormats = [
  ...(["rankings", "preference", "unpaired", "demonstrations", "sft", "all"] as const),
] as const satisfies readonly Export["format"][];

function Export() {
  const { t } = useTranslation();
  const [query, setQuery] = useState<Export>({ format: "rankings", file: "jsonl", names: "no", synthetic: "without" });
  const change = (part: Partial<Export>) => setQuery((held) => ({ ...held, ...part }));
  /** A day of this place as a moment; the day after for an end, which is not included. */
  const moment = (day: string, days: number) => {
    const date = new Date(`${day}T00:00:00`);
    date.setDate(date.getDate() + days);
    return day ? date.toISOString() : undefined;
  };
  return (
    <section className="panel stack">
      <div>
        <h2>{t("export.title")}</h2>
        <p className="quiet">{t("export.help")}</p>
      </div>
      <div className="grid">
        <label className="field">
          <span>{t("export.format")}</span>
          <select
            value={query.format}
            onChange={(event) =>
              change({ format: exportFormats.find((one) => one === event.target.value) ?? "rankings" })
            }
          >
            {exportFormats.map((one) => (
              <option key={one} value={one}>
                {t(`exportFormat.${one}`)}
              </option>
            ))}
          </select>
          <span className="help">{t(`exportHelp.${query.format}`)}</span>
        </label>
        <label className="field">
          <span>{t("export.file")}</span>
          <select
            value={query.file}
            onChange={(event) => change({ file: event.target.value === "parquet" ? "parquet" : "jsonl" })}
          >
            <option value="jsonl">JSONL</option>
            <option value="parquet">Parquet</option>
          </select>
        </label>
        <label className="field">
          <span>{t("export.by")}</span>
          <input type="text" value={query.by ?? ""} onChange={(event) => change({ by: event.target.value })} />
        </label>
        <label className="field">
          <span>{t("export.since")}</span>
          <input type="date" onChange={(event) => change({ since: moment(event.target.value, 0) })} />
        </label>
        <label className="field">
          <span>{t("export.until")}</span>
          <input type="date" onChange={(event) => change({ until: moment(event.target.value, 1) })} />
        </label>
      </div>
      <label className="row">
        <input
          type="checkbox"
          checked={query.names === "yes"}
          onChange={(event) => change({ names: event.target.checked ? "yes" : "no" })}
        />
        {t("export.names")}
      </label>
      <label className="row">
        <input
          type="checkbox"
          checked={query.synthetic === "with"}
          onChange={(event) => change({ synthetic: event.target.checked ? "with" : "without" })}
        />
        {t("export.synthetic")}
      </label>
      <label className="row">
        <input
          type="checkbox"
          checked={query.decisions !== "ignore"}
          onChange={(event) => change({ decisions: event.target.checked ? "prefer" : "ignore" })}
        />
        {t("export.decisions")}
      </label>
      <p className="row">
        <a className="button primary" href={addressOf("GET /api/export", query)} download>
          {t("export.do")}
        </a>
      </p>
    </section>
  );
}
