import { useTranslation } from "react-i18next";
import { NumberField } from "./number-field.tsx";

export interface Sampling {
  readonly temperature: number;
  readonly maxTokens: number;
  readonly seed: number;
}

interface SamplingFieldsProps {
  readonly value: Sampling;
  readonly onChange: (value: Sampling) => void;
}

/** How a model is to draw its answers. */
export function SamplingFields({ value, onChange }: SamplingFieldsProps) {
  const { t } = useTranslation();
  const field = (name: keyof Sampling) => ({
    label: t(`chat.${name}`),
    value: value[name],
    onChange: (number: number) => onChange({ ...value, [name]: number }),
  });
  return (
    <>
      <NumberField {...field("temperature")} min={0} max={10} step={0.1} />
      <NumberField {...field("maxTokens")} min={1} max={8192} />
      <NumberField {...field("seed")} min={0} max={2 ** 31} />
    </>
  );
}
