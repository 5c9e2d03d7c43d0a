import type { Store } from "../feedback/index.ts";
import { hashOf } from "./identity/hash.ts";

/** Whether a request carries a key that was made on the settings page and still holds, or the one the server began with. */
export async function hasKey({ secrets }: Store, request: Request, began: string | undefined): Promise<boolean> {
  const [, key] = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (key === undefined) return false;
  const hash = hashOf(key);
  if (began !== undefined && hash === hashOf(began)) return true;
  return (await secrets.all<{ key?: string }>("key")).some(({ value }) => value.key === hash);
}
