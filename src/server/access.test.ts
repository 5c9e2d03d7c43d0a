import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Browser, host, password, type Studio, startStudio } from "../../test/studio.ts";
import { roles } from "../feedback/index.ts";
import { mayCall } from "./permissions.ts";
import { type Route, type RouteName, routes } from "./protocol.ts";

const names = Object.keys(routes) as RouteName[];
const anybody = [...roles, undefined];

describe("every route by every role", () => {
  let studio: Studio;
  const browsers = new Map<string | undefined, Browser>();
  beforeAll(async () => {
    studio = await startStudio({ mode: "accounts" });
    for (const role of roles) browsers.set(role, await studio.member(role, role));
    browsers.set(undefined, studio.browser());
  });
  afterAll(() => studio.stop());

  it.each(names)("%s", async (name) => {
    const route: Route = routes[name];
    for (const role of anybody) {
      // What does not fit is refused only after the permission was looked at, so nothing here is done.
      const call = `${name.replace(/:\w+/, "nobody")}?surplus=1`;
      const { status, code } = await browsers.get(role)!.call(call, route.body && { surplus: 1 });
      const allowed = mayCall(role, route.permission);
      const seen = `${role ?? "nobody"}: ${status} ${code}`;
      if (allowed) expect([401, 403], seen).not.toContain(status);
      else expect([status, code], seen).toEqual(role ? [403, "forbidden"] : [401, "not-signed-in"]);
    }
  });

  it("the table gives owners all, viewers no answer, annotators no view of others", () => {
    const rights = (role: (typeof roles)[number]) =>
      (["me", "label", "watch", "manage", "own"] as const).filter((permission) => mayCall(role, permission));
    expect(roles.map(rights)).toEqual([
      ["me", "label", "watch", "manage", "own"],
      ["me", "label", "watch", "manage"],
      ["me", "label"],
      ["me", "watch"],
    ]);
  });
});

describe("the gate", () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await startStudio();
  });
  afterAll(() => studio.stop());

  it.each(["evil.example", "127.0.0.1:7778", "localhost.evil.example:7777", ""])(
    "a foreign Host header (%s) is refused, whatever is asked for",
    async (foreign) => {
      for (const route of ["GET /healthz", "GET /", "POST /api/sign-in"]) {
        const { status, code } = await studio.browser().call(route, undefined, { host: foreign });
        expect([status, code]).toEqual([421, "foreign-host"]);
      }
    },
  );

  it.each([
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:7778" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("a change asked for by another site's page (%o) is refused, though the cookie came with it", async (headers) => {
    const lin = await studio.person("lin");
    const { status, code } = await lin.call("POST /api/sign-out", {}, headers as Record<string, string>);
    expect([status, code]).toEqual([403, "foreign-page"]);
    expect((await lin.call("GET /api/me", undefined, headers as Record<string, string>)).json.person.name).toBe("lin");
  });

  it("a form of another site could not send JSON anyway", async () => {
    const lin = await studio.person("lin");
    const { status, code } = await lin.call("POST /api/sign-out", {}, { "content-type": "text/plain" });
    expect([status, code]).toEqual([415, "not-json"]);
  });

  it("every reply forbids scripts from elsewhere, frames and guessing of types", async () => {
    for (const route of ["GET /healthz", "GET /nothing.js", "POST /api/words"]) {
      const { headers } = await studio.browser().call(route);
      const policy = headers.get("content-security-policy")!;
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    }
  });

  it("unknown addresses and methods are named", async () => {
    const it = await studio.person("lin");
    expect((await it.call("GET /api/nothing")).code).toBe("unknown-route");
    const { status, code, headers } = await it.call("PUT /api/words", {});
    expect([status, code, headers.get("allow")]).toEqual([405, "wrong-method", "POST"]);
  });

  it("the session's cookie can be read by no script and goes to no other site", async () => {
    const response = await (await studio.linked()).request("POST", "/api/sign-in", {
      headers: { "content-type": "application/json" },
      body: '{"name":"lin"}',
    });
    const cookie = response.headers.get("set-cookie")!;
    expect(cookie).toMatch(/^plaudit-7777=[\w-]{43}; /);
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Strict");
    expect(cookie).not.toContain("Secure");
  });
});

describe("on one's own machine", () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await startStudio();
  });
  afterAll(() => studio.stop());

  it("a browser without the terminal's link learns and may nothing", async () => {
    await studio.person("lin");
    const stranger = studio.browser();
    expect((await stranger.call("GET /api/me")).json).toMatchObject({
      person: null,
      linked: false,
      names: [],
      title: "",
    });
    expect((await stranger.call("POST /api/sign-in", { name: "lin" })).code).toBe("not-linked");
    expect((await stranger.call("POST /api/link", { key: "guess" })).code).toBe("bad-link");
  });

  it("a link works once", async () => {
    const { consoleLink } = await import("./identity/links.ts");
    const key = (await consoleLink(studio.options)).split("=")[1];
    const [first, second] = [studio.browser(), studio.browser()];
    const both = await Promise.all([first, second].map((each) => each.call("POST /api/link", { key })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it("two people take turns by name, everybody may everything, and the name before is signed out", async () => {
    const browser = await studio.person("lin");
    const asLin = browser.cookie;
    const { json } = await browser.call("POST /api/sign-in", { name: " Ada " });
    expect(json).toMatchObject({ person: { name: "Ada", role: "owner" }, linked: true });
    expect(json.names).toEqual(["lin", "Ada"]);
    const old = studio.browser();
    old.cookie = asLin;
    expect((await old.call("GET /api/settings")).code).toBe("not-signed-in");
    expect((await browser.call("POST /api/sign-in", { name: "ada" })).json.person.name).toBe("Ada");
    await browser.call("POST /api/sign-out", {});
    expect((await browser.call("GET /api/me")).json).toMatchObject({ person: null, linked: true });
    expect((await browser.call("POST /api/invitations", { role: "annotator" })).code).toBe("not-signed-in");
  });

  it.each(["", "  ", "a\u0000b", "x".repeat(81), "\ud800"])("%j is no name", async (name) => {
    const { status, code } = await (await studio.linked()).call("POST /api/sign-in", { name });
    expect([status, code]).toEqual([400, "bad-request"]);
  });
});

describe("with accounts", () => {
  let studio: Studio;
  afterEach(() => studio.stop());
  const start = async () => {
    studio = await startStudio({ mode: "accounts" });
    return studio.member("lin", "owner");
  };

  it("an invitation makes one account with its role, and the password opens it again", async () => {
    const owner = await start();
    const { json } = await owner.call("POST /api/invitations", { role: "annotator" });
    const invitation = json.link.split("=")[1];
    const ada = studio.browser();
    expect((await ada.call("POST /api/join", { invitation, name: "Ada", password: "short" })).code).toBe("bad-request");
    expect((await ada.call("POST /api/join", { invitation, name: "LIN", password })).code).toBe("name-taken");
    const joined = await ada.call("POST /api/join", { invitation, name: "Ada", password });
    expect(joined.json.person).toEqual({ name: "Ada", display: "Ada", role: "annotator" });
    expect((await studio.browser().call("POST /api/join", { invitation, name: "Bob", password })).code).toBe(
      "bad-link",
    );
    const again = await studio.browser().call("POST /api/sign-in", { name: "Ada", password });
    expect(again.json.person.name).toBe("Ada");
    expect((await ada.call("GET /api/people")).code).toBe("forbidden");
  });

  it("whoever knows the password changes it, which signs out everywhere else", async () => {
    await start();
    const eve = await studio.member("Eve", "annotator");
    const elsewhere = studio.browser();
    expect((await elsewhere.call("POST /api/sign-in", { name: "Eve", password })).status).toBe(200);
    const change = (before: string, fresh: string) => eve.call("PUT /api/password", { before, password: fresh });
    expect((await change("a guess", "another password")).code).toBe("wrong-password");
    expect((await change(password, "short")).code).toBe("bad-request");
    expect((await change(password, "another password")).status).toBe(200);
    expect((await eve.call("GET /api/settings")).status).toBe(200);
    expect((await elsewhere.call("GET /api/settings")).code).toBe("not-signed-in");
    expect((await elsewhere.call("POST /api/sign-in", { name: "Eve", password })).code).toBe("wrong-password");
    const again = await elsewhere.call("POST /api/sign-in", { name: "Eve", password: "another password" });
    expect(again.status).toBe(200);
  });

  it("an invitation for somebody who is there sets a new password and ends the old sessions", async () => {
    const owner = await start();
    const ada = await studio.member("Ada", "annotator");
    expect((await owner.call("POST /api/invitations", { role: "viewer", name: "Bob" })).code).toBe("no-person");
    const { json } = await owner.call("POST /api/invitations", { role: "annotator", name: "Ada" });
    expect(json.link).toMatch(/^\/#invitation=[\w-]{43}&name=Ada$/);
    const fresh = { invitation: json.link.split(/[=&]/)[1], name: "whoever", password: "another password" };
    expect((await studio.browser().call("POST /api/join", fresh)).json.person).toMatchObject({ name: "Ada" });
    expect((await ada.call("GET /api/settings")).status).toBe(401);
    const signIn = (word: string) => studio.browser().call("POST /api/sign-in", { name: "Ada", password: word });
    expect((await signIn(password)).code).toBe("wrong-password");
    expect((await signIn("another password")).status).toBe(200);
  });

  it("neither passwords nor tokens are kept as they are, nor is either in the journal", async () => {
    const owner = await start();
    const { json } = await owner.call("POST /api/keys", { label: "notebook" });
    const token = owner.cookie.split("=")[1]!;
    const kinds = ["account", "session", "key", "invitation", "link"];
    const kept = await Promise.all(kinds.map((kind) => studio.store.secrets.all(kind)));
    const text = JSON.stringify([kept, await studio.store.history({ limit: 1000 })]);
    expect(kept.map((each) => each.length)).toEqual([1, 1, 1, 0, 0]);
    for (const secret of [token, password, json.key]) expect(text).not.toContain(secret);
  });

  it("guessing is slowed down, by name and by address, and the right password waits too", async () => {
    await start();
    const guess = (name: string, word: string) => studio.browser().call("POST /api/sign-in", { name, password: word });
    for (let i = 0; i < 5; i++) expect((await guess("lin", `guess ${i}`)).code).toBe("wrong-password");
    const refused = await guess("lin", password);
    expect([refused.status, refused.code]).toEqual([429, "too-many-attempts"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await guess("ada", "x")).code).toBe("too-many-attempts"); // the address
    studio.clock.now += 2_000;
    expect((await guess("nobody", "x")).code).toBe("wrong-password");
    studio.clock.now += 10_000;
    expect((await guess("lin", password)).status).toBe(200);
    expect((await guess("lin", "typo")).code).toBe("wrong-password"); // forgotten, so counted from the start
  }, 30_000);

  it("who is removed is out at once, here and for good", async () => {
    const owner = await start();
    const ada = await studio.member("Ada", "manager");
    expect((await ada.call("GET /api/dashboard?synthetic=maybe")).code).toBe("bad-request");
    expect((await owner.call("PUT /api/people/Ada", { removed: true })).json).toMatchObject({ removed: true });
    expect((await ada.call("GET /api/settings")).code).toBe("not-signed-in");
    expect((await ada.call("POST /api/sign-in", { name: "Ada", password })).code).toBe("wrong-password");
    expect((await owner.call("PUT /api/people/lin", { role: "viewer" })).code).toBe("last-owner");
    expect((await owner.call("PUT /api/people/nobody", {})).code).toBe("no-person");
  });

  it("an owner ends a person's sessions everywhere; a role counts from the next request on", async () => {
    const owner = await start();
    const ada = await studio.member("Ada", "annotator");
    const elsewhere = studio.browser();
    await elsewhere.call("POST /api/sign-in", { name: "Ada", password });
    await owner.call("PUT /api/people/Ada", { role: "viewer" });
    expect((await ada.call("POST /api/leases", {})).code).toBe("forbidden");
    await owner.call("DELETE /api/sessions/Ada");
    for (const browser of [ada, elsewhere]) expect((await browser.call("GET /api/settings")).status).toBe(401);
  });

  it("sessions end by themselves, and one of a server without passwords opens none here", async () => {
    const owner = await start();
    studio.clock.now += 31 * 24 * 3600_000;
    expect((await owner.call("GET /api/settings")).code).toBe("not-signed-in");
    const { createSessions } = await import("./identity/sessions.ts");
    const local = createSessions({ ...studio.options, secrets: studio.store.secrets, mode: "local" });
    const { token } = await local.open("lin");
    const browser = studio.browser();
    browser.cookie = `plaudit-7777=${token}`;
    expect((await browser.call("GET /api/settings")).code).toBe("not-signed-in");
  });

  it("what is no entry by itself stands in the journal as an action", async () => {
    const owner = await start();
    await owner.call("POST /api/invitations", { role: "viewer" });
    const { json } = await owner.call("POST /api/keys", { label: "notebook" });
    expect((await owner.call("GET /api/keys")).json).toMatchObject([{ id: json.id, label: "notebook" }]);
    await owner.call(`DELETE /api/keys/${json.id}`);
    await owner.call("POST /api/sign-out", {});
    const actions = (await studio.store.history({ kinds: ["action"], limit: 100 })).map(({ data }) => data);
    expect(actions.map((data) => "action" in data && data.action)).toEqual([
      ...["invitation", "key made", "key deleted", "sign-out"],
    ]);
  });

  it("a proxy is believed only where that was asked for", async () => {
    studio = await startStudio({ mode: "accounts", trustProxy: true });
    const browser = await studio.member("lin", "owner");
    const response = await browser.request("POST", "/api/sign-in", {
      headers: { "content-type": "application/json", "x-forwarded-proto": "https" },
      body: JSON.stringify({ name: "lin", password }),
    });
    expect(response.headers.get("set-cookie")).toContain("Secure");
    expect(host).toBe("127.0.0.1:7777");
  });
});
