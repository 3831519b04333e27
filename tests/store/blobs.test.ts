import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { digestOfBytes } from "../../src/model/digest.ts";
import { Blobs } from "../../src/store/blobs.ts";
import { DISK } from "../../src/store/durable-io.ts";
import { sweep } from "../../src/store/sweep-blobs.ts";
import { RecordingIo } from "./crash-disk.ts";
import { seeded } from "./samples.ts";
import { tempFolder, value } from "./temp-folder.ts";

const folder = tempFolder();
const DAY = 86_400_000;

test("what was put is got back, byte for byte, and only its owner may read the file", async () => {
  const blobs = new Blobs(folder(), DISK);
  const bytes = Uint8Array.from({ length: 1_000 }, (_, at) => at % 256);
  for (const paid of [true, false]) {
    const digest = value(await blobs.put(bytes, { paid }));
    expect(digest).toBe(digestOfBytes(bytes));
    expect(Buffer.from(value(await blobs.get(digest)))).toEqual(Buffer.from(bytes));
    expect(blobs.has(digest)).toBe(true);
    expect(statSync(blobs.pathOf(digest)).mode & 0o777).toBe(0o600);
  }
});

test("a blob that nobody put is missing, with the path where it would be", async () => {
  const blobs = new Blobs(folder(), DISK);
  const digest = digestOfBytes("nothing");
  expect(blobs.has(digest)).toBe(false);
  expect(await blobs.get(digest)).toEqual({
    ok: false,
    failure: { reason: "blob-missing", digest, path: blobs.pathIn("paid", digest) },
  });
});

test("any flipped, cut or emptied blob is noticed, kept in quarantine, and can be put again", async () => {
  const chance = seeded(7);
  const blobs = new Blobs(folder(), DISK);
  for (let round = 0; round < 60; round += 1) {
    const content = Buffer.from(`content of round ${round}`);
    const paid = round % 2 === 0;
    const digest = value(await blobs.put(content, { paid }));
    const damaged = Buffer.from(content);
    const at = Math.floor(chance() * damaged.length);
    damaged[at] = damaged[at]! ^ (1 << Math.floor(chance() * 8));
    const bytes = [damaged, content.subarray(0, at), Buffer.alloc(0)][round % 3]!;
    writeFileSync(blobs.pathOf(digest), bytes);
    const got = await blobs.get(digest);
    if (got.ok || got.failure.reason !== "blob-corrupt") throw new Error("not noticed");
    expect(readFileSync(got.failure.quarantined)).toEqual(bytes);
    expect(await blobs.get(digest)).toMatchObject({ failure: { reason: "blob-missing" } });
    value(await blobs.put(content, { paid }));
    expect(Buffer.from(value(await blobs.get(digest)))).toEqual(content);
  }
  expect(readdirSync(blobs.quarantine.folder)).toHaveLength(60);
});

test("two damaged copies of one blob are both kept in quarantine", async () => {
  const blobs = new Blobs(folder(), DISK);
  for (const damage of ["one", "two"]) {
    const digest = value(await blobs.put("content", { paid: true }));
    writeFileSync(blobs.pathOf(digest), damage);
    await blobs.get(digest);
  }
  expect(
    readdirSync(blobs.quarantine.folder).map((name) =>
      readFileSync(join(blobs.quarantine.folder, name), "utf8"),
    ),
  ).toEqual(["one", "two"]);
});

test("putting over a damaged copy heals it at once", async () => {
  const blobs = new Blobs(folder(), DISK);
  const digest = value(await blobs.put("content", { paid: false }));
  writeFileSync(blobs.pathOf(digest), "contend");
  value(await blobs.put("content", { paid: false }));
  expect(Buffer.from(value(await blobs.get(digest))).toString()).toBe("content");
  expect(readdirSync(blobs.quarantine.folder)).toHaveLength(1);
});

test("a sound derived copy serves where the paid one is damaged", async () => {
  const blobs = new Blobs(folder(), DISK);
  const digest = value(await blobs.put("content", { paid: true }));
  value(await blobs.put("content", { paid: false }));
  writeFileSync(blobs.pathIn("paid", digest), "damaged");
  expect(Buffer.from(value(await blobs.get(digest))).toString()).toBe("content");
  expect(readdirSync(blobs.quarantine.folder)).toHaveLength(1);
});

test("a blob that this process has made durable is not written twice", async () => {
  const io = new RecordingIo();
  const blobs = new Blobs(folder(), io);
  value(await blobs.put("content", { paid: true }));
  const before = io.operations.length;
  value(await blobs.put("content", { paid: true }));
  expect(io.operations.length).toBe(before);
});

test("many puts of the same and of different blobs at once all succeed", async () => {
  const blobs = new Blobs(folder(), DISK);
  const puts = Array.from({ length: 40 }, (_, at) => blobs.put(`content ${at % 10}`, { paid: at % 3 === 0 }));
  for (const put of await Promise.all(puts)) value(await blobs.get(value(put)));
});

test("a sweep removes what is derived, unnamed and past its grace, and nothing else", async () => {
  const blobs = new Blobs(folder(), DISK);
  const now = Date.now();
  const put = async (content: string, paid: boolean, age: number) => {
    const digest = value(await blobs.put(content, { paid }));
    const at = (now - age) / 1_000;
    utimesSync(blobs.pathOf(digest), at, at);
    return digest;
  };
  const rooted = await put("rooted", false, 9 * DAY);
  const fresh = await put("fresh", false, 0);
  const future = await put("from a clock ahead of ours", false, -9 * DAY);
  const paid = await put("paid", true, 9 * DAY);
  const loose = await put("loose", false, 9 * DAY);
  const order = { roots: new Set([rooted]), graceMs: DAY, now, dryRun: true, includePaid: false };
  expect(value(await sweep(blobs, order))).toEqual({ blobs: 1, bytes: 5, kept: 4 });
  expect(blobs.has(loose)).toBe(true);
  expect(value(await sweep(blobs, { ...order, dryRun: false }))).toEqual({ blobs: 1, bytes: 5, kept: 4 });
  expect(blobs.has(loose)).toBe(false);
  expect([rooted, fresh, future, paid].map((digest) => blobs.has(digest))).toEqual([true, true, true, true]);
  expect(value(await sweep(blobs, { ...order, dryRun: false, includePaid: true })).blobs).toBe(1);
  expect(blobs.has(paid)).toBe(false);
});

test("a sweep of a store that does not exist yet finds nothing", async () => {
  const order = { roots: new Set<never>(), graceMs: 0, now: Date.now(), dryRun: false, includePaid: false };
  expect(value(await sweep(new Blobs(join(folder(), "none"), DISK), order))).toEqual({
    blobs: 0,
    bytes: 0,
    kept: 0,
  });
});

test("a disk error is told as it is, not as a missing blob", async () => {
  const blobs = new Blobs(folder(), DISK);
  const digest = digestOfBytes("content");
  mkdirSync(blobs.pathIn("paid", digest), { recursive: true });
  expect(await blobs.put("content", { paid: true })).toMatchObject({
    failure: { reason: "io", code: "EISDIR" },
  });
  expect(await blobs.get(digest)).toMatchObject({ ok: false });
  expect(readdirSync(folder())).toEqual(["blobs"]);
});
