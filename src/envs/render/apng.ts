/** Pixels as PNG, and several as an animated one (PNG 3rd edition, W3C 2025): browsers and image viewers play it. */
import { UsageError } from "../../base/index.ts";
import type { Picture } from "./picture.ts";
import { type Pixels, toRgb } from "./raster.ts";

export interface FilmOptions {
  /** Frames per second, default 30. */
  readonly fps?: number | undefined;
  /** In pixels, default 600. */
  readonly width?: number | undefined;
}

/**
 * The pictures of an episode as an animated PNG that repeats.
 *
 * @throws UsageError `no-pictures` when there are none, or text.
 */
export async function film(
  pictures: readonly Picture[],
  { fps = 30, width = 600 }: FilmOptions = {},
): Promise<Uint8Array> {
  const frames = pictures.flatMap((picture) => (typeof picture === "string" ? [] : [toRgb(picture, width)]));
  if (frames.length === 0 || frames.length < pictures.length) {
    throw new UsageError(
      `wanted drawings for a film, got ${pictures.length - frames.length} texts and ${frames.length} drawings`,
      {
        code: "no-pictures",
        help: 'toy-text environments draw when they are made with renderMode: "rgb_array"; other text can be printed',
      },
    );
  }
  return apng(frames, fps);
}

/** Frames of one size as an animated PNG; a single one is an ordinary PNG. */
export async function apng(frames: readonly Pixels[], fps = 30): Promise<Uint8Array> {
  const { width, height } = frames[0]!;
  const animated = frames.length > 1;
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", bytes([4, width], [4, height], [1, 8], [1, 2], [1, 0], [1, 0], [1, 0])), // 8 bits of red, green, blue
  ];
  if (animated) parts.push(chunk("acTL", bytes([4, frames.length], [4, 0]))); // 0: for ever
  let sequence = 0;
  for (const frame of frames) {
    const data = await deflate(lines(frame));
    if (animated) {
      const control = [
        [4, sequence++],
        [4, width],
        [4, height],
        [4, 0],
        [4, 0],
        [2, 100],
        [2, Math.round(100 * fps)],
        [1, 0],
        [1, 0],
      ];
      parts.push(chunk("fcTL", bytes(...(control as [number, number][]))));
    }
    const isFirst = frame === frames[0];
    parts.push(isFirst ? chunk("IDAT", data) : chunk("fdAT", join([bytes([4, sequence++]), data])));
  }
  parts.push(chunk("IEND", new Uint8Array(0)));
  return join(parts);
}

/** Rows with the filter byte before each: 0, none. */
function lines({ width, height, rgb }: Pixels): Uint8Array {
  const out = new Uint8Array(height * (3 * width + 1));
  for (let row = 0; row < height; row++) {
    out.set(rgb.subarray(row * 3 * width, (row + 1) * 3 * width), row * (3 * width + 1) + 1);
  }
  return out;
}

/** As zlib does it; the stream is in Node and in browsers. */
async function deflate(data: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([data as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = join([Uint8Array.from(type, (letter) => letter.charCodeAt(0)), data]);
  return join([bytes([4, data.length]), body, bytes([4, crc32(body)])]);
}

/** Integers, highest byte first. */
function bytes(...numbers: readonly (readonly [size: number, value: number])[]): Uint8Array {
  return Uint8Array.from(
    numbers.flatMap(([size, value]) => Array.from({ length: size }, (_, i) => (value >>> (8 * (size - 1 - i))) & 255)),
  );
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(data: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of data) c = crcTable[(c ^ byte) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
