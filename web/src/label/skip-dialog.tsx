import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/dialog.tsx";

/** InstructGPT's reasons to skip, and one's own words. What is sent is English or what was typed. */
const reasons = ["before", "uncomfortable", "competence", "language", "broken"] as const;

export function SkipDialog({ onSkip, onClose }: { onSkip: (reason: string | undefined) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<string>("");
  const [words, setWords] = useState("");
  const full = [reason, words.trim()].filter((part) => part !== "").join(": ");
  return (
    <Dialog title={t("skip.title")} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onSkip(full === "" ? undefined : full);
        }}
      >
        <fieldset className="stack reasons">
          <legend className="quiet">{t("skip.why")}</legend>
          {reasons.map((name) => (
            <label key={name} className="row">
              <input type="radio" name="reason" checked={reason === name} onChange={() => setReason(name)} />
              {t(`skip.${name}`)}
            </label>
          ))}
        </fieldset>
        <label className="field">
          <span>{t("skip.words")}</span>
          <input type="text" value={words} maxLength={1900} onChange={(event) => setWords(event.target.value)} />
        </label>
        <div className="row">
          <span className="spacer" />
          <button type="button" onClick={onClose}>
            {t("action.cancel")}
          </button>
          <button type="submit" className="primary">
            {t("skip.do")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
