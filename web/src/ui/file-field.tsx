/** A data file of the project: those that fit to choose from, any other by its path. */
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { useQuantity } from "./quantity.ts";

export type FileRow = ReplyOf<"GET /api/files">[number];
export type FileKind = NonNullable<FileRow["kinds"]>[number];

interface FileFieldProps {
  readonly label: string;
  readonly files: readonly FileRow[];
  /** What its rows must be able to serve as. */
  readonly kinds: readonly FileKind[];
  readonly value: string;
  readonly onChange: (file: string) => void;
  /** What stands for no file; absent: one must be chosen. */
  readonly none?: string;
  /** Under the field. */
  readonly help?: ReactNode;
}

/** No file is called like that: a name ends with what it is. */
const another = "/";

export function FileField({ label, files, kinds, value, onChange, none, help }: FileFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const { bytes } = useQuantity();
  const fitting = files.filter((row) => row.kinds === null || row.kinds.some((kind) => kinds.includes(kind)));
  const [typing, setTyping] = useState(value !== "" && !fitting.some(({ file }) => file === value));
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={typing ? another : value}
        onChange={({ target }) => {
          setTyping(target.value === another);
          onChange(target.value === another ? "" : target.value);
        }}
      >
        <option value="">{none ?? t("files.choose")}</option>
        {fitting.map(({ file, bytes: size }) => (
          <option key={file} value={file}>
            {file} · {bytes(size)}
          </option>
        ))}
        <option value={another}>{t("files.another")}</option>
      </select>
      {typing && (
        <input
          aria-label={t("files.path", { label })}
          placeholder="data/file.jsonl"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {help}
    </div>
  );
}
