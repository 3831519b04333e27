import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { monotonic, now } from "../../src/platform/clock.ts";
import { listFolder, readFileCapped, readSnapshot } from "../../src/platform/files.ts";
import { sameStamp, stampOf, UNKNOWN } from "../../src/platform/stamp.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "factory-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function failureOf(result: { ok: boolean; failure?: unknown }): unknown {
  expect(result.ok).toBe(false);
  return result.failure;
}

test("a folder lists its entries by code unit with their kinds", () => {
  for (const name of ["b", "a", "ä", "Z"]) writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, "folder"));
  symlinkSync("a", join(folder, "link"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  const listed = listFolder(folder);
  expect(listed.ok && listed.value.map((entry) => `${entry.name} ${entry.kind}`)).toEqual([
    "Z file",
    "a file",
    "b file",
    "folder folder",
    "link link",
    "pipe special",
    "ä file",
  ]);
  expect(failureOf(listFolder(join(folder, "none")))).toMatchObject({ reason: "io", code: "ENOENT" });
});

test("a file of exactly the limit is read, and one byte more is refused", () => {
  const path = join(folder, "file");
  writeFileSync(path, Buffer.alloc(100_000, "x"));
  const read = readFileCapped(path, 100_000);
  expect(read.ok && Buffer.from(read.value).equals(Buffer.alloc(100_000, "x"))).toBe(true);
  expect(failureOf(readFileCapped(path, 99_999))).toMatchObject({ code: "too-large", path });
  writeFileSync(path, "");
  expect(readFileCapped(path, 0)).toMatchObject({ ok: true });
});

test("a file whose size the system calls zero is read whole", () => {
  const read = readFileCapped("/proc/self/status", 1_000_000);
  expect(read.ok && Buffer.from(read.value).toString()).toContain("Pid:");
});

test("folders, FIFOs, devices and links to them are refused without blocking", () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  symlinkSync("pipe", join(folder, "link"));
  symlinkSync("/dev/zero", join(folder, "zero"));
  for (const path of [folder, join(folder, "pipe"), join(folder, "link"), join(folder, "zero"), "/dev/tty"]) {
    expect(failureOf(readFileCapped(path, 10))).toMatchObject({ reason: "io", code: "not-a-file", path });
  }
  expect(failureOf(readFileCapped(join(folder, "none"), 10))).toMatchObject({ code: "ENOENT" });
});

test("a rested file's snapshot comes with its stamp, a fresh one's with none that is trusted", () => {
  const path = join(folder, "file");
  writeFileSync(path, "text");
  const fresh = readSnapshot(path, 100);
  expect(fresh).toMatchObject({ ok: true, value: { stamp: UNKNOWN } });
  while (Date.now() <= stampOf(path).ctimeMs + 25);
  const rested = readSnapshot(path, 100);
  expect(rested.ok && sameStamp(rested.value.stamp, stampOf(path))).toBe(true);
});

test("a snapshot of a file that is written all the time is one of its states, or says that it changes", async () => {
  const path = join(folder, "file");
  writeFileSync(path, "a".repeat(200_000));
  const program = `
    const { writeFileSync, renameSync } = require("node:fs");
    for (let n = 0; ; n += 1) {
      const text = "abcdefgh"[n % 8].repeat(100000 + (n % 3) * 50000);
      if (n % 2) writeFileSync(process.argv[1], text);
      else { writeFileSync(process.argv[1] + ".new", text); renameSync(process.argv[1] + ".new", process.argv[1]); }
    }`;
  const writer = spawn(process.execPath, ["-e", program, path]);
  await once(writer, "spawn");
  try {
    for (let round = 0; round < 300; round += 1) {
      const read = readSnapshot(path, 1_000_000);
      if (!read.ok) expect(read.failure).toMatchObject({ reason: "io", code: "changing" });
      // In place, a writer truncates first: an empty or short file is a state that it really had.
      else if (read.value.bytes.length > 0) expect(new Set(read.value.bytes).size).toBe(1);
    }
  } finally {
    writer.kill("SIGKILL");
    await once(writer, "exit");
  }
});

test("the clock for durations never steps back", () => {
  const before = monotonic();
  utimesSync(folder, now() / 1_000, now() / 1_000);
  expect(monotonic()).toBeGreaterThanOrEqual(before);
});
