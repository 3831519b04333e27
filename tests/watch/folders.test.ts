// What is told of what happens in a workspace? Real folders; whoever waits for an event has another watcher see it.

import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { watchFolders } from "../../src/watch/folders.ts";

test("a log beside projects.yaml touches nothing, and a folder of sources that appears does", async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "factory-watch-")));
  const told: string[] = [];
  let wake = () => {};
  const folders = await watchFolders(
    root,
    () => {
      told.push("touched");
      wake();
    },
    (message) => told.push(message),
  );
  const touched = () => new Promise<void>((resolve) => (wake = resolve));
  const witness = watch(root);
  try {
    for (let line = 0; line < 3; line++) {
      const seen = once(witness, "change");
      writeFileSync(join(root, "watch.log"), `line ${line}\n`, { flag: "a" });
      await seen;
    }
    expect(told).toEqual([]);

    for (const path of ["projects.yaml", "specs"]) {
      const next = touched();
      if (path.includes(".")) writeFileSync(join(root, path), "text\n");
      else mkdirSync(join(root, path));
      await next;
    }
  } finally {
    witness.close();
    await folders.close();
    rmSync(root, { recursive: true });
  }
});
