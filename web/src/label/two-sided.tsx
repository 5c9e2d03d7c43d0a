/** How two answers are compared: which is better, HH's row of eight cells, or the arena's four buttons. */
import { useTranslation } from "react-i18next";
import { type Choice, cellOf, choiceOfCell } from "./draft.ts";
import "./two-sided.css";

interface TwoSidedProps {
  readonly choice: Choice | null;
  readonly missing: boolean;
  readonly onChoose: (choice: Choice) => void;
}

export function Verdicts({
  choice,
  missing,
  onChoose,
  ties,
  neither,
}: TwoSidedProps & { ties: boolean; neither: boolean }) {
  const { t } = useTranslation();
  const options = [
    { better: "left", key: "←" },
    ...(ties ? ([{ better: "equal", key: "↓" }] as const) : []),
    ...(neither ? ([{ better: "neither", key: "↑" }] as const) : []),
    { better: "right", key: "→" },
  ] as const;
  return (
    <fieldset className="verdicts" data-missing={missing}>
      <legend>{neither ? t("verdict.arena") : t("verdict.which")}</legend>
      <div className="verdict-row">
        {options.map(({ better, key }) => (
          <label key={better} className="segment">
            <input
              type="radio"
              name="verdict"
              checked={choice?.better === better}
              onChange={() => onChoose({ better })}
            />
            <span>
              {t(`verdict.${better}`)} <kbd>{key}</kbd>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Eight cells, A A A A B B B B, the letters shrinking towards the middle: the further out, the better. */
export function StrengthRow({ choice, missing, onChoose, ties }: TwoSidedProps & { ties: boolean }) {
  const { t } = useTranslation();
  const chosen = choice?.strength === undefined ? undefined : cellOf(choice);
  const cells = Array.from({ length: 8 }, (_, i) => i + 1);
  const words = ["slightly", "somewhat", "clearly", "much"] as const;
  const nameOf = (cell: number) => {
    const { better, strength = 1 } = choiceOfCell(cell);
    return t(`strength.${words[strength - 1] ?? "slightly"}`, { letter: better === "left" ? "A" : "B" });
  };
  return (
    <fieldset className="verdicts" data-missing={missing}>
      <legend>{t("strength.which")}</legend>
      <div className="strength-row">
        {cells.map((cell) => {
          const { better, strength = 1 } = choiceOfCell(cell);
          return (
            <label key={cell} className="segment">
              <input
                type="radio"
                name="strength"
                aria-label={nameOf(cell)}
                checked={chosen === cell}
                onChange={() => onChoose(choiceOfCell(cell))}
              />
              <span>
                <span style={{ fontSize: `${11 + strength * 3}px` }}>{better === "left" ? "A" : "B"}</span>
                <small>{cell}</small>
              </span>
            </label>
          );
        })}
      </div>
      <p className="ends">
        <span>{t("strength.leftEnd")}</span>
        <span className="chosen-cell" aria-live="polite">
          {chosen === undefined ? "" : nameOf(chosen)}
        </span>
        <span>{t("strength.rightEnd")}</span>
      </p>
      {ties && (
        <label className="segment">
          <input
            type="radio"
            name="strength"
            checked={choice?.better === "equal"}
            onChange={() => onChoose({ better: "equal" })}
          />
          <span>
            {t("verdict.equal")} <kbd>T</kbd>
          </span>
        </label>
      )}
    </fieldset>
  );
}
