/** What every request has to pass before anything else is looked at, and what every reply carries. */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { Refusal } from "./refusal.ts";

/**
 * Only names that this server goes by: a page of a foreign name that is made to point here (DNS rebinding) sends its own.
 * Entries of `hosts` are `name` or `name:port`, in lower case.
 */
export const knownHost =
  (hosts: readonly string[]): MiddlewareHandler =>
  async ({ req }, next) => {
    const host = req.header("host")?.toLowerCase();
    if (host === undefined || !hosts.includes(host))
      throw new Refusal("this server does not go by that name", {
        code: "foreign-host",
        status: 421,
        help: "open the address that the terminal shows, or start with --allowed-hosts NAME",
      });
    await next();
  };

/** Only pages of this server may change something: the browser says where a request comes from. Programs say nothing. */
export const ownPages =
  (hosts: readonly string[]): MiddlewareHandler =>
  async ({ req }, next) => {
    const origin = req.header("origin");
    const site = req.header("sec-fetch-site");
    const reading = req.method === "GET" || req.method === "HEAD";
    const foreign =
      (origin !== undefined && !hosts.includes(hostOf(origin))) || (site ?? "same-origin") !== "same-origin";
    if (!reading && foreign)
      throw new Refusal("the request comes from another site's page", { code: "foreign-page", status: 403 });
    await next();
  };

function hostOf(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return ""; // "null": a sandboxed page or a file
  }
}

/** No script but the server's own files, nothing from elsewhere, in nobody's frame. */
export const guardedReplies: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
  },
  xContentTypeOptions: "nosniff",
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
  crossOriginOpenerPolicy: "same-origin",
  crossOriginResourcePolicy: "same-origin",
  strictTransportSecurity: false, // for the proxy in front to say
});
