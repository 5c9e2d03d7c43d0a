/** Who takes part, with which role; invitations, and keys for programs. */
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import type { Role } from "../api/types.ts";
import { useReply } from "../api/use-reply.ts";
import { useTry } from "../api/use-try.ts";
import { Page } from "../ui/page.tsx";
import { Await, Failure } from "../ui/states.tsx";
import { TableBox } from "../ui/table-box.tsx";
import { useTime } from "../ui/time.ts";

const roles = ["owner", "manager", "annotator", "viewer"] as const satisfies readonly Role[];
type Person = ReplyOf<"GET /api/people">[number];

/** `accounts`: people come in by password, not by name alone. */
export function PeoplePage({ me, accounts }: { me: string; accounts: boolean }) {
  const { t } = useTranslation();
  const people = useReply("GET /api/people");
  const { error, attempt } = useTry();
  const put = (name: string, body: { role?: Role; removed?: boolean }) =>
    void attempt(() => call("PUT /api/people/:name", { query: { name }, body }).then(people.reload));
  return (
    <Page title={t("nav.people")}>
      <div className="stack">
        {error && <Failure error={error} />}
        <Await of={people}>
          {(all) => (
            <TableBox>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t("person.name")}</th>
                    <th scope="col">{t("person.role")}</th>
                    <th scope="col">
                      <span className="hidden">{t("person.actions")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((person) => (
                    <PersonRow
                      key={person.name}
                      person={person}
                      isMe={person.name === me}
                      accounts={accounts}
                      onPut={(body) => put(person.name, body)}
                      onSignOut={() =>
                        void attempt(() => call("DELETE /api/sessions/:name", { query: { name: person.name } }))
                      }
                    />
                  ))}
                </tbody>
              </table>
            </TableBox>
          )}
        </Await>
        {accounts ? <Invitations /> : <p className="panel quiet">{t("invite.local")}</p>}
        <Keys />
      </div>
    </Page>
  );
}

function PersonRow({
  person,
  isMe,
  accounts,
  onPut,
  onSignOut,
}: {
  person: Person;
  isMe: boolean;
  accounts: boolean;
  onPut: (body: { role?: Role; removed?: boolean }) => void;
  onSignOut: () => void;
}) {
  const { t } = useTranslation();
  const [link, setLink] = useState<ReplyOf<"POST /api/invitations">>();
  const { error, busy, attempt } = useTry();
  /** For whoever has forgotten the password. */
  const renew = () => {
    const { name, role } = person;
    void attempt(async () => setLink(await call("POST /api/invitations", { body: { role, name } })));
  };
  return (
    <tr>
      <th scope="row">
        {person.display ?? person.name} {isMe && <span className="badge">{t("person.me")}</span>}{" "}
        {person.synthetic && <span className="badge">{t("person.synthetic")}</span>}{" "}
        {person.removed && <span className="badge warn">{t("person.removed")}</span>}
      </th>
      <td>
        <select
          aria-label={t("person.roleOf", { name: person.name })}
          value={person.role}
          disabled={isMe || person.removed === true}
          onChange={(event) => onPut({ role: roles.find((role) => role === event.target.value) ?? person.role })}
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}
            </option>
          ))}
        </select>
        <p className="help">{t(`roleHelp.${person.role}`)}</p>
      </td>
      <td className="number">
        <div className="row">
          {accounts && !person.removed && !person.synthetic && (
            <button type="button" disabled={busy} onClick={renew}>
              {t("person.newPassword")}
            </button>
          )}
          {!isMe && (
            <>
              <button type="button" onClick={onSignOut}>
                {t("person.endSessions")}
              </button>
              <button type="button" className="danger" onClick={() => onPut({ removed: !person.removed })}>
                {person.removed ? t("person.restore") : t("person.remove")}
              </button>
            </>
          )}
        </div>
        {error && <Failure error={error} />}
        {link && <InvitationLink {...link} />}
      </td>
    </tr>
  );
}

function InvitationLink({ link, until }: ReplyOf<"POST /api/invitations">) {
  const { t } = useTranslation();
  const time = useTime();
  return <Secret text={new URL(link, location.origin).href} help={t("invite.until", { time: time(until) })} />;
}

function Invitations() {
  const { t } = useTranslation();
  const [role, setRole] = useState<Role>("annotator");
  const [made, setMade] = useState<ReplyOf<"POST /api/invitations">>();
  const { error, attempt } = useTry();
  const invite = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => setMade(await call("POST /api/invitations", { body: { role } })));
  };
  return (
    <section className="panel stack">
      <div>
        <h2>{t("invite.title")}</h2>
        <p className="quiet">{t("invite.help")}</p>
      </div>
      <form className="row" onSubmit={invite}>
        <select
          aria-label={t("person.role")}
          value={role}
          onChange={(event) => setRole(roles.find((one) => one === event.target.value) ?? role)}
        >
          {roles.map((one) => (
            <option key={one} value={one}>
              {t(`role.${one}`)}
            </option>
          ))}
        </select>
        <button type="submit">{t("invite.do")}</button>
      </form>
      {error && <Failure error={error} />}
      {made && <InvitationLink {...made} />}
    </section>
  );
}

function Keys() {
  const { t } = useTranslation();
  const time = useTime();
  const keys = useReply("GET /api/keys");
  const [label, setLabel] = useState("");
  const [made, setMade] = useState<string>();
  const { error, attempt } = useTry();
  const add = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      setMade((await call("POST /api/keys", { body: { label } })).key);
      setLabel("");
      keys.reload();
    });
  };
  return (
    <section className="panel stack">
      <div>
        <h2>{t("keysOf.title")}</h2>
        <p className="quiet">{t("keysOf.help")}</p>
      </div>
      <Await of={keys}>
        {(all) =>
          all.length === 0 ? (
            <p className="quiet">{t("keysOf.none")}</p>
          ) : (
            <ul className="stack plain-list">
              {all.map((key) => (
                <li key={key.id} className="row">
                  <strong>{key.label}</strong> <span className="quiet">{time(key.at)}</span>
                  <button
                    type="button"
                    className="danger"
                    aria-label={t("keysOf.deleteOne", { label: key.label })}
                    onClick={() =>
                      void attempt(() => call("DELETE /api/keys/:id", { query: { id: key.id } }).then(keys.reload))
                    }
                  >
                    {t("keysOf.delete")}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      <form className="row" onSubmit={add}>
        <input
          type="text"
          required
          maxLength={80}
          aria-label={t("keysOf.label")}
          placeholder={t("keysOf.label")}
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
        <button type="submit">{t("keysOf.do")}</button>
      </form>
      {error && <Failure error={error} />}
      {made && <Secret text={made} help={t("keysOf.once")} />}
    </section>
  );
}

/** Something to take away, shown this once. */
function Secret({ text, help }: { text: string; help: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <div className="notice stack" role="status">
      <p className="row">
        <code className="secret">{text}</code>
        <button type="button" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
          {copied ? t("action.copied") : t("action.copy")}
        </button>
      </p>
      <p className="quiet">{help}</p>
    </div>
  );
}
