// One of several processes that want the build lock: takes it, writes lines as long as it holds it, lets go, again.
// Arguments: workspace, log file, platform whose kind of lock to use.

import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { acquireBuildLock } from "../../src/store/build-lock.ts";

const [root, log, platform] = process.argv.slice(2) as [string, string, NodeJS.Platform];
const request = {
  command: "factory build",
  wait: true,
  onWait: () => {},
  signal: new AbortController().signal,
};

for (;;) {
  const lock = await acquireBuildLock(root, request, platform);
  if (!lock.ok) throw new Error(JSON.stringify(lock.failure));
  appendFileSync(log, `enter ${process.pid}\n`);
  for (let step = 0; step < 5; step += 1) {
    appendFileSync(log, `hold ${process.pid}\n`);
    await sleep(Math.random() * 4);
  }
  appendFileSync(log, `leave ${process.pid}\n`);
  await lock.value.release();
}
