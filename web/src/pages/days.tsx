import { useTranslation } from "react-i18next";

/** Answers a day as bars; the numbers themselves are in the table behind. */
export function Days({ days }: { days: readonly { readonly day: string; readonly count: number }[] }) {
  const { t, i18n } = useTranslation();
  const most = Math.max(1, ...days.map(({ count }) => count));
  const format = new Intl.DateTimeFormat(i18n.language, { month: "short", day: "numeric", timeZone: "UTC" });
  const name = (day: string) => format.format(new Date(`${day}T00:00:00Z`));
  if (days.length === 0) return <p className="quiet">{t("dashboard.noDays")}</p>;
  return (
    <>
      <div className="days" aria-hidden="true">
        {days.map(({ day, count }) => (
          <div key={day} title={`${name(day)}: ${count}`}>
            <span className="count">{count}</span>
            <span className="column" style={{ height: `${(100 * count) / most}%` }} />
            <span className="day">{name(day)}</span>
          </div>
        ))}
      </div>
      <table className="hidden">
        <caption>{t("dashboard.days")}</caption>
        <tbody>
          {days.map(({ day, count }) => (
            <tr key={day}>
              <th scope="row">{name(day)}</th>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
