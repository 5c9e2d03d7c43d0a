/** The pages, held in memory: a table of the files that there are, so that no path can lead out of the folder. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { getMimeType } from "hono/utils/mime";

interface SiteFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}
/** Path, beginning with a slash → file. */
export type Site = ReadonlyMap<string, SiteFile>;

/** Reads a folder that Vite has built. */
export function readSite(folder: string): Site {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry): [string, SiteFile] => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length).split(sep).join("/");
      return [
        name.startsWith("/") ? name : `/${name}`,
        { bytes: new Uint8Array(readFileSync(path)), type: getMimeType(path) ?? "application/octet-stream" },
      ];
    }),
  );
}

/**
 * The file at a path, or the app's page where the path is one of its routes; undefined when there is neither. Names under
 * `/assets/` hold a hash of their content and are kept by browsers for ever; the others are asked for anew.
 */
export function fromSite(site: Site, path: string): Response | undefined {
  const isRoute = !/\.[a-z0-9]+$/i.test(path);
  const file = site.get(path) ?? (isRoute ? site.get("/index.html") : undefined);
  if (!file) return undefined;
  const cache = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
  return new Response(file.bytes, { headers: { "Content-Type": file.type, "Cache-Control": cache } });
}
