/** Choosing a model: all that the project has, by run and step. */
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { useQuantity } from "../ui/quantity.ts";

export type ModelRow = ReplyOf<"GET /api/models">[number];

interface ModelSelectProps {
  readonly models: readonly ModelRow[];
  readonly value: string;
  readonly onChange: (model: string) => void;
  /** What stands for no model; absent: one must be chosen. */
  readonly none?: string;
  readonly label: string;
  /** Under the field. */
  readonly help?: ReactNode;
}

export function ModelSelect({ models, value, onChange, none, label, help }: ModelSelectProps) {
  const { t } = useTranslation();
  const id = useId();
  const { bytes } = useQuantity();
  const words = ({ model, step, bytes: size, run }: ModelRow) =>
    `${step === null || run === null ? model : t("models.checkpoint", { run, step })} · ${bytes(size)}`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {(none !== undefined || value === "") && <option value="">{none ?? t("models.choose")}</option>}
        {models.map((model) => (
          <option key={model.model} value={model.model}>
            {words(model)}
          </option>
        ))}
      </select>
      {help}
    </div>
  );
}

/** Final models first, then checkpoints; each the newest first. */
export const sortModels = (models: readonly ModelRow[]): ModelRow[] =>
  [...models].sort((a, b) => Number(a.step !== null) - Number(b.step !== null) || (a.changed < b.changed ? 1 : -1));
