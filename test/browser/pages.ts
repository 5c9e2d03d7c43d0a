/** A studio over a real server and store, and a person before it in Chromium. */
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { createAdaptorServer } from "@hono/node-server";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { consoleLink, createServer, readSite } from "../../src/server/index.ts";
import { type StudioOptions, startStudio } from "../studio.ts";
import { chromiumPath } from "./chromium.ts";

const dist = fileURLToPath(new URL("../../web/dist", import.meta.url));
let browser: Promise<Browser> | undefined;

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}

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

  /** Somebody who opens the terminal's link and says a name. */
  const visit = async (name: string, how: BrowserContextOptions = {}): Promise<Visit> => {
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
    await page.goto(url + (await consoleLink(served)));
    await page.locator("input[autocomplete=username]").fill(name);
    await page.keyboard.press("Enter");
    await page.locator(".header").waitFor();
    return { page, complaints };
  };
  return {
    ...studio,
    url,
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

export interface Visit {
  readonly page: Page;
  /** Errors that the page threw or wrote to its console. */
  readonly complaints: readonly string[];
}

/** What axe finds wrong with a page, one line a finding. */
export async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
