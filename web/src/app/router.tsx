/** Addresses of the app by the History API: a path, and links that change it without loading the page. */
import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from "react";

const moved = "plaudit:moved";

let moves = 0;

/** Whether another page was shown before this one: only then the focus has to be taken along. */
export const hasMoved = (): boolean => moves > 0;

export function go(path: string): void {
  moves++;
  history.pushState(null, "", path);
  window.dispatchEvent(new Event(moved));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(moved, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(moved, listener);
  };
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);

/** What stands behind the path: `?compare=a,b`. */
export const useSearch = (): URLSearchParams =>
  new URLSearchParams(useSyncExternalStore(subscribe, () => location.search));

export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (href !== location.pathname + location.search) go(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}

/** What a link carries behind its `#`, where no server and no log sees it: `/#key=…`, `/#invitation=…`. */
export const fromHash = (name: "key" | "invitation" | "name"): string | null =>
  new URLSearchParams(location.hash.slice(1)).get(name);
