import { spawn } from "node:child_process";

/** Opens an address in the person's browser; nothing happens where there is none, the address is printed too. */
export function openBrowser(url: string): void {
  const [program, args] = opener(url);
  const child = spawn(program, args, { stdio: "ignore", detached: true });
  child.on("error", () => {}); // no such program
  child.unref();
}

function opener(url: string): [string, string[]] {
  if (process.platform === "darwin") return ["open", [url]];
  if (process.platform === "win32") return ["rundll32", ["url.dll,FileProtocolHandler", url]];
  return ["xdg-open", [url]];
}
