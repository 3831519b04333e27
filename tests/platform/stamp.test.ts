import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  ABSENT,
  changedPaths,
  packStamps,
  restedStamp,
  sameStamp,
  stampOf,
  UNKNOWN,
} from "../../src/platform/stamp.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "factory-stamp-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LATER = 60_000;

test("a file that nobody touched has the stamp it had", () => {
  const path = join(folder, "file");
  writeFileSync(path, "text");
  expect(sameStamp(stampOf(path), stampOf(path))).toBe(true);
});

test("an edit of the same length with its time set back shows", () => {
  const path = join(folder, "file");
  writeFileSync(path, "text");
  const before = stampOf(path);
  const { atime, mtime } = statSync(path);
  while (Date.now() <= before.ctimeMs + 20);
  writeFileSync(path, "tex!");
  utimesSync(path, atime, mtime);
  expect(sameStamp(stampOf(path), before)).toBe(false);
});

test("a file that another was moved onto shows, though size and time agree", () => {
  const [path, other] = [join(folder, "file"), join(folder, "other")];
  writeFileSync(path, "text");
  writeFileSync(other, "tex!");
  utimesSync(path, 1_000, 1_000);
  utimesSync(other, 1_000, 1_000);
  const before = stampOf(path);
  renameSync(other, path);
  expect(sameStamp(stampOf(path), before)).toBe(false);
});

test("what is absent equals what is absent, and what cannot be told equals nothing", () => {
  expect(stampOf(join(folder, "nothing"))).toEqual(ABSENT);
  expect(sameStamp(ABSENT, stampOf(join(folder, "nothing")))).toBe(true);
  const loop = join(folder, "loop");
  symlinkSync("loop", loop);
  expect(stampOf(loop)).toBe(UNKNOWN);
  expect(sameStamp(UNKNOWN, UNKNOWN)).toBe(false);
});

test("a file that changed just before it was read is not trusted, one that had rested is", () => {
  const stamp = { size: 4, mtimeMs: 5_000.5, ctimeMs: 1_000_000.25, ino: 7 };
  expect(restedStamp(stamp, 1_000_010)).toBe(UNKNOWN);
  expect(restedStamp(stamp, 1_000_021)).toBe(stamp);
  expect(restedStamp(stamp, 999_000)).toBe(UNKNOWN);
});

test("where times are whole seconds, a file must have rested for longer", () => {
  const stamp = { size: 4, mtimeMs: 5_000, ctimeMs: 1_000_000, ino: 7 };
  expect(restedStamp(stamp, 1_001_999)).toBe(UNKNOWN);
  expect(restedStamp(stamp, 1_002_000)).toBe(stamp);
});

test("what is absent needs no rest, and a modification time of the future does no harm", () => {
  expect(restedStamp(ABSENT, 0)).toBe(ABSENT);
  const future = { size: 4, mtimeMs: 9e12, ctimeMs: 1_000.5, ino: 7 };
  expect(restedStamp(future, 2_000)).toBe(future);
});

test("of many packed stamps exactly those are told that changed, came, went or were never trusted", () => {
  const paths = [
    "projects.yaml",
    "specs",
    "specs/a/feature.md",
    "specs/a/BACKLOG.yaml",
    "specs/b/feature.md",
    "specs/b/PLAN.md",
  ];
  mkdirSync(join(folder, "specs", "a"), { recursive: true });
  mkdirSync(join(folder, "specs", "b"));
  for (const path of paths)
    if (path.includes(".") && !path.endsWith("PLAN.md")) writeFileSync(join(folder, path), path);
  const stamps = new Map(
    paths.map((path) => [path, restedStamp(stampOf(join(folder, path)), Date.now() + LATER)]),
  );
  const packed = JSON.parse(JSON.stringify(packStamps(stamps)));
  expect(changedPaths(folder, packed)).toEqual([]);
  expect(changedPaths(folder, packStamps(new Map([...stamps, ["specs/a/feature.md", UNKNOWN]])))).toEqual([
    "specs/a/feature.md",
  ]);
  writeFileSync(join(folder, "specs/b/PLAN.md"), "new");
  writeFileSync(join(folder, "specs/a/feature.md"), "longer than before");
  unlinkSync(join(folder, "specs/a/BACKLOG.yaml"));
  chmodSync(join(folder, "projects.yaml"), 0o600);
  mkdirSync(join(folder, "specs", "c"));
  expect(new Set(changedPaths(folder, packed))).toEqual(
    new Set(["specs/b/PLAN.md", "specs/a/feature.md", "specs/a/BACKLOG.yaml", "projects.yaml", "specs"]),
  );
});
