import type { Store } from "../feedback/index.ts";
import { hashOf } from "./identity/hash.ts";

/** Whether a request carries a key that was made on the settings page and still holds. */
export async function hasKey({ secrets }: Store, request: Request): Promise<boolean> {
  const [, key] = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (key === undefined) return false;
  const hash = hashOf(key);
  return (await secrets.all<{ key?: string }>("key")).some(({ value }) => value.key === hash);
}
