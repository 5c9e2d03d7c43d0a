/** The app: who is here, and the page of the address. */
import { use, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../../src/server/protocol.ts";
import { call, signedOut } from "../api/client.ts";
import type { Signed } from "../api/types.ts";
import { useReply } from "../api/use-reply.ts";
import { ChatPage } from "../chat/chat-page.tsx";
import { LabelPage } from "../label/label-page.tsx";
import { OutboxContext, useNewOutbox } from "../label/outbox.ts";
import { DashboardPage } from "../pages/dashboard-page.tsx";
import { DataPage } from "../pages/data-page.tsx";
import { HistoryPage } from "../pages/history-page.tsx";
import { PeoplePage } from "../pages/people-page.tsx";
import { SettingsPage } from "../pages/settings-page.tsx";
import { SignInPage } from "../pages/sign-in-page.tsx";
import { TaskPage } from "../pages/task-page.tsx";
import { TasksPage } from "../pages/tasks-page.tsx";
import { RewardPage } from "../reward/reward-page.tsx";
import { ComparePage } from "../runs/compare-page.tsx";
import { RunPage } from "../runs/run-page.tsx";
import { RunsPage } from "../runs/runs-page.tsx";
import { Page } from "../ui/page.tsx";
import { Await, Empty } from "../ui/states.tsx";
import { Boundary } from "./boundary.tsx";
import { Header } from "./header.tsx";
import { mayDo, maySee, type PageName } from "./pages.ts";
import { fromHash, Link, usePath, useSearch } from "./router.tsx";

/** Who is here; a key in the address, as the terminal prints it, lets this browser in first. */
async function lookAround(): Promise<void> {
  const key = fromHash("key");
  if (!key) return;
  history.replaceState(null, "", location.pathname);
  await call("POST /api/link", { body: { key } }).catch(() => undefined); // the page then says what to do
}
const looked = lookAround();

export function App() {
  use(looked);
  return <Known />;
}

function Known() {
  const me = useReply("GET /api/me");
  const { reload } = me;
  useEffect(() => {
    window.addEventListener(signedOut, reload);
    return () => window.removeEventListener(signedOut, reload);
  }, [reload]);
  return (
    <Await of={me}>
      {(value) =>
        value.person && !fromHash("invitation") ? (
          <Signedin key={value.person.name} me={value} person={value.person} onChange={reload} />
        ) : (
          <SignInPage me={value} onDone={reload} />
        )
      }
    </Await>
  );
}

function Signedin({ me, person, onChange }: { me: Me; person: Signed; onChange: () => void }) {
  const outbox = useNewOutbox(person.name);
  const path = usePath();
  return (
    <OutboxContext value={outbox}>
      <Header me={me} person={person} onChange={onChange} />
      <Boundary key={path}>
        <CurrentPage path={path} person={person} accounts={me.mode === "accounts"} onSettings={onChange} />
      </Boundary>
    </OutboxContext>
  );
}

function CurrentPage({
  path,
  person,
  accounts,
  onSettings,
}: {
  path: string;
  person: Signed;
  accounts: boolean;
  onSettings: () => void;
}) {
  const { t } = useTranslation();
  const name: PageName | "" = path === "/" ? "label" : ((path.split("/")[1] ?? "") as PageName);
  if (!maySee(person.role, name)) {
    return (
      <Page title={t("state.notFound")}>
        <Empty title={t("state.notFoundMore")}>
          <Link href={maySee(person.role, "label") ? "/" : "/dashboard"}>{t("state.home")}</Link>
        </Empty>
      </Page>
    );
  }
  switch (name) {
    case "label":
      return <LabelPage mayWatch={mayDo(person.role, "watch")} mayManage={mayDo(person.role, "manage")} />;
    case "tasks": {
      const id = path.slice("/tasks/".length);
      return id === "" ? (
        <TasksPage mayManage={mayDo(person.role, "manage")} />
      ) : (
        <TaskPage
          id={decodeURIComponent(id)}
          mayManage={mayDo(person.role, "manage")}
          mayComment={mayDo(person.role, "label")}
        />
      );
    }
    case "dashboard":
      return <DashboardPage />;
    case "runs":
      return <Runs run={decodeURIComponent(path.slice("/runs/".length))} mayManage={mayDo(person.role, "manage")} />;
    case "chat":
      return <ChatPage mayVote={mayDo(person.role, "label")} />;
    case "reward":
      return <RewardPage />;
    case "data":
      return <DataPage />;
    case "people":
      return <PeoplePage me={person.name} accounts={accounts} />;
    case "history":
      return <HistoryPage />;
    case "settings":
      return <SettingsPage onSaved={onSettings} />;
  }
}

/** All runs, one, or several side by side: `/runs?compare=a,b`. */
function Runs({ run, mayManage }: { run: string; mayManage: boolean }) {
  const compared = useSearch().get("compare");
  if (run !== "") return <RunPage key={run} run={run} mayManage={mayManage} />;
  return compared ? (
    <ComparePage runs={compared.split(",")} mayManage={mayManage} />
  ) : (
    <RunsPage mayManage={mayManage} />
  );
}
