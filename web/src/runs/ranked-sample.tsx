/** A ranking of the data beside what the model in training thinks of it. */
import { useTranslation } from "react-i18next";
import { langOf } from "../ui/wording.ts";
import { sampleText } from "./sample-text.ts";
import { short } from "./series.ts";
import type { Sample } from "./tokens.ts";

const numbersOf = (value: unknown): readonly (number | null)[] => (Array.isArray(value) ? value : []);

export function RankedSample({ row }: { row: Sample }) {
  const { t } = useTranslation();
  const completions = Array.isArray(row.completions) ? row.completions.map(sampleText) : [];
  const ranks = numbersOf(row.ranks);
  const scores = numbersOf(row.scores);
  const place = (i: number) => 1 + scores.filter((score) => (score ?? 0) > (scores[i] ?? 0)).length;
  const order = completions.map((_, i) => i).sort((a, b) => (ranks[a] ?? 99) - (ranks[b] ?? 99));
  return (
    <table className="ranked">
      <thead>
        <tr>
          <th scope="col" className="number">
            {t("samples.people")}
          </th>
          <th scope="col" className="number">
            {t("samples.model")}
          </th>
          <th scope="col" className="number">
            {t("measure.reward")}
          </th>
          <th scope="col">{t("dashboard.answer")}</th>
        </tr>
      </thead>
      <tbody>
        {order.map((i) => (
          <tr key={i}>
            <td className="number">{ranks[i] ?? "–"}</td>
            <td className="number">{place(i)}</td>
            <td className="number">{short(scores[i])}</td>
            <td lang={langOf(completions[i]!)}>{completions[i]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
