/** A studio over a real server and store, and a person before it in Chromium. */
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { createAdaptorServer } from "@hono/node-server";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, expect } from "vitest";
import { consoleLink, createServer, readSite } from "../../src/server/index.ts";
import { type StudioOptions, startStudio } from "../studio.ts";
import { chromiumPath } from "./chromium.ts";

const dist = fileURLToPath(new URL("../../web/dist", import.meta.url));
let browser: Promise<Browser> | undefined;

/** A way to open studios that end with the test that opened them, and the browser with the last of the file. */
export function ending<S extends { stop(): Promise<void> }, O extends unknown[]>(
  open: (...options: O) => Promise<S>,
): (...options: O) => Promise<S> {
  const opened: S[] = [];
  afterEach(async () => {
    for (const studio of opened.splice(0)) await studio.stop();
  });
  afterAll(async () => (await browser)?.close());
  return async (...options) => {
    const studio = await open(...options);
    opened.push(studio);
    return studio;
  };
}

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

/** In what every page is looked at. */
export const looks = [
  { name: "light, English", how: { colorScheme: "light", locale: "en-US" } },
  { name: "dark, Chinese", how: { colorScheme: "dark", locale: "zh-CN" } },
  { name: "a phone", how: { ...phone, locale: "en-US" } },
] as const;

/** The server on a port of its own; `hang` and `resume` take it off the net and back. */
export async function serveStudio(options: StudioOptions = {}) {
  const studio = await startStudio(options);
  let app = studio.server.app;
  let reachable = true;
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
  });
  server.on("connection", (socket) => {
    if (!reachable) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const served = { ...studio.options, now: Date.now, hosts: [`127.0.0.1:${port}`], site: readSite(dist) };
  const inner = createServer(served);
  app = inner.app;
  const url = `http://127.0.0.1:${port}`;

  /** A browser that was never here, at an address. */
  const open = async (address: string, how: BrowserContextOptions = {}): Promise<Visit> => {
    browser ??= chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox"] });
    const context = await (await browser).newContext({
      viewport: { width: 1440, height: 900 },
      locale: "en-US",
      ...how,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
    await page.goto(url + address);
    return { page, complaints };
  };
  /** Somebody who opens the terminal's link and says a name. */
  const visit = async (name: string, how?: BrowserContextOptions): Promise<Visit> => {
    const visit = await open(await consoleLink(served), how);
    await visit.page.locator("input[autocomplete=username]").fill(name);
    await visit.page.keyboard.press("Enter");
    await visit.page.locator(".header").waitFor();
    return visit;
  };
  return {
    ...studio,
    url,
    open,
    visit,
    /** Cuts connections, and refuses new ones until `resume`. */
    hang() {
      reachable = false;
      (server as import("node:http").Server).closeAllConnections();
    },
    resume() {
      reachable = true;
    },
    stop: async () => {
      (server as import("node:http").Server).closeAllConnections();
      server.close();
      inner.close();
      await studio.stop();
    },
  };
}

export type Served = Awaited<ReturnType<typeof serveStudio>>;

export interface Visit {
  readonly page: Page;
  /** Errors that the page threw or wrote to its console. */
  readonly complaints: readonly string[];
}

/** Waits until a page has what it asked for. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1").waitFor();
  await expect.poll(() => page.locator(".state[role=status]").count(), { timeout: 30_000 }).toBe(0);
}

/** What axe finds wrong with a page, one line a finding. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Legacy: no second page is opened to gather what frames say. Ours have none.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** The same, and whether the page is wider than its window. */
export async function faultsOf(page: Page): Promise<string[]> {
  const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  return [...(await violationsOf(page)), ...(wide > 0 ? [`${wide} px too wide`] : [])];
}
