import { useTranslation } from "react-i18next";
import { short } from "./series.ts";
import type { RunRow } from "./status.tsx";

/** What tells most stands first; numbers that are not here are in the table of values or of the comparison. */
// biome-ignore format: one list
const told = [
  "reward", "kl", "accuracy", "kendallTau", "margin", "lengthBaseline", "trainLoss", "validationLoss", "perplexity",
] as const;

/** The numbers that a run ended with. */
export function Result({ result, most = told.length }: { result: RunRow["result"]; most?: number }) {
  const { t } = useTranslation();
  const found = told.filter((name) => name in result).slice(0, most);
  return found.map((name) => (
    <span key={name} className="result quiet">
      {t(`result.${name}`)} <b>{short(result[name])}</b>
    </span>
  ));
}
