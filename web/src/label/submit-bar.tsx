import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { minutes } from "../ui/time.ts";
import type { Clock } from "./clock.ts";
import type { Missing } from "./draft.ts";

/** Hands in or skips; says what is still to be done. On a phone it stays at the bottom of the window. */
export function SubmitBar({
  missing,
  pressed,
  clock,
  canSubmit,
  onSubmit,
  onSkip,
  onKeys,
}: {
  missing: readonly Missing[];
  pressed: boolean;
  clock: Clock;
  canSubmit: boolean;
  onSubmit: () => void;
  onSkip: () => void;
  onKeys: () => void;
}) {
  const { t } = useTranslation();
  const questions = missing.filter(({ what }) => what === "question").length;
  const others = missing.flatMap(({ what }) => (what === "question" ? [] : [t(`missing.${what}`)]));
  const left = [...(questions > 0 ? [t("missing.questions", { count: questions })] : []), ...others].join(" · ");
  return (
    <div className="submit-bar">
      <p className={pressed && left !== "" ? "left wrong" : "left"} aria-live={pressed ? "assertive" : "off"}>
        {left || t("missing.nothing")}
      </p>
      <div className="row">
        <button type="button" className="primary submit" onClick={onSubmit} disabled={!canSubmit}>
          {t("task.submit")} <kbd>↵</kbd>
        </button>
        <button type="button" onClick={onSkip}>
          {t("task.skip")} <kbd>S</kbd>
        </button>
        <Passed clock={clock} />
        <button type="button" className="plain" onClick={onKeys} aria-label={t("keys.title")}>
          ?
        </button>
      </div>
    </div>
  );
}

/** Time on this task. */
function Passed({ clock }: { clock: Clock }) {
  const { t } = useTranslation();
  const [, tick] = useState(0);
  useEffect(() => {
    const every = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(every);
  }, []);
  return (
    <span className="quiet passed" title={t("task.time")}>
      {minutes(clock.read())}
    </span>
  );
}
