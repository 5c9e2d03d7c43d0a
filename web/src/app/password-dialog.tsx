import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client.ts";
import { useTry } from "../api/use-try.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/states.tsx";

/** One's own password, changed by whoever knows the old one. */
export function PasswordDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [before, setBefore] = useState("");
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const { error, busy, attempt } = useTry();
  const change = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      await call("PUT /api/password", { body: { before, password } });
      setDone(true);
    });
  };
  return (
    <Dialog title={t("password.change")} onClose={onClose}>
      {done ? (
        <p role="status">✓ {t("password.changed")}</p>
      ) : (
        <form className="stack" onSubmit={change}>
          {/* for programs that keep passwords */}
          <input type="text" hidden readOnly autoComplete="username" value={name} />
          <label className="field">
            <span>{t("password.before")}</span>
            <input
              type="password"
              required
              autoComplete="current-password"
              value={before}
              onChange={(event) => setBefore(event.target.value)}
            />
          </label>
          <label className="field">
            <span>{t("password.fresh")}</span>
            <input
              type="password"
              required
              minLength={10}
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
            <span className="help">{t("signIn.tenCharacters")}</span>
          </label>
          {error && <Failure error={error} />}
          <button type="submit" className="primary" disabled={busy}>
            {t("password.change")}
          </button>
        </form>
      )}
    </Dialog>
  );
}
