/** Where no clip waits, but somebody has asked for some to be compared. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isAlive } from "../runs/status.tsx";
import { Empty } from "../ui/states.tsx";
import { AskingPanel } from "./asking-panel.tsx";
import type { Asking } from "./use-asking.ts";

const againMs = 5000;

/** Whether more clips are to come by themselves. */
export const asksOn = (asking: Asking | undefined): asking is Asking =>
  asking !== undefined && asking.value.status !== null && isAlive(asking.value.status);

export function WaitingForClips({ asking, mayWatch, look }: { asking: Asking; mayWatch: boolean; look: () => void }) {
  const { t } = useTranslation();
  useEffect(() => {
    const timer = setInterval(look, againMs); // the server says when there are some, but a line may be lost
    return () => clearInterval(timer);
  }, [look]);
  return (
    <div className="clips-waiting stack">
      <Empty title={t("clips.next")}>
        <p>{t("clips.nextMore")}</p>
      </Empty>
      <AskingPanel asking={asking} mayWatch={mayWatch} />
    </div>
  );
}
