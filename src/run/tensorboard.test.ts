import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { crc32c, openEvents } from "./tensorboard.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-events-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("computes CRC-32C as RFC 3720 does", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});

it("frames events as TFRecords: the bytes that TensorFlow writes for a version and a scalar", () => {
  const path = join(folder, "events");
  const events = openEvents(path, 0);
  events.append(1.5, 300, { loss: 0.25 });
  events.flush();
  events.close();
  const file = readFileSync(path);
  const version = "09 0000000000000000 1a 0d 627261696e2e4576656e743a32";
  const scalar = "09 000000000000f83f 10 ac02 2a 0d 0a 0b 0a 04 6c6f7373 15 0000803e";
  const plain = (hex: string) => hex.replaceAll(" ", "");
  expect(file.readBigUInt64LE(0)).toBe(24n);
  expect(file.subarray(12, 36).toString("hex")).toBe(plain(version));
  expect(file.subarray(40 + 12, 40 + 12 + 27).toString("hex")).toBe(plain(scalar));
  // The first 12 bytes of every file that TensorFlow makes: length 24 and its masked checksum.
  expect(file.subarray(0, 12).toString("hex")).toBe("1800000000000000a37f4b22");
  expect(file.length).toBe(40 + 16 + 27);
  expect(events.length).toBe(file.length);
});
