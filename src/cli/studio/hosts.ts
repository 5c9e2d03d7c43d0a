import { isIPv6 } from "node:net";
import { hostname, networkInterfaces } from "node:os";

/** A host as it stands in an address. */
export const inAddress = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

/** Whether only this machine can reach what listens there. */
export const isLoopback = (host: string): boolean => ["127.0.0.1", "::1", "localhost"].includes(host);

const everywhere = new Set(["0.0.0.0", "::", ""]);

/**
 * The values of the Host header that a server answers to: this machine's for the port, and names of a proxy in front,
 * with any port that was said with them and without.
 */
export function namesOf(host: string, port: number, allowed: readonly string[]): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = everywhere.has(host) ? [hostname(), ...addresses.map(({ address }) => address)] : [host];
  const names = ["127.0.0.1", "::1", "localhost", ...own].map((name) => inAddress(name.toLowerCase()));
  const usual = port === 80; // then browsers leave it out
  return [
    ...[...new Set(names)].flatMap((name) => [...(usual ? [name] : []), `${name}:${port}`]),
    ...allowed.flatMap((name) => [name, `${name}:${port}`]),
  ];
}
