import { useTranslation } from "react-i18next";
import type { TaskView } from "../../../src/server/protocol.ts";
import type { Settings } from "../api/types.ts";
import { useReply } from "../api/use-reply.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Await } from "../ui/states.tsx";
import { letter } from "../ui/wording.ts";
import { Comments } from "./comments.tsx";
import { Decided } from "./decision.tsx";
import { SaidList } from "./said.tsx";

/** What others said of a task, for somebody who has answered it; the letters are those that this person sees. */
export function OthersDialog({
  task: { task, order, language },
  form,
  onClose,
}: {
  task: TaskView;
  form: Settings["form"];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const others = useReply("GET /api/tasks/:task/others", { query: { task } });
  const letterOf = (completion: number) => letter(order.indexOf(completion));
  return (
    <Dialog side title={t("others.title")} onClose={onClose}>
      <Await of={others}>
        {({ words, comments, decision }) => (
          <div className="stack">
            {decision && <Decided decision={decision} letterOf={letterOf} />}
            {words.length === 0 && <p className="quiet">{t("others.none")}</p>}
            <SaidList words={words} form={form} letterOf={letterOf} lang={language} />
            <Comments task={task} comments={comments} mayWrite onChange={others.reload} />
          </div>
        )}
      </Await>
    </Dialog>
  );
}
