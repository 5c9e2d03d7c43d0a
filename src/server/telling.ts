/** What runs, models and commands say no to, told to whoever asked: by code and in words, without folders of this machine. */
import { homedir } from "node:os";
import { sep } from "node:path";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { PlauditError, type Problem } from "../base/index.ts";
import { passedOn, type Refusal, refusalOf } from "./refusal.ts";
import type { Services } from "./services.ts";

const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  "missing-run": 404,
  "missing-model": 404,
  "no-sampling": 404,
  "no-trial": 404,
  "run-exists": 409,
  "run-locked": 409,
  "run-finished": 409,
  "idle-run": 409,
};

/** Handlers of which every explained error becomes a refusal. */
export function telling<H extends Readonly<Record<string, unknown>>>(handlers: H): H {
  const told = Object.entries(handlers).map(([name, handler]) => {
    const work = handler as (call: unknown, services: Services) => unknown;
    const wrapped = async (call: unknown, services: Services) => {
      try {
        return await work(call, services);
      } catch (error) {
        throw toRefusal(error, services.workshop.project) ?? error;
      }
    };
    return [name, wrapped];
  });
  return Object.fromEntries(told) as H;
}

function toRefusal(error: unknown, project: string): Refusal | undefined {
  if (!(error instanceof PlauditError) || refusalOf(error)) return undefined;
  const say = (text: string) => withoutFolders(text, project);
  const { code, message, help, where, problems } = error;
  const found: readonly Problem[] = problems?.slice(0, 20) ?? (where ? [{ where, message, code }] : []);
  return passedOn(say(message), {
    ...{ code, status: statuses[code] ?? 422 },
    help: help && say(help),
    ...(found.length > 0 && {
      problems: found.map((one) => ({
        ...{ where: say(one.where ?? ""), message: say(one.message), code: one.code },
        ...(one.values && { values: one.values }),
      })),
    }),
  });
}

/** Paths in the project become relative to it; the home folder, which names somebody, becomes `~`. */
export const withoutFolders = (text: string, project: string): string =>
  text
    .replaceAll(project + sep, "")
    .replaceAll(project, ".")
    .replaceAll(homedir(), "~");
