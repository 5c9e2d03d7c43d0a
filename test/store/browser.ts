// A browser as far as a server sees one: a cookie, and one connection that stays open.
import { Agent, request } from "node:http";

export function browser(base: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let cookie = "";
  const call = <T>(route: string, body?: object): Promise<T> =>
    new Promise((resolve, reject) => {
      const [method = "", path = ""] = route.split(" ");
      const headers = { "content-type": "application/json", ...(cookie && { cookie }) };
      const sent = request(base + path, { method, agent, headers }, (response) => {
        const [set] = response.headers["set-cookie"] ?? [];
        if (set) cookie = set.split(";")[0]!;
        const parts: Buffer[] = [];
        response.on("data", (part) => parts.push(part)).on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new Error(`${route}: ${response.statusCode} ${text.slice(0, 300)}`));
        });
      });
      sent.on("error", reject).end(body && JSON.stringify(body));
    });
  return { call, close: () => agent.destroy() };
}
export type Browser = ReturnType<typeof browser>;

/** A browser that was let in by a link, under a name. */
export async function enter(base: string, link: string, name: string): Promise<Browser> {
  const it = browser(base);
  await it.call("POST /api/link", { key: link.split("=")[1] });
  await it.call("POST /api/sign-in", { name });
  return it;
}
