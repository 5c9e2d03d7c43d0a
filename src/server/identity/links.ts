/** Links that open something once: the terminal's, and invitations. They are kept hashed and travel in the fragment. */
import type { Role } from "../../feedback/index.ts";
import type { Services } from "../services.ts";
import { hashOf, newToken } from "./hash.ts";

export interface Invitation {
  readonly role: Role;
  /** Whose password it sets anew; absent: a newcomer's. */
  readonly name?: string | undefined;
  /** Made at the terminal: who has it may also take a name that the journal knows already. */
  readonly console: boolean;
}

const consoleLinkMs = 3600_000;
export const invitationMs = 7 * 24 * 3600_000;

type Keeping = Pick<Services, "store" | "random" | "now">;

/** Lets this machine's browser in, or makes whoever opens it an owner where there are accounts. */
export async function consoleLink(services: Keeping & Pick<Services, "mode">): Promise<string> {
  if (services.mode === "accounts") return invite(services, { role: "owner", console: true }, consoleLinkMs);
  const key = newToken(services.random);
  await services.store.secrets.set("link", hashOf(key), {}, services.now() + consoleLinkMs);
  return `/#key=${key}`;
}

export async function invite({ store, random, now }: Keeping, invitation: Invitation, forMs: number): Promise<string> {
  const token = newToken(random);
  await store.secrets.set("invitation", hashOf(token), invitation, now() + forMs);
  const whose = invitation.name === undefined ? "" : `&name=${encodeURIComponent(invitation.name)}`;
  return `/#invitation=${token}${whose}`;
}

/** Whether the key opens; from then on it does not. To be called alone. */
export async function useKey({ store }: Keeping, key: string): Promise<boolean> {
  const hash = hashOf(key);
  const known = (await store.secrets.get("link", hash)) !== undefined;
  if (known) await store.secrets.delete("link", hash);
  return known;
}
