/**
 * The server: every route of protocol.ts behind one gate, one identity, one permission table, one check of what comes in.
 * It has no port and reads no clock; `app.request()` is all that a test needs.
 */
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { parse } from "hono/utils/cookie";
import { z } from "zod";
import type { Person } from "../feedback/index.ts";
import { hasKey } from "./api-keys.ts";
import { jsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { guardedReplies, knownHost, ownPages } from "./gate.ts";
import { handlers } from "./handlers/index.ts";
import { type OpenSession, sessionSeconds } from "./identity/sessions.ts";
import { openAiApp } from "./openai/app.ts";
import { mayCall } from "./permissions.ts";
import { type Me, type Route, type RouteName, routes } from "./protocol.ts";
import { errorReply, misfit, Refusal, refusalOf } from "./refusal.ts";
import { type ServiceOptions, type Services, servicesOf } from "./services.ts";
import { fromSite, type Site } from "./site.ts";

export interface ServerOptions extends ServiceOptions {
  /** The names that this server goes by, `host` or `host:port`. */
  readonly hosts: readonly string[];
  /** The pages; without them there is the API alone. */
  readonly site?: Site | undefined;
  /** A key for `/v1` besides those of the settings page. */
  readonly apiKey?: string | undefined;
  /** A proxy in front says with X-Forwarded-Proto and X-Forwarded-For whom it serves. Default false. */
  readonly trustProxy?: boolean | undefined;
  /** Checks replies by their schemas too, for tests. Default false. */
  readonly checkReplies?: boolean | undefined;
}

export interface Server {
  readonly app: Hono;
  /** Makes the first dashboard, which takes seconds in a large project, before anybody asks for it. */
  prepare(): void;
  /** Ends the streams that are open. */
  close(): void;
}

const defaultLimit = 1 << 20;

export function createServer(options: ServerOptions): Server {
  const services = servicesOf(options);
  const { store, mode, sessions, events } = services;
  const { hosts, site, log, random, apiKey, trustProxy = false, checkReplies = false } = options;
  const names = hosts.map((host) => host.toLowerCase());
  const app = new Hono();
  app.use(guardedReplies, knownHost(names), ownPages(names));

  app.onError((thrown, context) => {
    if (context.req.raw.signal.aborted && thrown.name === "AbortError") return new Response(null, { status: 499 }); // nobody reads it
    const refusal = refusalOf(thrown) ?? internal(thrown);
    for (const [name, value] of Object.entries(refusal.headers)) context.header(name, value);
    return context.json(errorReply(refusal), refusal.status);
  });
  /** What the caller is told of a bug: where to find it in the log. */
  const internal = (thrown: Error) => {
    const reference = Buffer.from(random(6)).toString("hex");
    log(`${reference} ${thrown.stack ?? thrown}`);
    const message = `the server made a mistake; in its log it has the number ${reference}`;
    return new Refusal(message, { code: "internal", status: 500, values: { reference } });
  };

  const overTls = (context: Context) => trustProxy && context.req.header("x-forwarded-proto") === "https";
  /** Cookies know no ports: without it two studios on one machine would sign each other out. */
  const cookieName = (host: string | null | undefined) => `plaudit-${/:(\d+)$/.exec(host ?? "")?.[1] ?? "web"}`;

  const personOf = async (session: OpenSession | undefined): Promise<Person | undefined> => {
    const name = session?.person;
    if (typeof name !== "string") return undefined;
    const person = await store.person(name);
    if (!person || person.removed || person.synthetic) return undefined;
    return mode === "local" ? { ...person, role: "owner" } : person;
  };

  const answer = async (name: RouteName, context: Context): Promise<Response> => {
    const route: Route = routes[name];
    context.header("Cache-Control", "no-store");
    const session = await sessions.find(getCookie(context, cookieName(context.req.header("host"))));
    const me = await personOf(session);
    if (!mayCall(me?.role, route.permission)) throw me ? forbidden() : signedOut(mode);
    const query = fitting(route.query ?? nothing, { ...context.req.query(), ...context.req.param() }, "query");
    const body =
      route.body && fitting(route.body, await jsonBody(context.req.raw, route.limit ?? defaultLimit), "body");
    if (route.slow) letCompute(context);
    let current = session;
    const end = async () => {
      if (!current) return;
      await sessions.close(current.key);
      events.end((listener) => listener.session === current?.key);
      current = undefined;
    };
    const leave = async () => {
      await end();
      deleteCookie(context, cookieName(context.req.header("host")));
    };
    const enter = async (person: string | null) => {
      await end();
      const { token, session: opened } = await sessions.open(person);
      const safe = { httpOnly: true, sameSite: "Strict", secure: overTls(context), path: "/" } as const;
      setCookie(context, cookieName(context.req.header("host")), token, { ...safe, maxAge: sessionSeconds });
      current = opened;
      return opened;
    };
    const call = {
      query,
      body,
      me,
      session,
      request: context.req.raw,
      address: addressOf(context, trustProxy),
      enter,
      leave,
    };
    const handler = handlers[name] as (call: unknown, services: Services) => unknown;
    const result = await handler(call satisfies Pick<Call<RouteName>, "request" | "enter" | "leave">, services);
    if (result instanceof Response) return result;
    return context.json(checkReplies && route.reply ? route.reply.parse(result) : result);
  };

  for (const name of Object.keys(routes) as RouteName[]) {
    const [method = "", path = ""] = name.split(" ");
    app.on(method, path, (context) => answer(name, context));
  }
  for (const path of new Set(Object.keys(routes).map((name) => name.split(" ")[1]!))) {
    app.all(path, ({ req }) => {
      const allowed = Object.keys(routes).flatMap((name) => (name.endsWith(` ${path}`) ? [name.split(" ")[0]!] : []));
      const headers = { Allow: allowed.join(", ") };
      throw new Refusal(`${req.method} means nothing here`, { code: "wrong-method", status: 405, headers });
    });
  }
  const fresh = () => Buffer.from(random(16)).toString("hex");
  const v1 = openAiApp({
    ...{ project: store.project, models: services.workshop.models, now: options.now, newId: fresh },
    newSeed: () => Buffer.from(random(4)).readUInt32LE(),
    log: (error) => log(`/v1: ${(error as Error).stack ?? error}`),
    // Programs have a key; the pages have their session.
    authorize: async (request) => {
      if (await hasKey(store, request, apiKey)) return true;
      const cookies = parse(request.headers.get("cookie") ?? "");
      const me = await personOf(await sessions.find(cookies[cookieName(request.headers.get("host"))]));
      return mayCall(me?.role, "me");
    },
  });
  app.use("/v1/*", (context, next) => {
    letCompute(context);
    return next();
  });
  app.mount("/v1", v1.fetch);
  app.all("*", ({ req }) => {
    const isPage = (req.method === "GET" || req.method === "HEAD") && !/^\/(api|v1)(\/|$)/.test(req.path);
    const page = isPage && site ? fromSite(site, req.path) : undefined;
    if (page) return page;
    throw new Refusal("there is nothing at this address", { code: "unknown-route", status: 404 });
  });

  return {
    app,
    prepare: () => void services.dashboards.get(false).catch(() => {}), // whoever asks hears why
    close: () => {
      events.end(() => true);
      services.dashboards.close();
      services.workshop.close();
    },
  };
}

/** How long the line may be silent while a model or a dry run computes, in milliseconds. */
const computingMs = 30 * 60_000;
const letCompute = ({ env }: Context): void => {
  (env as Partial<HttpBindings> | undefined)?.incoming?.socket.setTimeout(computingMs);
};

const nothing = z.strictObject({});
function fitting(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  const checked = schema?.safeParse(value);
  if (checked?.success === false) throw misfit(checked.error, part);
  return checked?.data;
}

const forbidden = () =>
  new Refusal("your role does not include this", {
    code: "forbidden",
    status: 403,
    help: "the project's owner can change roles",
  });
const signedOut = (mode: Me["mode"]) =>
  new Refusal("nobody is signed in here", {
    code: "not-signed-in",
    status: 401,
    help: mode === "local" ? "open the link that the terminal shows, and say your name" : "sign in",
  });

/** The last address that a trusted proxy added, else the other end of the connection. */
function addressOf(context: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? context.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return forwarded ?? (context.env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress ?? "local";
}
