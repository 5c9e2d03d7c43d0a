/**
 * TensorBoard event files (tensorflow/core/util/event.proto, lib/io/record_writer.cc): TFRecords, each one Event
 * message with scalars. Small enough to write by hand, and then no clock or host name gets in unasked.
 */
import { type Appender, openAppender } from "../files/index.ts";

/** TensorBoard finds files by the middle of this name; its usual end, time and host, would make every run differ. */
export const eventsFile = "events.out.tfevents.0.plaudit";

export interface EventWriter extends Omit<Appender, "append"> {
  /** @param wallTime seconds since 1970. */
  append(wallTime: number, step: number, scalars: Readonly<Record<string, number>>): void;
}

/** Opens an event file, cut back to `length` bytes if that is given; a new one begins with the format's version. */
export function openEvents(path: string, wallTime: number, length?: number): EventWriter {
  const file = openAppender(path, length);
  if (file.length === 0) file.append(record(event(wallTime, [...stringField(3, "brain.Event:2")])));
  return {
    path,
    get length() {
      return file.length;
    },
    append: (wallTime, step, scalars) => file.append(record(scalarEvent(wallTime, step, scalars))),
    flush: file.flush,
    close: file.close,
  };
}

/** `message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }` */
const event = (wallTime: number, rest: readonly number[]) => Uint8Array.from([0x09, ...doubleBytes(wallTime), ...rest]);

/** `message Summary { repeated Value value = 1; }  message Value { string tag = 1; float simple_value = 2; }` */
function scalarEvent(wallTime: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const summary = Object.entries(scalars).flatMap(([tag, value]) =>
    bytesField(1, [...stringField(1, tag), 0x15, ...floatBytes(value)]),
  );
  return event(wallTime, [0x10, ...varint(step), ...bytesField(5, summary)]);
}

const bytesField = (field: number, bytes: readonly number[]) => [(field << 3) | 2, ...varint(bytes.length), ...bytes];
const stringField = (field: number, text: string) => bytesField(field, [...Buffer.from(text)]);
const doubleBytes = (x: number) => new Uint8Array(new Float64Array([x]).buffer);
const floatBytes = (x: number) => new Uint8Array(new Float32Array([x]).buffer);

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** TFRecord: u64 length, masked CRC of the length, the bytes, masked CRC of the bytes. */
function record(bytes: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(bytes.length + 16);
  framed.writeBigUInt64LE(BigInt(bytes.length), 0);
  framed.writeUInt32LE(maskedCrc(framed.subarray(0, 8)), 8);
  framed.set(bytes, 12);
  framed.writeUInt32LE(maskedCrc(bytes), 12 + bytes.length);
  return framed;
}

const maskedCrc = (bytes: Uint8Array) => {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
};

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli), reflected polynomial 0x82F63B78. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 255]!;
  return (crc ^ 0xffffffff) >>> 0;
}
