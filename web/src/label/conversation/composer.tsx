import { useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { langOf } from "../../ui/wording.ts";

/** Where one writes what to say. Enter sends, except to an input method; Shift Enter begins a line. */
export function Composer({
  text,
  lang,
  busy,
  onText,
  onSend,
}: {
  text: string;
  lang: string | undefined;
  busy: boolean;
  onText: (text: string) => void;
  onSend: () => void;
}) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  // With the paint, not after it: a key that comes in between would lose the keyboard again.
  useLayoutEffect(() => field.current?.focus(), []);
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <textarea
        ref={field}
        rows={2}
        maxLength={20_000}
        aria-label={t("conversation.placeholder")}
        placeholder={t("conversation.placeholder")}
        lang={text === "" ? undefined : langOf(text, lang)}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          const { isComposing, keyCode } = event.nativeEvent;
          if (event.key !== "Enter" || event.shiftKey || isComposing || keyCode === 229) return;
          if (event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          onSend();
        }}
      />
      <button type="submit" className="primary" disabled={busy || text.trim() === ""}>
        {t("conversation.send")} <kbd>↵</kbd>
      </button>
    </form>
  );
}
