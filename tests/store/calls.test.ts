import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Digest, digestOfBytes } from "../../src/model/digest.ts";
import { Blobs } from "../../src/store/blobs.ts";
import { Calls } from "../../src/store/calls.ts";
import { DISK, type DurableIo } from "../../src/store/durable-io.ts";
import { recordLine } from "../../src/store/records.ts";
import { seeded, usage } from "./samples.ts";
import { SmallDisk } from "./small-disk.ts";
import { tempFolder, value } from "./temp-folder.ts";

const folder = tempFolder();
const key = digestOfBytes("call");
const request = Buffer.from("request");
const ROOM = 4_096;
const answer = Buffer.from("line one\nline two\n\0binary");

async function open(io: DurableIo = DISK): Promise<Calls> {
  return value(await Calls.open(folder(), new Blobs(folder(), io), io));
}

function answerFile(of: Digest): string {
  return join(folder(), "calls", "answers", of.slice(0, 2), of.slice(2));
}

const journal = () => join(folder(), "calls", "calls.jsonl");

test("an answer is read back with its usage, by this process and by the next", async () => {
  const calls = await open();
  expect(value(await calls.lookup(key))).toBeNull();
  value(await calls.begin(key, request, { task: "products:T01", usd: 0.1 }, ROOM));
  value(await calls.finish(key, answer, usage(3)));
  const expected = { bytes: answer, digest: digestOfBytes(answer), usage: usage(3), shared: false };
  expect(value(await calls.lookup(key))).toEqual(expected);
  value(calls.close());
  expect(value(await (await open()).lookup(key))).toEqual(expected);
});

test("a call that was begun is unresolved for the next process, with its request and what it was for", async () => {
  const first = await open();
  value(await first.begin(key, request, { task: "products:T01" }, ROOM));
  expect(first.unresolved()).toEqual([]);
  value(first.close());
  const second = await open();
  const unresolved = { key, request: digestOfBytes(request), meta: { task: "products:T01" }, begun: 1 };
  expect(second.unresolved()).toEqual([unresolved]);
  value(await second.begin(key, request, { task: "products:T01" }, ROOM));
  expect(second.unresolved()).toEqual([]);
  value(second.close());
  const third = await open();
  expect(third.unresolved()).toEqual([{ ...unresolved, begun: 2 }]);
  value(await third.fail(key, "not-sent"));
  expect(third.unresolved()).toEqual([unresolved]);
  value(await third.fail(key, "not-sent"));
  expect(third.unresolved()).toEqual([]);
  value(third.close());
  expect((await open()).unresolved()).toEqual([]);
});

test("no answer is readable before its DONE is on disk, though the answer itself is", async () => {
  let refuse = false;
  const io: DurableIo = {
    ...DISK,
    syncData: async (descriptor) => {
      if (refuse) throw Object.assign(new Error("EIO: injected"), { code: "EIO" });
      await DISK.syncData(descriptor);
    },
  };
  const calls = await open(io);
  value(await calls.begin(key, request, {}, ROOM));
  refuse = true;
  expect(await calls.finish(key, answer, usage(3))).toMatchObject({ ok: false, failure: { code: "EIO" } });
  expect(value(await calls.lookup(key))).toBeNull();
  value(calls.close());
  expect(value(await (await open()).lookup(key))).toMatchObject({ bytes: answer });
});

test("an answer without DONE is adopted, even where the journal is gone", async () => {
  const calls = await open();
  value(await calls.begin(key, request, {}, ROOM));
  value(await calls.finish(key, answer, usage(3)));
  value(calls.close());
  for (const harm of ["cut", "removed"]) {
    if (harm === "cut") truncateSync(journal(), readFileSync(journal()).indexOf('"done"'));
    else rmSync(journal());
    const next = await open();
    expect(next.unresolved(), harm).toEqual([]);
    expect(value(await next.lookup(key)), harm).toMatchObject({ bytes: answer, usage: usage(3) });
    value(next.close());
  }
  expect(readFileSync(journal(), "utf8")).toContain('"adopted":true');
});

test("an answer that is damaged or lost is told, and never replaced in silence", async () => {
  const calls = await open();
  value(await calls.begin(key, request, {}, ROOM));
  value(await calls.finish(key, answer, usage(3)));
  const sound = readFileSync(answerFile(key));
  for (const at of [0, 70, 100, sound.length - 1]) {
    const damaged = Buffer.from(sound);
    damaged[at] = damaged[at]! ^ 1;
    writeFileSync(answerFile(key), damaged);
    const got = await calls.lookup(key);
    if (got.ok || got.failure.reason !== "blob-corrupt") throw new Error(`byte ${at} not noticed`);
    expect(readFileSync(got.failure.quarantined)).toEqual(damaged);
    expect(await calls.lookup(key)).toMatchObject({ failure: { reason: "blob-missing", digest: key } });
  }
});

test("an answer of another call under this name is not taken for this one's", async () => {
  const calls = await open();
  const other = digestOfBytes("other");
  value(await calls.begin(other, request, {}, ROOM));
  value(await calls.finish(other, answer, usage(3)));
  value(await calls.begin(key, request, {}, ROOM));
  value(await calls.finish(key, Buffer.from("mine"), usage(1)));
  writeFileSync(answerFile(key), readFileSync(answerFile(other)));
  expect(await calls.lookup(key)).toMatchObject({ failure: { reason: "blob-corrupt" } });
});

test("the first answer stands, and an answered call is not begun again", async () => {
  const calls = await open();
  value(await calls.begin(key, request, {}, ROOM));
  value(await calls.finish(key, answer, usage(3)));
  value(await calls.finish(key, Buffer.from("second"), usage(9)));
  expect(value(await calls.lookup(key))).toMatchObject({ bytes: answer });
  await expect(calls.begin(key, request, {}, ROOM)).rejects.toThrow("already answered");
});

test("whatever bit of the journal flips, every finished answer is found and the journal goes on", async () => {
  const chance = seeded(5);
  const keys = ["a", "b", "c"].map((name) => digestOfBytes(name));
  const calls = await open();
  for (const one of keys) {
    value(await calls.begin(one, request, {}, ROOM));
    value(await calls.finish(one, Buffer.from(one), usage(1)));
  }
  value(calls.close());
  const bytes = readFileSync(journal());
  for (let round = 0; round < 150; round += 1) {
    const flipped = Buffer.from(bytes);
    const at = round < 5 ? bytes.length - 1 : Math.floor(chance() * bytes.length);
    flipped[at] = flipped[at]! ^ (1 << Math.floor(chance() * 8));
    writeFileSync(journal(), flipped);
    const late = digestOfBytes(`late ${round}`);
    const next = await open();
    value(await next.begin(late, request, {}, ROOM));
    value(next.close());
    const last = await open();
    for (const one of keys)
      expect(value(await last.lookup(one)), `bit at ${at}`).toMatchObject({ bytes: Buffer.from(one) });
    expect(
      last.unresolved().map((call) => call.key),
      `bit at ${at}`,
    ).toEqual([late]);
    value(last.close());
  }
});

test("a journal of a newer version is refused untouched", async () => {
  value((await open()).close());
  writeFileSync(journal(), recordLine('{"type":"calls","format":2}'));
  const before = readFileSync(journal());
  expect(await Calls.open(folder(), new Blobs(folder(), DISK), DISK)).toMatchObject({
    failure: { reason: "newer-format", found: 2, known: 1 },
  });
  expect(readFileSync(journal())).toEqual(before);
});

test("an answer is kept on a disk that has filled up since the call began, and no other call begins there", async () => {
  const disk = new SmallDisk();
  const calls = await open(disk);
  value(await calls.begin(key, request, {}, ROOM));
  disk.fill();
  const late = digestOfBytes("late");
  const full = { ok: false, failure: { reason: "io", code: "ENOSPC" } };
  expect(await calls.begin(late, request, {}, ROOM)).toMatchObject(full);
  expect(calls.begun(late)).toBe(0);
  // Whether there is room for the journal too is luck: an answer names its call itself.
  await calls.finish(key, Buffer.alloc(ROOM - 512, "a"), usage(3));
  value(calls.close());
  expect(value(await (await open()).lookup(key))).toMatchObject({ usage: usage(3) });
});

test("no call begins where its answer could not be written, and room of a killed process is given back", async () => {
  const first = await open();
  value(await first.begin(key, request, {}, ROOM));
  const shard = join(folder(), "calls", "answers", key.slice(0, 2));
  expect(readdirSync(shard)).toHaveLength(1);
  const second = await open();
  expect(readdirSync(shard)).toEqual([]);
  rmSync(shard, { recursive: true });
  writeFileSync(shard, "in the way");
  expect(await second.begin(key, request, {}, ROOM)).toMatchObject({ failure: { reason: "io" } });
  expect(second.begun(key)).toBe(1);
});
