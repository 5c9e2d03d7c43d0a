import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Action, ReplyOf } from "../../../src/server/protocol.ts";
import { type CallError, call } from "../api/client.ts";
import { errorOf } from "../api/use-reply.ts";
import { Page } from "../ui/page.tsx";
import { Empty, Failure, Loading } from "../ui/states.tsx";
import { TableBox } from "../ui/table-box.tsx";
import { useTime } from "../ui/time.ts";

type Row = ReplyOf<"GET /api/history">[number];
const pageSize = 100;

/** Everything that was changed, the latest first. */
export function HistoryPage() {
  const { t } = useTranslation();
  const time = useTime();
  const [rows, setRows] = useState<readonly Row[]>();
  const [more, setMore] = useState(true);
  const [error, setError] = useState<CallError>();

  const next = async (held: readonly Row[]) => {
    const after = held.at(-1)?.id;
    try {
      const found = await call("GET /api/history", { query: { limit: pageSize, ...(after && { after }) } });
      setRows([...held, ...found]);
      setMore(found.length === pageSize);
      setError(undefined);
    } catch (failure) {
      setError(errorOf(failure));
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first page, once
  useEffect(() => void next([]), []);
  return (
    <Page title={t("nav.history")}>
      {error && <Failure error={error} retry={() => void next(rows ?? [])} />}
      {!rows && !error && <Loading />}
      {rows?.length === 0 && <Empty title={t("history.none")} />}
      {rows && rows.length > 0 && (
        <TableBox>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("history.when")}</th>
                <th scope="col">{t("history.who")}</th>
                <th scope="col">{t("history.kind")}</th>
                <th scope="col">{t("history.what")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, at, by, kind, summary }) => (
                <tr key={id}>
                  <td className="quiet">{time(at)}</td>
                  <th scope="row">{by}</th>
                  <td>
                    <span className="badge">
                      <KindName kind={kind} />
                    </span>
                  </td>
                  <td>
                    <span className="clip">{kind === "action" ? <Done summary={summary} /> : summary}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
      {rows && rows.length > 0 && more && (
        <p className="row more-rows">
          <button type="button" onClick={() => void next(rows)}>
            {t("action.more")}
          </button>
        </p>
      )}
    </Page>
  );
}

/** A table, so that an action which the protocol adds is missed by the compiler. */
const actions = {
  ...{ "sign-in": 0, "sign-out": 0, "password changed": 0, invitation: 0, "sessions ended": 0 },
  ...{ "key made": 0, "key deleted": 0, import: 0, export: 0, sample: 0, "sample-stop": 0 },
  ...{ trial: 0, "trial-stop": 0 },
  ...{ "run-start": 0, "run-stop": 0, "run-resume": 0 },
} satisfies Record<Action, 0>;

/** What somebody did, in the page's words, and with what. */
function Done({ summary }: { summary: string }) {
  const { t } = useTranslation();
  const known = (Object.keys(actions) as Action[]).find((one) => summary === one || summary.startsWith(`${one} `));
  return known ? (
    <>
      {t(`did.${known}`)} <span className="quiet">{summary.slice(known.length)}</span>
    </>
  ) : (
    summary
  );
}

const kinds = [
  ...(["judgement", "demonstration", "conversation", "skip", "retraction", "comment", "task"] as const),
  ...(["close", "settings", "person", "action", "forgotten"] as const),
];

function KindName({ kind }: { kind: string }) {
  const { t } = useTranslation();
  const known = kinds.find((one) => one === kind);
  return <>{known ? t(`word.${known}`) : kind}</>;
}
