/** Who somebody is: by name alone on one's own machine, by name and password elsewhere. */
import type { Person } from "../../feedback/index.ts";
import type { Handlers } from "../call.ts";
import { hashOf } from "../identity/hash.ts";
import { type Invitation, useKey } from "../identity/links.ts";
import { hashPassword, isPassword, nobodysPassword, type StoredPassword } from "../identity/passwords.ts";
import type { OpenSession } from "../identity/sessions.ts";
import { openApi } from "../openapi.ts";
import type { Me } from "../protocol.ts";
import { noAccounts, Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";

export const identity: Handlers<
  | "GET /healthz"
  | "GET /api/openapi.json"
  | "GET /api/me"
  | "POST /api/link"
  | "POST /api/sign-in"
  | "POST /api/join"
  | "PUT /api/password"
  | "POST /api/sign-out"
> = {
  "GET /healthz": () => ({ ok: true }),
  "GET /api/openapi.json": (_, { version }) => openApi(version),
  "GET /api/me": ({ me, session }, services) => meOf(services, session, me),

  "POST /api/link": async ({ body, address, enter }, services) => {
    services.attempts.begin(`link ${address}`);
    const opened = services.mode === "local" && (await services.alone(() => useKey(services, body.key)));
    if (!opened) throw badLink("press Enter in the terminal where the studio runs for a new one");
    services.attempts.succeeded(`link ${address}`);
    return meOf(services, await enter(null), undefined);
  },

  "POST /api/sign-in": async ({ body, session, address, enter }, services) => {
    const person =
      services.mode === "local"
        ? await services.alone(() => localPerson(services, session, body.name))
        : await accountOf(services, body.name, body.password, address);
    await services.audit(person.name, "sign-in");
    return meOf(services, await enter(person.name), person);
  },

  "POST /api/join": async ({ body, address, enter }, services) => {
    const { store, attempts, random } = services;
    attempts.begin(`join ${address}`);
    const stored = await hashPassword(body.password, random(16));
    const person = await services.alone(async (): Promise<Person> => {
      const key = hashOf(body.invitation);
      const invited = await store.secrets.get<Invitation>("invitation", key);
      if (services.mode === "local" || !invited) throw badLink("ask who invited you for a new one");
      const name = invited.name ?? body.name;
      const known = namesake(await store.people(), name);
      const isTheirs = known?.name === name && (invited.console || invited.name === name);
      if (known && (!isTheirs || known.removed || known.synthetic)) throw nameTaken(name);
      const joined: Person = { ...known, name, role: invited.role };
      await store.secrets.set("account", name, stored);
      await services.append(services.entry("person", name, joined));
      await store.secrets.delete("invitation", key);
      await services.sessions.closeAll(name);
      return joined;
    });
    attempts.succeeded(`join ${address}`);
    return meOf(services, await enter(person.name), person);
  },

  "PUT /api/password": async (
    { me, body, enter },
    { mode, store, attempts, random, alone, sessions, events, audit },
  ) => {
    if (mode === "local") throw noAccounts();
    const attempt = `name ${fold(me.name)}`;
    attempts.begin(attempt);
    const stored = await store.secrets.get<StoredPassword>("account", me.name);
    if (!stored || !(await isPassword(body.before, stored))) throw wrongPassword("the password until now is wrong");
    attempts.succeeded(attempt);
    const fresh = await hashPassword(body.password, random(16));
    await alone(() => store.secrets.set("account", me.name, fresh));
    await sessions.closeAll(me.name);
    events.end((listener) => listener.person === me.name);
    await enter(me.name);
    await audit(me.name, "password changed");
    return {};
  },

  "POST /api/sign-out": async ({ me, enter, leave }, services) => {
    await services.audit(me.name, "sign-out");
    // On one's own machine the browser stays let in: signing out is how two people take turns.
    if (services.mode === "local") await enter(null);
    else await leave();
    return {};
  },
};

async function meOf(services: Services, session: OpenSession | undefined, person: Person | undefined): Promise<Me> {
  const { mode, version, store } = services;
  const local = mode === "local" && session !== undefined;
  const people = local ? await store.people() : [];
  return {
    person: person
      ? { name: person.name, display: person.display ?? person.name, role: roleHere(services, person) }
      : null,
    mode,
    linked: mode === "accounts" || local,
    title: local || person ? (await services.settings()).title : "",
    names: people.filter(({ removed, synthetic }) => !removed && !synthetic).map(({ name }) => name),
    version,
  };
}

/** On one's own machine everybody may do everything: whoever sits there could change the files as well. */
const roleHere = ({ mode }: Services, { role }: Person) => (mode === "local" ? "owner" : role);

/** The person of this name, who comes to be when there is none. */
async function localPerson(services: Services, session: OpenSession | undefined, name: string): Promise<Person> {
  if (!session)
    throw new Refusal("this browser was not let in yet", {
      code: "not-linked",
      status: 401,
      help: "open the link that the terminal shows",
    });
  const known = namesake(await services.store.people(), name);
  if (known?.removed || known?.synthetic) throw nameTaken(name);
  if (known) return known;
  const person: Person = { name, role: "owner" };
  await services.append(services.entry("person", name, person));
  return person;
}

async function accountOf(services: Services, name: string, password = "", address: string): Promise<Person> {
  const { store, attempts } = services;
  const keys = [`name ${fold(name)}`, `address ${address}`];
  attempts.begin(...keys);
  const person = namesake(await store.people(), name);
  const stored = person && (await store.secrets.get<StoredPassword>("account", person.name));
  const right = await isPassword(password, stored ?? nobodysPassword);
  if (!right || !stored || person.removed) throw wrongPassword("name or password is wrong");
  attempts.succeeded(...keys);
  return person;
}

/** Names that look the same are the same: nobody shall pass for somebody else. */
const fold = (name: string) => name.normalize("NFKC").toLowerCase();
const namesake = (people: readonly Person[], name: string) => people.find((each) => fold(each.name) === fold(name));

const nameTaken = (name: string) =>
  new Refusal(`somebody is called ${name} already`, {
    ...{ code: "name-taken", status: 409, values: { name } },
    help: "take another name",
  });
const wrongPassword = (message: string) => new Refusal(message, { code: "wrong-password", status: 401 });
const badLink = (help: string) =>
  new Refusal("this link was used already, or is too old", { code: "bad-link", status: 401, help });
