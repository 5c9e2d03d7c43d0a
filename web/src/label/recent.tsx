import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CallError } from "../api/client.ts";
import type { Mine } from "../api/types.ts";
import { errorOf, useReply } from "../api/use-reply.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Await, Empty, Failure } from "../ui/states.tsx";
import { useTime } from "../ui/time.ts";
import { langOf, plain } from "../ui/wording.ts";
import "./recent.css";

/** One's last twenty answers; each can be opened and changed. */
export function Recent({ onOpen, onClose }: { onOpen: (task: string) => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation();
  const [error, setError] = useState<CallError>();
  const open = (task: string) => void onOpen(task).then(onClose, (failure) => setError(errorOf(failure)));
  const mine = useReply("GET /api/words/mine", { query: { limit: 20 } });
  return (
    <Dialog side title={t("recent.title")} onClose={onClose}>
      {error && <Failure error={error} />}
      <Await of={mine}>
        {(words) =>
          words.length === 0 ? (
            <Empty title={t("recent.empty")} />
          ) : (
            <ul className="recent">
              {words.map((item) => (
                <RecentItem key={item.word.id} item={item} onOpen={open} />
              ))}
            </ul>
          )
        }
      </Await>
    </Dialog>
  );
}

function RecentItem({ item: { at, task, prompt, word }, onOpen }: { item: Mine; onOpen: (task: string) => void }) {
  const { t } = useTranslation();
  const time = useTime();
  const text = plain(prompt);
  return (
    <li>
      <button type="button" onClick={() => onOpen(task)}>
        <span className="row">
          <span className="badge">{t(`word.${word.kind}`)}</span>
          <span className="quiet">{time(at)}</span>
        </span>
        <span className="clip" lang={langOf(text)}>
          {text}
        </span>
      </button>
    </li>
  );
}
