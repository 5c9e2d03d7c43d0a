/** A field for one option of a command, by what it takes. */
import { useTranslation } from "react-i18next";
import { helpIn } from "../i18n/saying.ts";
import { watching } from "../i18n/watching-en.ts";
import { FileField, type FileKind, type FileRow } from "../ui/file-field.tsx";
import { type ModelRow, ModelSelect } from "./models.tsx";
import { flagOf, listOf, type Option } from "./training-options.ts";

interface OptionFieldProps {
  readonly option: Option;
  readonly models: readonly ModelRow[];
  readonly files: readonly FileRow[];
  /** As typed; empty: the command's default. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Options that the page has words of its own for; the others are called as in the terminal, and explained. */
const isWorded = (name: string): name is keyof typeof watching.option => Object.hasOwn(watching.option, name);

/** What a file of an option must hold, where the project's files can be told apart by it. */
const fileKinds: Readonly<Record<string, readonly FileKind[]>> = {
  pretrain: ["text"],
  demonstrations: ["prompt-completion", "messages"],
};

/** What the page calls an option. */
export function useOptionName(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => (isWorded(name) ? t(`option.${name}`) : flagOf(name));
}

export function OptionField({ option, models, files, value, onChange }: OptionFieldProps) {
  const { t } = useTranslation();
  const { name, type, choices, names, required } = option;
  const help = isWorded(name) ? undefined : <Help of={option} />;
  const label = useOptionName()(name);
  const yesOrNo = (value: string) => t(value === "true" ? "question.yes" : "question.no");
  const usual = option.default === undefined ? "" : `${option.default}`;
  const initial = usual === "" ? t("training.auto") : type === "boolean" ? yesOrNo(usual) : usual;

  if (names === "SPEC") {
    const chosen = listOf(value);
    const toggle = (model: string) =>
      onChange((chosen.includes(model) ? chosen.filter((one) => one !== model) : [...chosen, model]).join(","));
    const judges = models.filter(({ kind }) => kind === "reward");
    return (
      <fieldset className="field">
        <legend>{label}</legend>
        {judges.length === 0 && <p className="quiet">{t("models.noReward")}</p>}
        {judges.map(({ model }) => (
          <label key={model} className="row">
            <input type="checkbox" checked={chosen.includes(model)} onChange={() => toggle(model)} />
            {model}
          </label>
        ))}
      </fieldset>
    );
  }
  if (names === "MODEL") {
    const fitting = models.filter(({ kind }) => kind === "policy" || (kind === "reward" && takesReward.has(name)));
    return (
      <ModelSelect
        label={label}
        models={fitting}
        value={value}
        onChange={onChange}
        help={help}
        {...(!required && { none: t("models.default") })}
      />
    );
  }
  const kinds = fileKinds[name];
  if (names === "FILE" && kinds)
    return <FileField {...{ label, files, kinds, value, onChange, help }} none={t("files.none")} />;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the field is one of the two below
    <label className="field">
      <span>{isWorded(name) ? label : <code>{label}</code>}</span>
      {choices || type === "boolean" ? (
        <select value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t("training.default", { value: initial })}</option>
          {(choices ?? ["true", "false"]).map((choice) => (
            <option key={choice} value={choice}>
              {choices ? choice : yesOrNo(choice)}
            </option>
          ))}
        </select>
      ) : (
        <input
          value={value}
          placeholder={initial}
          inputMode={type === "integer" ? "numeric" : type === "number" ? "decimal" : "text"}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {help}
    </label>
  );
}

function Help({ of }: { of: Option }) {
  const { i18n } = useTranslation();
  const { text, lang } = helpIn(i18n.language, of);
  return (
    <span className="help" lang={lang}>
      {text}
    </span>
  );
}

/** Where a reward model can begin. */
const takesReward = new Set(["value"]);
