import type { Commands } from "./frame/dispatch.ts";

/** Every command. Its code is loaded when it runs, so that `plaudit help` stays instant. */
export const commands: Commands = {
  "runs list": {
    summary: "the runs of a folder, the last one first",
    load: async () => (await import("./runs-list.ts")).runsList,
  },
  "runs show": {
    summary: "one run: settings, status, last metrics",
    load: async () => (await import("./runs-show.ts")).runsShow,
  },
  "doctor machine": {
    summary: "what this machine offers, and every path in use",
    load: async () => (await import("./doctor-machine.ts")).doctorMachine,
  },
};
