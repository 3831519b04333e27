import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Event } from "../../src/model/event.ts";
import { Journal, listJournals, readJournal } from "../../src/store/journal.ts";
import { recordLine } from "../../src/store/records.ts";
import { seeded } from "./samples.ts";
import { tempFolder, value } from "./temp-folder.ts";

const folder = tempFolder();

function eventsOf(count: number): readonly Event[] {
  return Array.from(
    { length: count },
    (_, at): Event => ({ at, type: "canary-started", project: `ü ${"x".repeat(at)}` }),
  );
}

async function written(build: string, events: readonly Event[]): Promise<string> {
  const journal = value(await Journal.create(folder(), build));
  for (const event of events) journal.append(event);
  value(await journal.close());
  return journal.path;
}

test("events are read back in order", async () => {
  const events = eventsOf(20);
  const path = await written("b1", events);
  expect(value(readJournal(path))).toEqual({ events, torn: false, damaged: 0 });
});

test("an appended event is in the file by the next turn, and a committed one at once", async () => {
  const [first, second] = eventsOf(2) as [Event, Event];
  const journal = value(await Journal.create(folder(), "b1"));
  journal.append(first);
  await turn();
  expect(value(readJournal(journal.path)).events).toEqual([first]);
  value(await journal.commit(second));
  expect(value(readJournal(journal.path)).events).toEqual([first, second]);
  value(await journal.close());
});

test("a build id cannot be used twice", async () => {
  await written("b1", []);
  expect(await Journal.create(folder(), "b1")).toMatchObject({
    ok: false,
    failure: { reason: "io", code: "EEXIST" },
  });
});

test("a journal cut at any byte of its last three records gives the events before the cut", async () => {
  const events = eventsOf(6);
  const bytes = readFileSync(await written("b1", events));
  const lengths = events.map((event) => recordLine(JSON.stringify(event)).length);
  const start = bytes.length - lengths.slice(3).reduce((sum, length) => sum + length, 0);
  const path = join(folder(), "cut.jsonl");
  for (let cut = start; cut <= bytes.length; cut += 1) {
    writeFileSync(path, bytes.subarray(0, cut));
    // The line break belongs to no record: one that lacks only that is whole.
    let whole = 3;
    for (let end = start + lengths[3]! - 1; whole < 6 && end <= cut; end += lengths[whole] ?? 0) whole += 1;
    const reading = value(readJournal(path));
    expect(reading.events, `cut at ${cut}`).toEqual(events.slice(0, whole));
    expect(reading.damaged).toBe(0);
  }
});

test("flipped bits cost the records they hit and no others", async () => {
  const chance = seeded(11);
  const events = eventsOf(12);
  const bytes = readFileSync(await written("b1", events));
  const path = join(folder(), "flipped.jsonl");
  for (let round = 0; round < 1_000; round += 1) {
    const flipped = Buffer.from(bytes);
    const at = Math.floor(chance() * bytes.length);
    flipped[at] = flipped[at]! ^ (1 << Math.floor(chance() * 8));
    writeFileSync(path, flipped);
    const reading = readJournal(path);
    if (!reading.ok) throw new Error(`bit at ${at}`);
    const kept = reading.value.events;
    expect(kept.length, `bit at ${at}`).toBeGreaterThanOrEqual(events.length - 1);
    expect(events.filter((event) => kept.some((one) => one.at === event.at))).toEqual(kept);
    if (kept.length < events.length) expect(reading.value.torn || reading.value.damaged > 0).toBe(true);
  }
});

test("garbage and nothing at all read as no events", () => {
  const path = join(folder(), "garbage.jsonl");
  for (const [bytes, expected] of [
    ["", { events: [], torn: false, damaged: 0 }],
    ["garbage", { events: [], torn: true, damaged: 0 }],
    ["garbage\nmore\n", { events: [], torn: false, damaged: 1 }],
    ["99999999 00000000 {}", { events: [], torn: true, damaged: 0 }],
    [Buffer.alloc(4_096), { events: [], torn: true, damaged: 0 }],
  ] as const) {
    writeFileSync(path, bytes);
    expect(value(readJournal(path))).toEqual(expected);
  }
});

test("a journal of a newer version is refused", () => {
  const path = join(folder(), "newer.jsonl");
  writeFileSync(path, recordLine('{"journal":2}'));
  const failure = { reason: "newer-format", path, found: 2, known: 1 };
  expect(readJournal(path)).toEqual({ ok: false, failure });
});

test("the last fifty builds are kept, and always the one that starts, whatever the clock says", async () => {
  const at = join(folder(), "journal");
  mkdirSync(at);
  for (let build = 0; build < 60; build += 1) {
    const path = join(at, `b${build}.jsonl`);
    writeFileSync(path, "");
    utimesSync(path, 4_000_000_000 + build, 4_000_000_000 + build);
  }
  writeFileSync(join(at, "notes.txt"), "a person's");
  const journal = value(await Journal.create(at, "now"));
  value(await journal.close());
  const names = readdirSync(at);
  expect(names).toContain("now.jsonl");
  expect(names).toContain("notes.txt");
  expect(names).not.toContain("b10.jsonl");
  expect(names.filter((name) => name.endsWith(".jsonl"))).toHaveLength(50);
  expect(value(listJournals(at))[0]).toBe(join(at, "b59.jsonl"));
  expect(value(listJournals(join(folder(), "nowhere")))).toEqual([]);
  expect(listJournals(join(at, "notes.txt"))).toMatchObject({ ok: false, failure: { code: "ENOTDIR" } });
});
