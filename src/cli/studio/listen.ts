import type { Server as NodeServer } from "node:http";
import { createServer as createProbe } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { UsageError } from "../../base/index.ts";

/** How long a caller may take: whoever sends byte by byte must not hold a place for ever. */
const patience = {
  headersTimeout: 15_000,
  /** Of a whole request, an upload of a gigabyte included. */
  requestTimeout: 20 * 60_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
};
/** Without a byte in either direction; streams of events send one more often. */
const idleMs = 60_000;
const mostConnections = 2000;
/** Requests under way get this long to end when the server is stopped. */
const graceMs = 5_000;

export interface Listening {
  readonly port: number;
  /** Takes no more connections, waits for the requests under way, and resolves when all are gone. */
  stop(): Promise<void>;
}

/** Serves `fetch`, which is asked for when the port is known. Throws `port-taken`, `cannot-listen`. */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  app: (port: number) => (request: Request, env: object) => Response | Promise<Response>,
): Promise<Listening> {
  let fetch: ReturnType<typeof app> | undefined;
  const server = createAdaptorServer({
    fetch: (request, env) => fetch!(request, env),
    serverOptions: patience,
  }) as NodeServer;
  server.maxConnections = mostConnections;
  server.setTimeout(idleMs);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      fetch = app(portOf(server)); // before the first connection is looked at
      resolve();
    });
  }).catch(async (error: NodeJS.ErrnoException) => {
    throw await explained(error, host, port);
  });
  return {
    port: portOf(server),
    stop: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        const sweep = setInterval(() => server.closeIdleConnections(), 50); // each as its last reply is out
        server.close(() => {
          clearTimeout(cut);
          clearInterval(sweep);
          resolve();
        });
      }),
  };
}

const portOf = (server: NodeServer): number => (server.address() as { port: number }).port;

async function explained(error: NodeJS.ErrnoException, host: string, port: number): Promise<Error> {
  if (error.code === "EADDRINUSE") {
    const free = await nextFree(host, port + 1);
    return new UsageError(`port ${port} is taken by another program`, {
      code: "port-taken",
      where: "--port",
      help: `${free ? `--port ${free} is free` : "choose another --port"}; --port 0 takes any`,
      cause: error,
    });
  }
  const known = error.code === "EACCES" || error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND";
  if (!known) return error;
  return new UsageError(`cannot listen on ${host}, port ${port}: ${error.code}`, {
    code: "cannot-listen",
    where: "--host",
    help: "name an address of this machine, and a port above 1023",
    cause: error,
  });
}

async function nextFree(host: string, from: number): Promise<number | undefined> {
  for (let port = from; port < Math.min(from + 100, 65_536); port++) {
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createProbe();
      probe.once("error", () => resolve(false));
      probe.listen(port, host, () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  return undefined;
}
