import { useMemo } from "react";
import { differences } from "./differences.ts";
import { langOf } from "./wording.ts";
import "./text.css";

/** `to` with its differences from `from`: added words underlined, missing ones struck through. */
export function DiffView({ from, to, lang }: { from: string; to: string; lang?: string | undefined }) {
  const language = langOf(to, lang);
  const pieces = useMemo(() => differences(from, to, language), [from, to, language]);
  return (
    <div className="prose" lang={language}>
      <p style={{ whiteSpace: "pre-wrap" }}>
        {pieces.map(({ text, kind }, i) => {
          const Tag = kind === "added" ? "ins" : kind === "removed" ? "del" : "span";
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces are made anew with every difference
          return <Tag key={i}>{text}</Tag>;
        })}
      </p>
    </div>
  );
}
