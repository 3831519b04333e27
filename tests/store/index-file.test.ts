import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  Lines,
  readIndexHead,
  readIndexLines,
  readIndexSection,
  writeIndex,
} from "../../src/store/index-file.ts";
import { seeded } from "./samples.ts";
import { tempFolder, value } from "./temp-folder.ts";

const folder = tempFolder();
const WRITER = "0.1.0 shape 3";
const head = { stamps: ["specs/ä/", 1, "feature.md", 12, 1.5, 2.5, 77] };
const body = { features: ["x".repeat(10_000), "ü"] };
const more = [1, null];

async function written(): Promise<string> {
  const path = join(folder(), ".factory", "index");
  value(await writeIndex(path, WRITER, [head, body, more]));
  return path;
}

test("every section is read back, the head by itself", async () => {
  const read = readIndexHead<typeof head>(await written(), WRITER)!;
  expect(read.value).toEqual(head);
  expect(readIndexSection(read, 1)).toEqual(body);
  expect(readIndexSection(read, 2)).toEqual(more);
  expect(readIndexSection(read, 3)).toBeNull();
  expect(statSync(read.path).mode & 0o777).toBe(0o600);
});

test("lines are read back one by one as they were given, and damaged ones not at all", async () => {
  const path = join(folder(), "index");
  const lines = ['{"id":"ä"}', "", "null"];
  value(await writeIndex(path, WRITER, [head, new Lines(lines), new Lines([])]));
  const read = readIndexHead(path, WRITER)!;
  expect(readIndexLines(read, 1)?.map(String)).toEqual(lines);
  expect(readIndexLines(read, 2)).toEqual([]);
  const damaged = join(folder(), "index");
  value(await writeIndex(damaged, WRITER, [head, new Lines(["another"])]));
  const bytes = readFileSync(damaged);
  writeFileSync(damaged, bytes.fill("x", bytes.length - 3));
  expect(readIndexLines(readIndexHead(damaged, WRITER)!, 1)).toBeNull();
});

test("what was read of a file once is not read again, until the file is another", async () => {
  const path = await written();
  const read = readIndexHead(path, WRITER)!;
  const section = readIndexSection(read, 1);
  expect(readIndexHead(path, WRITER)).toBe(read);
  expect(readIndexSection(read, 1)).toBe(section);
  value(await writeIndex(path, WRITER, [head, { features: ["z".repeat(10_000), "ü"] }, more]));
  const other = readIndexHead(path, WRITER)!;
  expect(readIndexSection(other, 1)).toEqual({ features: ["z".repeat(10_000), "ü"] });
  expect(readIndexSection(read, 1)).toBe(section);
});

test("another version or shape of writer finds no index, and neither does anyone where there is none", async () => {
  const path = await written();
  expect(readIndexHead(path, "0.1.0 shape 4")).toBeNull();
  expect(readIndexHead(path, "0.1.0")).toBeNull();
  expect(readIndexHead(join(folder(), "nowhere"), WRITER)).toBeNull();
  expect(readIndexHead(folder(), WRITER)).toBeNull();
});

test("a body is read only from the very file whose head was read", async () => {
  const path = await written();
  const old = readIndexHead(path, WRITER)!;
  value(await writeIndex(path, WRITER, [head, { features: ["y".repeat(10_000), "ü"] }, more]));
  expect(readIndexSection(old, 1)).toBeNull();
});

test("an index that is cut, flipped or garbage is none, or says what was written", async () => {
  const chance = seeded(3);
  const path = await written();
  const sound = readFileSync(path);
  const check = (bytes: Buffer) => {
    writeFileSync(path, bytes);
    const read = readIndexHead(path, WRITER);
    if (read === null) return;
    expect(read.value).toEqual(head);
    const section = readIndexSection(read, 1);
    if (section !== null) expect(section).toEqual(body);
  };
  for (let cut = 0; cut < 400; cut += 1) check(sound.subarray(0, cut));
  check(sound.subarray(0, sound.length - 1));
  for (let round = 0; round < 500; round += 1) {
    const flipped = Buffer.from(sound);
    const at = Math.floor(chance() * (round < 400 ? 400 : sound.length));
    flipped[at] = flipped[at]! ^ (1 << Math.floor(chance() * 8));
    check(flipped);
  }
  for (const garbage of [
    "",
    "garbage",
    "\0".repeat(4_096),
    "factory-index 1 99999999999999:0 0.1.0 shape 3\n".padEnd(256),
  ]) {
    writeFileSync(path, garbage);
    expect(readIndexHead(path, WRITER)).toBeNull();
  }
});

test("a writer whose name leaves no room for the table of sections is a bug", () => {
  expect(() => writeIndex(join(folder(), "index"), "x".repeat(300), [head])).toThrow("preamble");
});
