/** An answer with its letter; long ones are cut until somebody wants all. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Text } from "../api/types.ts";
import { DiffView } from "../ui/diff-view.tsx";
import { TextView } from "../ui/text.tsx";
import { letter, plain } from "../ui/wording.ts";
import "./answer-card.css";

interface AnswerCardProps {
  readonly place: number;
  readonly text: Text;
  readonly lang: string | undefined;
  /** What is said of it: "rank 2", "better". */
  readonly standing?: string | undefined;
  readonly chosen?: boolean;
  readonly current: boolean;
  readonly open: boolean;
  /** The text that its differences are shown from. */
  readonly from?: Text | undefined;
  readonly tools?: ReactNode;
  readonly children?: ReactNode;
  readonly onFocus: () => void;
  readonly onOpen: (open: boolean) => void;
}

export function AnswerCard(props: AnswerCardProps) {
  const { place, text, lang, standing, chosen = false, current, open, from, tools, children, onFocus, onOpen } = props;
  const { t } = useTranslation();
  const [long, body] = useOverflow();
  const name = t("card.answer", { letter: letter(place) });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls; this groups a text with its controls
    <div
      role="group"
      className="card"
      data-place={place}
      data-current={current}
      data-chosen={chosen}
      tabIndex={current ? 0 : -1}
      aria-label={standing ? `${name}, ${standing}` : name}
      onFocus={onFocus}
    >
      <div className="card-head">
        <h3>
          <span className="letter" aria-hidden="true">
            {letter(place)}
          </span>
          <span className="hidden">{name}</span>
        </h3>
        {standing && <span className="badge">{standing}</span>}
        <span className="spacer" />
        {tools}
      </div>
      <div className="card-text" data-open={open} data-long={long}>
        <div ref={body}>
          {from === undefined ? (
            <TextView text={text} lang={lang} />
          ) : (
            <DiffView from={plain(from)} to={plain(text)} lang={lang} />
          )}
        </div>
      </div>
      {long && (
        <button type="button" className="plain more" aria-expanded={open} onClick={() => onOpen(!open)}>
          {open ? t("card.less") : t("card.more")}
        </button>
      )}
      {children}
    </div>
  );
}

/** Higher than this is cut; as in the style sheet. */
const heightPx = 336;

function useOverflow() {
  const ref = useRef<HTMLDivElement>(null);
  const [long, setLong] = useState(false);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setLong((entry?.contentRect.height ?? 0) > heightPx + 40));
    if (ref.current) observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [long, ref] as const;
}
