// What if a newer version wrote the files? They are refused by name and left as they are.

import { expect, test } from "vitest";
import { Trial } from "./trial.ts";

const record = (value: object) => {
  const json = JSON.stringify(value);
  return `${json.length} ${crc32(json)} ${json}\n`;
};

/** As `FORMAT.md` says: CRC-32 as eight hex digits. */
function crc32(text: string): string {
  let crc = ~0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}

test("what a newer version wrote is refused untouched, and nobody is asked anything", async () => {
  await using trial = await Trial.begin();
  const { rig, wire } = trial;
  const newer = {
    "specs/work/factory.lock": '{\n  "feature": "work",\n  "tasks": {},\n  "version": 99\n}\n',
    ".factory/store/calls/calls.jsonl": record({ type: "calls", format: 99 }),
  };
  for (const [path, text] of Object.entries(newer)) {
    rig.write({ [path]: text });
    const run = await trial.factory("build");
    expect([run.code === 0, run.stdout + run.stderr]).toEqual([
      false,
      expect.stringContaining("has format 99"),
    ]);
    // What is wrong with specs, `validate` tells in full.
    const told = path.startsWith("specs/") ? await trial.factory("validate") : run;
    expect(told.stdout + told.stderr).toContain("Update spec-factory");
    expect(rig.read(path)).toBe(text);
    rig.remove(path);
  }
  expect(wire.exchanges).toEqual([]);
  expect((await trial.factory("build")).code).toBe(0);
});
