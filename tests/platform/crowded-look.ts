// A process that has every descriptor in use, and looks at the table of processes all the same.

import { openSync } from "node:fs";
import { watchOverStarted } from "../../src/platform/living-families.ts";
import { processTable } from "../../src/platform/process-table.ts";

watchOverStarted();
try {
  for (;;) openSync("/dev/null", "r");
} catch (error) {
  const seen = () => processTable().some(({ pid }) => pid === process.ppid);
  console.log((error as NodeJS.ErrnoException).code, seen(), seen());
}
