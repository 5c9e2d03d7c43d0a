import { useState } from "react";

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly min: number;
  readonly max: number;
  /** Default 1: whole numbers. */
  readonly step?: number;
}

/** A number within limits. What is typed may be none for a while; the value is the last that was one. */
export function NumberField({ label, value, onChange, min, max, step = 1 }: NumberFieldProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type="number"
        {...{ min, max, step }}
        value={typed ?? value}
        onChange={({ target }) => {
          setTyped(target.value);
          if (target.value !== "" && target.validity.valid) onChange(target.valueAsNumber);
        }}
        onBlur={() => setTyped(undefined)}
      />
    </label>
  );
}
