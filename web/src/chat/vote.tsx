/** Which of two answers is better: a judgement like any other, by button or by arrow. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client.ts";
import { useTry } from "../api/use-try.ts";
import { newUlid } from "../label/ulid.ts";
import { useShortcuts } from "../ui/keys.ts";
import { Failure } from "../ui/states.tsx";
import type { Message } from "./stream.ts";
import type { Pending } from "./use-turns.ts";

interface VoteProps {
  /** Up to the question that both answered. */
  readonly messages: readonly Message[];
  readonly pending: Pending;
  /** With the side that goes on. */
  readonly onVoted: (kept: number) => void;
}

const verdicts = {
  left: { key: "←", groups: [[0], [1]], kept: 0 },
  equal: { key: "↓", groups: [[0, 1]], kept: 0 },
  neither: { key: "↑", groups: [[0, 1]], kept: 0 },
  right: { key: "→", groups: [[1], [0]], kept: 1 },
} as const;
type Verdict = keyof typeof verdicts;

export function Vote({ messages, pending, onVoted }: VoteProps) {
  const { t } = useTranslation();
  const { error, busy, attempt } = useTry();
  const [said, setSaid] = useState<Verdict>();
  /** Made once: sending again after a broken connection is the same vote. */
  const [id] = useState(newUlid);
  const [since] = useState(() => performance.now());
  const vote = (verdict: Verdict) => {
    if (busy || pending.voted) return;
    setSaid(verdict);
    const { groups, kept } = verdicts[verdict];
    const { sides, seed } = pending;
    void attempt(async () => {
      await call("POST /api/chat-votes", {
        body: {
          ...{ id, seed, messages: [...messages], groups: groups.map((group) => [...group]) },
          completions: sides.map(({ text }) => text.trim()), // the template's space before an answer is none of it
          models: sides.map(({ model }) => model),
          seconds: Math.round((performance.now() - since) / 100) / 10,
          ...(verdict === "neither" && { labels: { bothBad: true } }),
        },
      });
      onVoted(kept);
    });
  };
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    // The arrows vote as soon as there is something to vote on, but nobody is taken away from what they write.
    const { activeElement: field } = document;
    if (field instanceof HTMLTextAreaElement && field.value === "") box.current?.focus({ preventScroll: true });
  }, []);
  useShortcuts({
    arrowleft: () => vote("left"),
    arrowright: () => vote("right"),
    arrowdown: () => vote("equal"),
    arrowup: () => vote("neither"),
  });
  if (pending.voted && said)
    return (
      <p className="voted" role="status">
        ✓ {t("vote.noted", { verdict: t(`verdict.${said}`) })} <span className="quiet">{t(`vote.${said}`)}</span>
      </p>
    );
  return (
    <fieldset ref={box} tabIndex={-1} className="verdicts" disabled={busy}>
      <legend>{t("verdict.arena")}</legend>
      <div className="verdict-row">
        {(Object.keys(verdicts) as Verdict[]).map((verdict) => (
          <button key={verdict} type="button" onClick={() => vote(verdict)}>
            {t(`verdict.${verdict}`)} <kbd>{verdicts[verdict].key}</kbd>
          </button>
        ))}
      </div>
      {error && <Failure error={error} retry={said && (() => vote(said))} />}
    </fieldset>
  );
}
