// What does the suite stand on? Tests run the real command, so the bundle is made once before them; and whatever they and
// the processes that they start leave in the temporary folder goes away with it.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default function setup(): () => void {
  execFileSync(process.execPath, ["scripts/bundle.mjs"], { stdio: "inherit" });
  const folder = mkdtempSync(join(tmpdir(), "factory-suite-"));
  process.env.TMPDIR = folder;
  return () => {
    if (process.env.FACTORY_RIG_KEEP === undefined)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}
