/**
 * The safetensors format (github.com/huggingface/safetensors): u64 length of a JSON header, the header padded with
 * spaces to 8 bytes, then the tensors one after another. Written byte for byte as Hugging Face's library does; read
 * with every check of its reader, because weight files come from strangers.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import {
  allocate,
  bytesPerElement,
  DataError,
  type DType,
  type NDArray,
  PlauditError,
  sizeOf,
  type TypedArray,
} from "../base/index.ts";
import { writeAtomic } from "./atomic.ts";
import { readFailure } from "./failure.ts";

/** Tensors by name. Its order is the file's when read; writing does not depend on it. */
export type NDArrayMap = ReadonlyMap<string, NDArray>;

/** Most aligned first: the order in which Hugging Face's writer lays tensors out. */
const codes = { int64: "I64", float32: "F32", int32: "I32", bfloat16: "BF16", float16: "F16", bool: "BOOL" } as const;
const dtypes = Object.keys(codes) as (keyof typeof codes)[];
const headerLimit = 100_000_000;

/** Writes tensors (streaming, so memory does not grow with the file) and `metadata`. Equal input gives equal bytes. */
export function writeSafetensors(
  path: string,
  tensors: NDArrayMap,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): void {
  writeAtomic(path, chunks(tensors, metadata));
}

function* chunks(tensors: NDArrayMap, metadata: Readonly<Record<string, string>>): Generator<Uint8Array, void> {
  const entries = [...tensors].sort(
    ([a, x], [b, y]) =>
      dtypes.indexOf(x.dtype) - dtypes.indexOf(y.dtype) || Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  let offset = 0;
  const fields = entries.map(([name, { dtype, shape, data }]) => {
    if (data.length !== sizeOf(shape)) {
      throw new PlauditError(
        `tensor ${name} has ${data.length} values, its shape [${shape.join(", ")}] needs ${sizeOf(shape)}`,
      );
    }
    const begin = offset;
    offset += data.byteLength;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: codes[dtype], shape, data_offsets: [begin, offset] })}`;
  });
  if (Object.keys(metadata).length > 0) fields.unshift(`"__metadata__":${JSON.stringify(metadata)}`);
  const json = Buffer.from(`{${fields.join(",")}}`);
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, " ");
  header.writeBigUInt64LE(BigInt(header.length - 8));
  json.copy(header, 8);
  yield header;
  for (const [, { data }] of entries) yield bytesOf(data);
}

/** Reads every tensor, each in its own memory. Throws DataError with a code that begins with `safetensors-`. */
export function readSafetensors(path: string): Map<string, NDArray> {
  return withFile(path, (file, length) => {
    const { tensors, dataStart } = readHeader(path, file, length);
    return new Map(
      tensors.map(({ name, dtype, shape, begin }) => {
        const data = allocate(dtype, sizeOf(shape));
        readFully(file, bytesOf(data), dataStart + begin);
        return [name, { dtype, shape, data }];
      }),
    );
  });
}

/** What a file's header says, without reading the tensors: shapes, types and the `__metadata__`. */
export function inspectSafetensors(path: string): {
  readonly tensors: readonly { readonly name: string; readonly dtype: DType; readonly shape: readonly number[] }[];
  readonly metadata: Readonly<Record<string, string>>;
} {
  return withFile(path, (file, length) => {
    const { tensors, metadata } = readHeader(path, file, length);
    return { tensors: tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape })), metadata };
  });
}

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}
interface Header {
  /** In the order of their bytes. */
  readonly tensors: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly dataStart: number;
}

function readHeader(path: string, file: number, length: number): Header {
  const help = "the file is damaged, incomplete or not what its name says: get it again";
  const truncated = (why: string) => new DataError(why, { code: "safetensors-truncated", where: path, help });
  const malformed = (why: string) => new DataError(why, { code: "safetensors-header", where: path, help });

  if (length < 8) throw truncated(`${length} bytes are too few for a safetensors file`);
  const prefix = Buffer.alloc(8);
  readFully(file, prefix, 0);
  const headerLength = Number(prefix.readBigUInt64LE());
  if (headerLength > headerLimit) {
    throw malformed(`the header claims ${headerLength} bytes, the format allows ${headerLimit}`);
  }
  if (8 + headerLength > length) {
    throw truncated(`the header claims ${headerLength} bytes, the file has ${length - 8} after its length`);
  }
  const bytes = Buffer.alloc(headerLength);
  readFully(file, bytes, 8);

  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    json = JSON.parse(text);
  } catch (cause) {
    throw malformed(`the header is not JSON: ${(cause as Error).message}`);
  }
  if (!isRecord(json)) throw malformed("the header is not a JSON object");
  const twice = repeatedKey(text);
  if (twice !== undefined) {
    throw new DataError(`tensor ${twice} is there twice`, { code: "safetensors-duplicate", where: path, help });
  }
  const { __metadata__: metadata = {}, ...rest } = json;
  if (!isStrings(metadata)) throw malformed("__metadata__ must map names to strings");

  const tensors = Object.entries(rest)
    .map(([name, value]) => entry(path, name, value, malformed))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  const dataStart = 8 + headerLength;
  checkLayout(path, tensors, length - dataStart, truncated);
  return { tensors, metadata, dataStart };
}

function entry(path: string, name: string, value: unknown, malformed: (why: string) => DataError): Entry {
  if (!isRecord(value)) throw malformed(`tensor ${name} has no description`);
  const { dtype: code, shape, data_offsets: offsets } = value;
  const dtype = dtypes.find((d) => codes[d] === code);
  if (!dtype) {
    throw new DataError(
      `tensor ${name} has type ${JSON.stringify(code)}; read are ${Object.values(codes).join(", ")}`,
      {
        code: "safetensors-dtype",
        where: path,
      },
    );
  }
  if (!isCounts(shape)) throw malformed(`tensor ${name} has shape ${JSON.stringify(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw malformed(`tensor ${name} has data_offsets ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = sizeOf(shape) * bytesPerElement[dtype];
  if (end - begin !== bytes) {
    throw new DataError(
      `tensor ${name} (${code} [${shape.join(", ")}]) needs ${bytes} bytes, its offsets say ${end - begin}`,
      {
        code: "safetensors-size",
        where: path,
      },
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Tensors must fill the data part exactly: no overlap, no hole (where something could hide), no end beyond the file. */
function checkLayout(path: string, tensors: readonly Entry[], length: number, truncated: (why: string) => DataError) {
  let at = 0;
  for (const { name, begin, end } of tensors) {
    if (end > length) throw truncated(`tensor ${name} ends at byte ${end} of the data, the file has ${length}`);
    if (begin !== at) {
      throw new DataError(
        `tensor ${name} begins at byte ${begin} of the data, ${at} was expected (${begin < at ? "overlap" : "hole"})`,
        {
          code: "safetensors-offsets",
          where: path,
        },
      );
    }
    at = end;
  }
  if (at !== length) {
    throw new DataError(`${length - at} bytes after the last tensor belong to none`, {
      code: "safetensors-offsets",
      where: path,
    });
  }
}

/** `float32` values of a float tensor: half-precision formats are widened exactly, `float32` is returned as it is. */
export function toFloat32(array: NDArray): NDArray<"float32"> {
  const { dtype, shape } = array;
  if (dtype === "float32") return array as NDArray<"float32">;
  if (dtype !== "float16" && dtype !== "bfloat16") throw new PlauditError(`${dtype} values are not floating point`);
  const bits = array.data as Uint16Array;
  const data = allocate("float32", bits.length);
  const words = new Uint32Array(data.buffer, 0, bits.length);
  if (dtype === "bfloat16") for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  else for (let i = 0; i < bits.length; i++) words[i] = widenHalf(bits[i]!);
  return { dtype: "float32", shape, data };
}

/** Bits of an IEEE half → bits of the float32 with the same value. */
function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  let exponent = (half >>> 10) & 31;
  let fraction = half & 1023;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13); // infinity, NaN
  if (exponent === 0) {
    if (fraction === 0) return sign;
    // A subnormal half is a normal float32: shift until the leading bit is the implicit one.
    for (exponent = 1; (fraction & 1024) === 0; fraction <<= 1) exponent--;
    fraction &= 1023;
  }
  return sign | ((exponent + 112) << 23) | (fraction << 13);
}

const bytesOf = (data: TypedArray) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isStrings = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((v) => typeof v === "string");
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0) && Number.isSafeInteger(sizeOf(value));

/** The first key that the (valid) JSON object `header` has twice: JSON.parse would keep the last without a word. */
function repeatedKey(header: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token, text, colon] of header.matchAll(/("(?:[^"\\]+|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && colon) {
      const key = JSON.parse(text!) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}

function withFile<T>(path: string, read: (file: number, length: number) => T): T {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    throw readFailure(path, cause);
  }
  try {
    return read(file, fstatSync(file).size);
  } catch (cause) {
    throw readFailure(path, cause);
  } finally {
    closeSync(file);
  }
}

function readFully(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    const length = readSync(file, bytes, at, Math.min(bytes.length - at, 1 << 30), position + at);
    if (length === 0) throw new PlauditError("the file became shorter while it was read", { code: "cannot-read" });
    at += length;
  }
}
