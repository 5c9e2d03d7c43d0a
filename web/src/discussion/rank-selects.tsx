import { useTranslation } from "react-i18next";
import { place, type Ranks } from "../label/ranks.ts";
import { letter } from "../ui/wording.ts";

/** A rank for each answer of a task, by the letters of its own order. */
export function RankSelects({
  ranks,
  ties,
  onRanks,
}: {
  ranks: Ranks;
  ties: boolean;
  onRanks: (ranks: Ranks) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="row rank-selects">
      {ranks.map((rank, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: completions are known by their index
        <label key={i} className="row">
          <span className="letter">{letter(i)}</span>
          <select
            aria-label={t("rank.of", { letter: letter(i) })}
            value={rank ?? ""}
            onChange={(event) => onRanks(place(ranks, i, Number(event.target.value) || null, ties))}
          >
            <option value="">–</option>
            {ranks.map((_, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a rank is its number
              <option key={at} value={at + 1}>
                {at + 1}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}
