import type { Info } from "../env.ts";

type Infos = Record<string, unknown>;

/** Puts the info of environment i of n among the infos of all (Gymnasium's `_add_info`; the form is `VectorInfo`'s). */
export function addInfo(infos: Infos, info: Info, i: number, n: number): void {
  for (const [key, value] of Object.entries(info)) {
    if (isPlain(value)) {
      infos[key] ??= {};
      addInfo(infos[key] as Infos, value, i, n);
    } else if (typeof value === "number" || typeof value === "boolean") {
      infos[key] ??= new Float64Array(n);
      (infos[key] as Float64Array)[i] = Number(value);
    } else {
      infos[key] ??= Array(n).fill(null);
      (infos[key] as unknown[])[i] = value;
    }
    markInfo(infos, key, i, n);
  }
}

/** Says that environment i has the key. */
export function markInfo(infos: Infos, key: string, i: number, n: number): void {
  infos[`_${key}`] ??= new Uint8Array(n);
  (infos[`_${key}`] as Uint8Array)[i] = 1;
}

const isPlain = (x: unknown): x is Info =>
  typeof x === "object" && x !== null && !Array.isArray(x) && !ArrayBuffer.isView(x);
