import { useTranslation } from "react-i18next";
import { short } from "./series.ts";
import { histogram } from "./tokens.ts";

/** How values lie, as columns and as a table behind them. */
export function Histogram({ title, values }: { title: string; values: readonly number[] }) {
  const { t } = useTranslation();
  const bins = histogram(values, Math.min(20, Math.max(5, Math.ceil(Math.sqrt(values.length) * 2))));
  const most = Math.max(...bins.map(({ count }) => count));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return (
    <figure className="histogram">
      <figcaption>
        <strong>{title}</strong>{" "}
        <span className="quiet">{t("samples.mean", { mean: short(mean), count: values.length })}</span>
      </figcaption>
      <div className="columns" aria-hidden="true">
        {bins.map(({ from, to, count }) => (
          <div key={from} title={`${short(from)} … ${short(to)}: ${count}`}>
            <span className="count">{count || ""}</span>
            <span className="column" style={{ height: `${(100 * count) / most}%` }} />
          </div>
        ))}
      </div>
      <p className="ends" aria-hidden="true">
        <span>{short(bins[0]?.from)}</span>
        <span>{short(bins.at(-1)?.to)}</span>
      </p>
      <table className="hidden">
        <caption>{title}</caption>
        <tbody>
          {bins.map(({ from, to, count }) => (
            <tr key={from}>
              <th scope="row">
                {short(from)} … {short(to)}
              </th>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
