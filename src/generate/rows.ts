import type { Rng } from "../base/index.ts";
import { bucket } from "./graphs.ts";
import type { Completion } from "./options.ts";

/** A completion in the making. */
export interface Row {
  readonly index: number;
  readonly prompt: readonly number[];
  readonly completion: { readonly ids: number[]; readonly logprobs: number[]; finish: Completion["finish"] };
  /** Token t is drawn with the t-th number: one a token, whatever else goes on. */
  readonly random: Rng;
  /** Longest completion. */
  readonly limit: number;
}

/** The places of a batch; a place whose row has ended is empty until another row takes it. */
export type Places = (Row | undefined)[];

/** Tokens of a row that are in the cache: all but the last, which is the next step's input. */
export const cached = ({ prompt, completion }: Row): number => prompt.length + completion.ids.length - 1;

const occupied = (places: Places): number => places.filter((row) => row !== undefined).length;

/** Puts waiting rows into empty places as soon as half of the `most` places are empty. Returns the places. */
export function admit(places: Places, waiting: Row[], most: number): number[] {
  const taken: number[] = [];
  if (occupied(places) > most / 2) return taken;
  for (let place = 0; place < most && waiting.length > 0; place++) {
    if (places[place] !== undefined) continue;
    places[place] = waiting.shift();
    taken.push(place);
  }
  return taken;
}

/** Moves rows to the front when a graph of 1/`factor` of the rows can then go on. */
export function compact(places: Places, factor: number, move: (from: number, to: number) => void): void {
  const count = occupied(places);
  if (count > 0 && bucket(count) * factor > bucket(places.length)) return;
  for (let to = 0; to < count; to++) {
    if (places[to] !== undefined) continue;
    const from = places.findLastIndex((row) => row !== undefined);
    move(from, to);
    places[to] = places[from];
    places[from] = undefined;
  }
  places.length = count;
}
