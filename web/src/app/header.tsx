import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import type { Signed } from "../api/types.ts";
import { useTry } from "../api/use-try.ts";
import { speak } from "../i18n/index.ts";
import { openAgain } from "../label/open-again.ts";
import { useOutbox, useQueueState } from "../label/outbox.ts";
import { Failure, Words } from "../ui/states.tsx";
import { maySee, type PageName, pages } from "./pages.ts";
import { PasswordDialog } from "./password-dialog.tsx";
import { applyTheme, language, theme, themes } from "./preference.ts";
import { Link, usePath } from "./router.tsx";
import "./header.css";

export function Header({ me, person, onChange }: { me: Me; person: Signed; onChange: () => void }) {
  const { t } = useTranslation();
  const path = usePath();
  const here = (to: string) => (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`));
  const seen = (Object.keys(pages) as PageName[]).filter((name) => maySee(person.role, name));
  return (
    <header className="header">
      <div className="bar">
        <span className="brand">
          <Mark />
          <span className="title">{me.title || "Plaudit"}</span>
        </span>
        <nav aria-label={t("nav.pages")}>
          <ul>
            {seen.map((name) => (
              <li key={name}>
                <Link href={pages[name].path} aria-current={here(pages[name].path) ? "page" : undefined}>
                  {t(`nav.${name}`)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <span className="spacer" />
        <Switches />
        <PersonMenu me={me} person={person} onChange={onChange} />
      </div>
      <QueueBanner />
    </header>
  );
}

const Mark = () => (
  <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="var(--accent-fill)" />
    <path d="M9 9h14M9 16h4M19 16h4M9 23h8" stroke="#fff" strokeWidth="4" strokeLinecap="round" />
  </svg>
);

/** Language and theme. Each button says what it changes to. */
export function Switches() {
  const { t } = useTranslation();
  const spoken = language.use();
  const shade = theme.use();
  const next = themes[(themes.indexOf(shade) + 1) % themes.length]!;
  return (
    <>
      <button
        type="button"
        className="plain"
        lang={spoken === "en" ? "zh-CN" : "en"}
        onClick={() => void speak(spoken === "en" ? "zh" : "en")}
      >
        {spoken === "en" ? "中文" : "English"}
      </button>
      <button
        type="button"
        className="plain"
        title={t(`theme.${shade}`)}
        aria-label={t("theme.switch", { theme: t(`theme.${next}`) })}
        onClick={() => {
          theme.write(next);
          applyTheme();
        }}
      >
        <span aria-hidden="true">{{ system: "◐", light: "☀", dark: "☾" }[shade]}</span>
      </button>
    </>
  );
}

function PersonMenu({ me, person, onChange }: { me: Me; person: Signed; onChange: () => void }) {
  const { t } = useTranslation();
  const menu = useRef<HTMLDetailsElement>(null);
  const [changing, setChanging] = useState(false);
  const others = me.names.filter((name) => name !== person.name);
  const signIn = async (name: string) => {
    await call("POST /api/sign-in", { body: { name } });
    onChange();
  };
  const leave = async () => {
    await call("POST /api/sign-out");
    onChange();
  };
  return (
    <>
      <details
        className="person"
        ref={menu}
        onBlur={(event) => {
          if (menu.current && !menu.current.contains(event.relatedTarget)) menu.current.open = false;
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape" && menu.current) menu.current.open = false;
        }}
      >
        <summary aria-label={t("person.menu", { name: person.display })}>
          <span className="face" aria-hidden="true">
            {[...person.display][0]}
          </span>
          <span className="name">{person.display}</span>
        </summary>
        <div className="menu">
          <p>
            <strong>{person.display}</strong> <span className="badge">{t(`role.${person.role}`)}</span>
          </p>
          {me.mode === "local" &&
            others.map((name) => (
              <button type="button" key={name} className="plain" onClick={() => void signIn(name)}>
                {t("person.switch", { name })}
              </button>
            ))}
          {me.mode === "accounts" && (
            <button type="button" className="plain" onClick={() => setChanging(true)}>
              {t("password.change")}
            </button>
          )}
          <button type="button" className="plain" onClick={() => void leave()}>
            {me.mode === "local" ? t("person.other") : t("person.signOut")}
          </button>
          <p className="quiet">Plaudit {me.version}</p>
        </div>
      </details>
      {changing && <PasswordDialog name={person.name} onClose={() => setChanging(false)} />}
    </>
  );
}

/** Answers that wait for the server, and those it did not take. */
function QueueBanner() {
  const { t } = useTranslation();
  const { person, queue } = useOutbox();
  const { waiting, stuck, refused } = useQueueState(queue);
  const { error, attempt } = useTry();
  const [shown, setShown] = useState(false);
  return (
    <div role="status">
      {stuck && waiting > 0 && (
        <p className="banner">
          {t("queue.waiting", { count: waiting })}
          <button type="button" onClick={() => void queue.flush()}>
            {t("queue.now")}
          </button>
        </p>
      )}
      {refused.length > 0 && (
        <div className="banner refused">
          {t("queue.refused", { count: refused.length })}
          {error && <Failure error={error} />}
          <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
            {t("queue.show")}
          </button>
          {shown && (
            <ul>
              {refused.map(({ word, ...error }) => (
                <li key={word.id} className="row">
                  <code>{word.task}</code> <Words of={error} />
                  {word.kind !== "retraction" && (
                    <button
                      type="button"
                      onClick={() =>
                        void attempt(async () => {
                          await openAgain(person, word);
                          queue.discard(word.id);
                          location.assign("/");
                        })
                      }
                    >
                      {t("queue.again")}
                    </button>
                  )}
                  <button type="button" onClick={() => queue.discard(word.id)}>
                    {t("queue.discard")}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  );
}
