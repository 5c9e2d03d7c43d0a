import { statSync } from "node:fs";
import { PlauditError } from "../base/index.ts";

/** Notices when a folder is deleted under a process that works in it: what is written then reaches nobody. */
export interface Guard {
  /** Whether the folder is still the same one. */
  isThere(): boolean;
  /** Throws `run-removed` when it is not. */
  check(): void;
}

/** Another folder of the same name counts as gone: somebody began anew there. */
export function guard(folder: string): Guard {
  const inode = () => statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
  const own = inode();
  const isThere = () => inode() === own;
  return {
    isThere,
    check() {
      if (isThere()) return;
      throw new PlauditError(`${folder} was removed while it was being written`, {
        code: "run-removed",
        where: folder,
        help: "start again; to stop a run, press Ctrl-C first",
      });
    },
  };
}
