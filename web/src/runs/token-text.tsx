/**
 * An answer token by token. Colour and underline say how large a number is and its sign; the numbers themselves stand below
 * the token in focus or under the pointer, or under each token if wanted.
 */
import { type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { langOf } from "../ui/wording.ts";
import { sampleText } from "./sample-text.ts";
import { short, signed } from "./series.ts";
import { columnOf, type Measure, measures, type Sample, shade } from "./tokens.ts";

interface TokenTextProps {
  readonly row: Sample;
  readonly tokens: readonly string[];
  readonly measure: Measure;
  /** The size of number that gets the full colour. */
  readonly full: number;
  readonly numbers: boolean;
}

export function TokenText({ row, tokens, measure, full, numbers }: TokenTextProps) {
  const { t } = useTranslation();
  const id = useId();
  const [held, setHeld] = useState<number>();
  const [pointed, setPointed] = useState<number>();
  const at = pointed ?? held;
  const column = columnOf(row, measure) ?? [];
  const move = (event: KeyboardEvent) => {
    const last = tokens.length - 1;
    const to = {
      ArrowRight: Math.min(last, (held ?? -1) + 1),
      ArrowLeft: Math.max(0, (held ?? 1) - 1),
      ...{ Home: 0, End: last },
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setHeld(to);
  };
  const shownValue = (value: number | null | undefined) => (typeof value === "number" ? signed(value) : short(value));
  return (
    <div className="token-text">
      <div
        className="tokens"
        role="listbox"
        aria-label={t("samples.tokens", { measure: t(`measure.${measure}`) })}
        aria-orientation="horizontal"
        aria-activedescendant={held === undefined ? undefined : `${id}-${held}`}
        tabIndex={0}
        lang={langOf(sampleText(row.completion))}
        onKeyDown={move}
        onFocus={() => setHeld((before) => before ?? 0)}
        onBlur={() => setHeld(undefined)}
        onPointerLeave={() => setPointed(undefined)}
      >
        {tokens.map((token, i) => {
          const amount = shade(column[i], full);
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active token
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: tokens never move
              key={i}
              id={`${id}-${i}`}
              role="option"
              aria-selected={held === i}
              aria-label={`${token.trim() || "␣"} ${shownValue(column[i])}`}
              className={`token ${amount > 0 ? "plus" : amount < 0 ? "minus" : ""} ${at === i ? "at" : ""}`}
              style={{ "--amount": `${Math.round(100 * Math.abs(amount))}%` } as React.CSSProperties}
              onPointerEnter={() => setPointed(i)}
            >
              <span className="letters">{token.replaceAll("\n", "⏎\n")}</span>
              {numbers && <small>{shownValue(column[i])}</small>}
            </span>
          );
        })}
      </div>
      <p className="quiet token-numbers" aria-hidden="true">
        {at === undefined
          ? ""
          : measures
              .flatMap((one) => {
                const value = columnOf(row, one)?.[at];
                return value === undefined ? [] : [`${t(`measure.${one}`)} ${shownValue(value)}`];
              })
              .join(" · ")}
      </p>
    </div>
  );
}
