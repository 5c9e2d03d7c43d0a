/** What owners do: people, invitations, keys for programs, sessions. */
import type { Person } from "../../feedback/index.ts";
import type { Handlers } from "../call.ts";
import { hashOf, newToken } from "../identity/hash.ts";
import { invitationMs, invite } from "../identity/links.ts";
import { noAccounts, Refusal } from "../refusal.ts";

interface Key {
  readonly label: string;
  readonly at: string;
  /** Hashed. */
  readonly key: string;
}

export const owning: Handlers<
  | "GET /api/people"
  | "PUT /api/people/:name"
  | "POST /api/invitations"
  | "GET /api/keys"
  | "POST /api/keys"
  | "DELETE /api/keys/:id"
  | "DELETE /api/sessions/:name"
> = {
  "GET /api/people": (_, { store }) => store.people(),

  "PUT /api/people/:name": async (
    { me, query: { name }, body },
    { store, mode, append, entry, sessions, events, alone },
  ) =>
    alone(async () => {
      const people = await store.people();
      const person = people.find((each) => each.name === name) ?? noPerson();
      const { synthetic, ...before } = person;
      const changed: Person = {
        ...before,
        ...(synthetic !== undefined && { synthetic }),
        ...(body.role && { role: body.role }),
        ...(body.display && { display: body.display }),
        ...(body.removed !== undefined && { removed: body.removed }),
      };
      const owners = people.map((each) => (each === person ? changed : each)).filter(isOwner);
      if (mode === "accounts" && isOwner(person) && owners.length === 0)
        throw new Refusal("the project would have no owner", {
          code: "last-owner",
          status: 409,
          help: "make somebody else an owner first",
        });
      await append(entry("person", me.name, changed));
      if (changed.removed) {
        await store.secrets.delete("account", name);
        await sessions.closeAll(name);
        events.end((listener) => listener.person === name);
      }
      return changed;
    }),

  "POST /api/invitations": async ({ me, body: { role, name } }, services) => {
    if (services.mode === "local") throw noAccounts();
    const people = await services.store.people();
    if (name !== undefined && !people.some((each) => each.name === name && !each.removed && !each.synthetic))
      noPerson();
    const link = await invite(services, { role, name, console: false }, invitationMs);
    await services.audit(me.name, "invitation", { role, ...(name !== undefined && { name }) });
    return { link, until: new Date(services.now() + invitationMs).toISOString() };
  },

  "GET /api/keys": async (_, { store }) => {
    const keys = await store.secrets.all<Key>("key");
    return keys.map(({ key: id, value: { label, at } }) => ({ id, label, at }));
  },
  "POST /api/keys": async ({ me, body: { label } }, { store, random, now, audit }) => {
    const id = Buffer.from(random(8)).toString("hex");
    const key = `plaudit-${newToken(random)}`;
    const kept: Key = { label, at: new Date(now()).toISOString(), key: hashOf(key) };
    await store.secrets.set("key", id, kept);
    await audit(me.name, "key made", { id, label });
    return { id, key };
  },
  "DELETE /api/keys/:id": async ({ me, query: { id } }, { store, audit }) => {
    if ((await store.secrets.get("key", id)) === undefined)
      throw new Refusal("there is no such key", { code: "no-key", status: 404 });
    await store.secrets.delete("key", id);
    await audit(me.name, "key deleted", { id });
    return {};
  },
  "DELETE /api/sessions/:name": async ({ me, query: { name } }, { store, sessions, events, audit }) => {
    if (!(await store.people()).some((person) => person.name === name)) noPerson();
    await sessions.closeAll(name);
    events.end((listener) => listener.person === name);
    await audit(me.name, "sessions ended", { of: name });
    return {};
  },
};

const isOwner = ({ role, removed, synthetic }: Person) => role === "owner" && !removed && !synthetic;

function noPerson(): never {
  throw new Refusal("there is nobody of this name", { code: "no-person", status: 404 });
}
