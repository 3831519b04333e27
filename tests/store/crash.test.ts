// Whatever the moment of a crash, what was acknowledged is there and what is there is whole.

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { digestOfBytes } from "../../src/model/digest.ts";
import type { Event } from "../../src/model/event.ts";
import { Blobs } from "../../src/store/blobs.ts";
import { Calls } from "../../src/store/calls.ts";
import { sweepTemps, writeDurably } from "../../src/store/durable.ts";
import { DISK } from "../../src/store/durable-io.ts";
import { Journal, readJournal } from "../../src/store/journal.ts";
import { lockText, readLock } from "../../src/store/locks.ts";
import { Traces } from "../../src/store/traces.ts";
import { layOut, marksBefore, RecordingIo, type Survival } from "./crash-disk.ts";
import { lockOf, seeded, traceOf, usage } from "./samples.ts";
import { tempFolder, value } from "./temp-folder.ts";

const chance = seeded(20_251_122);
const folder = tempFolder();
let root: string;
let target: string;

beforeEach(() => {
  root = join(folder(), "before");
  target = join(folder(), "after");
  mkdirSync(root);
});

/** Runs `reopen` on the disk that each crash leaves. Returns how many there were. */
async function afterEveryCrash(
  io: RecordingIo,
  reopen: (acknowledged: ReadonlySet<string>) => Promise<void>,
): Promise<number> {
  const crashes: { count: number; survival: Survival; torn?: number }[] = [];
  for (let count = 0; count <= io.operations.length; count += 1) {
    for (const survival of ["all", "synced", "some", "some"] as const) crashes.push({ count, survival });
    if (io.operations[count - 1]?.do === "write") crashes.push({ count, survival: "all", torn: chance() });
  }
  for (const crash of crashes) {
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target);
    layOut(io.operations, root, target, { ...crash, chance });
    try {
      await reopen(marksBefore(io.operations, crash.count));
    } catch (error) {
      throw new Error(`after ${JSON.stringify(crash)}`, { cause: error });
    }
    value(await sweepTemps(target, Date.now() + 1_000, 0));
  }
  return crashes.length;
}

test("a paid blob that was acknowledged is there, and none is half there", async () => {
  const io = new RecordingIo();
  const blobs = new Blobs(root, io);
  const contents = ["first", "second ".repeat(500), ""];
  for (const content of contents) {
    value(await blobs.put(content, { paid: true }));
    io.mark(content);
  }
  const crashes = await afterEveryCrash(io, async (acknowledged) => {
    const survivors = new Blobs(target, DISK);
    for (const content of contents) {
      const digest = digestOfBytes(content);
      const got = await survivors.get(digest);
      if (got.ok) expect(Buffer.from(got.value).toString()).toBe(content);
      else {
        expect(acknowledged).not.toContain(content);
        expect(got.failure.reason).toBe("blob-missing");
      }
      expect(value(await survivors.put(content, { paid: true }))).toBe(digest);
    }
  });
  expect(crashes).toBeGreaterThan(100);
});

test("a trace is there when it was acknowledged, and its blobs with it", async () => {
  const io = new RecordingIo();
  const blobs = new Blobs(root, io);
  const traces = new Traces(root, io);
  for (const text of ["one", "two"]) {
    const digest = value(await blobs.put(text, { paid: true }));
    const trace = traceOf({ outputs: [{ path: "a", mode: "100644", digest, base: null }] });
    value(await traces.record(trace, { paid: true }));
    io.mark(text);
  }
  await afterEveryCrash(io, async (acknowledged) => {
    const survivors = new Traces(target, DISK);
    const found = value(await survivors.find("products:T01", traceOf({}).key));
    expect(found.length).toBeGreaterThanOrEqual(acknowledged.size);
    expect(existsSync(survivors.quarantine.folder)).toBe(false);
    for (const trace of found) {
      for (const { digest } of trace.outputs) value(await new Blobs(target, DISK).get(digest!));
    }
  });
});

test("a lock is the old one or the new one", async () => {
  const io = new RecordingIo();
  const path = join(root, "specs", "products", "factory.lock");
  const locks = [1, 2, 3].map((tasks) => lockOf("products", tasks));
  for (const [at, lock] of locks.entries()) {
    value(await writeDurably(path, lockText(lock), { io }));
    io.mark(String(at));
  }
  await afterEveryCrash(io, async (acknowledged) => {
    const place = path.replace(root, target);
    if (acknowledged.size === 0 && !existsSync(place)) return;
    const lock = value(readLock(readFileSync(place), "specs/products/factory.lock"));
    expect(locks.slice(Math.max(0, acknowledged.size - 1))).toContainEqual(lock);
  });
});

test("a journal keeps every committed event, and all that it keeps is a prefix", async () => {
  const io = new RecordingIo();
  const journal = value(await Journal.create(join(root, "journal"), "b1", io));
  const events = Array.from(
    { length: 8 },
    (_, at): Event => ({ at, type: "canary-started", project: `p${at}` }),
  );
  for (const event of events) {
    if (event.at % 2 === 0) journal.append(event);
    else {
      value(await journal.commit(event));
      io.mark(String(event.at));
    }
  }
  value(await journal.close());
  await afterEveryCrash(io, async (acknowledged) => {
    const reading = readJournal(join(target, "journal", "b1.jsonl"));
    if (!reading.ok) {
      expect(acknowledged.size).toBe(0);
      return;
    }
    expect(reading.value.events).toEqual(events.slice(0, reading.value.events.length));
    expect(reading.value.events.length).toBeGreaterThanOrEqual(acknowledged.size * 2);
    expect(reading.value.damaged).toBe(0);
  });
});

test("an answer that was acknowledged is never asked for again, and a begun call never forgotten", async () => {
  const io = new RecordingIo();
  const blobs = new Blobs(root, io);
  const calls = value(await Calls.open(root, blobs, io));
  const keys = ["a", "b", "c"].map((name) => digestOfBytes(name));
  for (const key of keys) {
    value(await calls.begin(key, Buffer.from(`ask ${key}`), { task: "products:T01" }, 300));
    io.mark(`begun ${key}`);
    value(await calls.finish(key, Buffer.from(`answer ${key}`), usage(key.length)));
    io.mark(`done ${key}`);
  }
  await afterEveryCrash(io, async (acknowledged) => {
    for (const opening of ["first", "again"]) {
      const store = new Blobs(target, DISK);
      const survivors = value(await Calls.open(target, store, DISK));
      for (const key of keys) {
        const answer = value(await survivors.lookup(key));
        const open = survivors.unresolved().find((call) => call.key === key);
        if (answer !== null) {
          expect(answer).toMatchObject({ bytes: Buffer.from(`answer ${key}`), usage: usage(key.length) });
          expect(open).toBeUndefined();
          continue;
        }
        expect(acknowledged, opening).not.toContain(`done ${key}`);
        if (acknowledged.has(`begun ${key}`)) expect(open).toBeDefined();
        if (open) expect(Buffer.from(value(await store.get(open.request))).toString()).toBe(`ask ${key}`);
      }
      expect(survivors.damaged).toBe(0);
      value(survivors.close());
    }
  });
});
