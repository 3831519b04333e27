import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AppendFile } from "../../src/store/append-file.ts";
import { makeFolder, removeDurably, sweepTemps, writeDurably } from "../../src/store/durable.ts";
import { DISK, type DurableIo } from "../../src/store/durable-io.ts";
import { RecordingIo } from "./crash-disk.ts";
import { tempFolder, value } from "./temp-folder.ts";

const folder = tempFolder();

/** The disk, whose `step`s fail with `code` from call number `from` on; `short` bytes of a write still get through. */
function failing(step: keyof DurableIo, code: string, { from = 1, short = 0 } = {}): DurableIo {
  let calls = 0;
  const original = DISK[step] as (...given: unknown[]) => unknown;
  const replaced = (...given: unknown[]) => {
    calls += 1;
    if (calls < from) return original(...given);
    if (step === "write" && calls === from && short > 0) {
      return original(given[0], (given[1] as Uint8Array).subarray(0, short), given[2]);
    }
    throw Object.assign(new Error(`${code}: injected`), { code });
  };
  return { ...DISK, [step]: replaced };
}

test("a write makes missing folders, replaces what is there and keeps the mode", async () => {
  const path = join(folder(), "a", "b", "file");
  value(await writeDurably(path, "old", { mode: 0o600 }));
  value(await writeDurably(path, Buffer.from("new"), { mode: 0o600, io: new RecordingIo() }));
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder(), "a", "b"))).toEqual(["file"]);
});

test("a derived write waits for no disk and is still never torn", async () => {
  const io = new RecordingIo();
  value(await writeDurably(join(folder(), "x", "file"), "text", { derived: true, io }));
  const steps = io.operations.map((operation) => operation.do);
  expect(steps).not.toContain("sync");
  expect(steps).not.toContain("sync-folder");
  expect(steps.at(-1)).toBe("rename");
});

test.each(["open", "write", "sync", "rename"] as const)(
  "when %s fails the old content stands, no temporary file is left and the failure names the code",
  async (step) => {
    const path = join(folder(), "file");
    writeFileSync(path, "old");
    const written = await writeDurably(path, "new", { io: failing(step, "ENOSPC") });
    expect(written).toMatchObject({ ok: false, failure: { reason: "io", code: "ENOSPC" } });
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder())).toEqual(["file"]);
  },
);

test("a disk that takes a part of the bytes and then none leaves no partial file", async () => {
  const path = join(folder(), "file");
  const written = await writeDurably(path, "new content", { io: failing("write", "ENOSPC", { short: 3 }) });
  expect(written).toMatchObject({ ok: false, failure: { code: "ENOSPC" } });
  expect(readdirSync(folder())).toEqual([]);
});

test("where a file may not be replaced, the same content is success and other content is not", async () => {
  const path = join(folder(), "file");
  writeFileSync(path, "same");
  value(await writeDurably(path, "same", { io: failing("rename", "EPERM") }));
  expect(await writeDurably(path, "other", { io: failing("rename", "EPERM") })).toMatchObject({ ok: false });
  expect(readdirSync(folder())).toEqual(["file"]);
});

test("an exception that is no system error is a bug and comes out", async () => {
  const io: DurableIo = {
    ...DISK,
    rename: () => {
      throw new TypeError("bug");
    },
  };
  await expect(writeDurably(join(folder(), "file"), "text", { io })).rejects.toThrow("bug");
});

test("removing what is not there is success", async () => {
  value(await removeDurably(join(folder(), "nothing")));
});

test("a new folder is synced in its parent, as are the new ones above it", async () => {
  const io = new RecordingIo();
  value(await makeFolder(join(folder(), "a", "b", "c"), { io }));
  const synced = io.operations.flatMap((step) => (step.do === "sync-folder" ? [step.path] : []));
  expect(synced).toEqual([join(folder(), "a", "b"), join(folder(), "a"), folder()]);
});

test("temporary files of a crash are swept when old enough, and nothing else is", async () => {
  mkdirSync(join(folder(), "deep"));
  const temp = join(folder(), "deep", ".tmp-0123456789ab~T01.json");
  writeFileSync(temp, "half");
  writeFileSync(join(folder(), ".tmp-notes"), "a person's");
  const now = Date.now();
  expect(value(await sweepTemps(folder(), now, 60_000))).toBe(0);
  expect(existsSync(temp)).toBe(true);
  expect(value(await sweepTemps(folder(), now + 61_000, 60_000))).toBe(1);
  expect(readdirSync(folder())).toEqual([".tmp-notes", "deep"]);
  expect(value(await sweepTemps(join(folder(), "nowhere"), now, 0))).toBe(0);
});

test("a failed append is cut off again, so that the next one starts clean", async () => {
  const path = join(folder(), "log");
  const file = value(
    await AppendFile.open(path, null, { io: failing("write", "ENOSPC", { from: 2, short: 2 }) }),
  );
  value(file.append(Buffer.from("first\n")));
  expect(file.append(Buffer.from("second\n"))).toMatchObject({ ok: false, failure: { code: "ENOSPC" } });
  expect(readFileSync(path, "utf8")).toBe("first\n");
  value(file.close());
  value(file.close());
});

test("after a failed sync nothing more is appended: what the disk holds is unknown", async () => {
  const file = value(await AppendFile.open(join(folder(), "log"), null, { io: failing("syncData", "EIO") }));
  value(file.append(Buffer.from("first\n")));
  expect(await file.sync()).toMatchObject({ ok: false, failure: { code: "EIO" } });
  expect(file.append(Buffer.from("second\n"))).toMatchObject({ ok: false, failure: { code: "EIO" } });
  value(file.close());
});
