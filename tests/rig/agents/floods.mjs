// An agent that prints a gigabyte and then does its task.

import { writeSync } from "node:fs";

const chunk = Buffer.alloc(1 << 20, "noise ");
for (let written = 0; written < 1 << 30; ) written += writeSync(1, chunk);
await import("./faithful.mjs");
