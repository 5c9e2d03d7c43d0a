import type { Secrets } from "../../feedback/index.ts";
import type { Me } from "../protocol.ts";
import { hashOf, newToken } from "./hash.ts";

/** What a browser that was let in may be; `person` is null until a name is given. */
interface Session {
  readonly person: string | null;
  /** A session without password must not open a server that asks for one. */
  readonly mode: Me["mode"];
}
export interface OpenSession extends Session {
  /** Under which it is kept; the token itself only the browser has. */
  readonly key: string;
}

export interface Sessions {
  find(token: string | undefined): Promise<OpenSession | undefined>;
  isOpen(key: string): Promise<boolean>;
  open(person: string | null): Promise<{ readonly token: string; readonly session: OpenSession }>;
  close(key: string): Promise<void>;
  /** Ends all of a person's, wherever they are. */
  closeAll(person: string): Promise<void>;
}

export const sessionSeconds = 30 * 24 * 3600;

export function createSessions(options: {
  readonly secrets: Secrets;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly mode: Me["mode"];
}): Sessions {
  const { secrets, now, random, mode } = options;
  const close = (key: string) => secrets.delete("session", key);
  return {
    async find(token) {
      if (token === undefined) return undefined;
      const key = hashOf(token);
      const session = await secrets.get<Session>("session", key);
      return session?.mode === mode ? { ...session, key } : undefined;
    },
    isOpen: async (key) => (await secrets.get("session", key)) !== undefined,
    async open(person) {
      const token = newToken(random);
      const session: Session = { person, mode };
      const key = hashOf(token);
      await secrets.set("session", key, session, now() + 1000 * sessionSeconds);
      return { token, session: { ...session, key } };
    },
    close,
    async closeAll(person) {
      const all = await secrets.all<Session>("session");
      for (const { key, value } of all) if (value.person === person) await close(key);
    },
  };
}
