// One of several processes that want the build lock: takes it, writes lines as long as it holds it, lets go, again.
// Arguments: workspace, log file, and `refuse` for one that does not wait, and says whom it met.

import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { acquireBuildLock } from "../../src/store/build-lock.ts";

const [root, log, manner] = process.argv.slice(2) as [string, string, string | undefined];
const request = {
  command: "factory build",
  wait: true,
  onWait: () => {},
  onLost: () => {},
  signal: new AbortController().signal,
};

if (manner === "refuse") {
  const lock = await acquireBuildLock(root, { ...request, wait: false });
  process.stdout.write(
    `${lock.ok || lock.failure.reason !== "locked" ? JSON.stringify(lock) : lock.failure.holder}\n`,
  );
  process.exit(0);
}

for (;;) {
  const lock = await acquireBuildLock(root, request);
  if (!lock.ok) throw new Error(JSON.stringify(lock.failure));
  appendFileSync(log, `enter ${process.pid}\n`);
  for (let step = 0; step < 5; step += 1) {
    appendFileSync(log, `hold ${process.pid}\n`);
    await sleep(Math.random() * 4);
  }
  appendFileSync(log, `leave ${process.pid}\n`);
  await lock.value.release();
}
