/** Who is it? On one's own machine a name is enough; elsewhere an account, or an invitation to make one. */
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import { useTry } from "../api/use-try.ts";
import { Switches } from "../app/header.tsx";
import { fromHash, go } from "../app/router.tsx";
import { Failure } from "../ui/states.tsx";
import "./sign-in.css";

export function SignInPage({ me, onDone }: { me: Me; onDone: () => void }) {
  const { t } = useTranslation();
  const invitation = useMemo(() => fromHash("invitation"), []);
  /** Whose password the invitation sets anew; null: a newcomer's. */
  const invited = useMemo(() => fromHash("name"), []);
  const [name, setName] = useState(invited ?? "");
  const [password, setPassword] = useState("");
  const { error, busy, attempt } = useTry();
  const accounts = me.mode === "accounts";
  const title = invited
    ? t("signIn.anew")
    : invitation
      ? t("signIn.join")
      : accounts
        ? t("signIn.title")
        : t("signIn.who");
  const field = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  useEffect(() => (invited ? secret : field).current?.focus(), [invited]);
  useEffect(() => {
    document.title = `${title} · Plaudit`;
  }, [title]);

  const enter = (as: string) =>
    void attempt(async () => {
      if (invitation) await call("POST /api/join", { body: { invitation, name: as, password } });
      else await call("POST /api/sign-in", { body: { name: as, ...(accounts && { password }) } });
      go("/"); // without the link's secret
      onDone();
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter(name.trim());
  };
  if (!me.linked && !invitation) {
    return (
      <main className="sign-in">
        <div className="row end">
          <Switches />
        </div>
        <div className="panel stack">
          <h1>{t("signIn.locked")}</h1>
          <p>{t("signIn.lockedMore")}</p>
        </div>
      </main>
    );
  }
  return (
    <main className="sign-in">
      <div className="row end">
        <Switches />
      </div>
      <form className="panel stack" onSubmit={submit}>
        <div>
          <p className="quiet">{me.title || "Plaudit"}</p>
          <h1>{title}</h1>
          {!accounts && <p className="quiet">{t("signIn.why")}</p>}
        </div>
        {!accounts && me.names.length > 0 && (
          <div className="row">
            {me.names.map((known) => (
              <button type="button" key={known} disabled={busy} onClick={() => enter(known)}>
                {known}
              </button>
            ))}
          </div>
        )}
        <label className="field">
          <span>{t("signIn.name")}</span>
          <input
            ref={field}
            type="text"
            required
            maxLength={80}
            readOnly={invited !== null}
            autoComplete="username"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        {(accounts || invitation) && (
          <label className="field">
            <span>{t("signIn.password")}</span>
            <input
              ref={secret}
              type="password"
              required
              minLength={invitation ? 10 : 1}
              autoComplete={invitation ? "new-password" : "current-password"}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
            {invitation && <span className="help">{t("signIn.tenCharacters")}</span>}
          </label>
        )}
        {error && <Failure error={error} />}
        <button type="submit" className="primary" disabled={busy}>
          {invitation && !invited ? t("signIn.doJoin") : t("signIn.do")}
        </button>
      </form>
    </main>
  );
}
