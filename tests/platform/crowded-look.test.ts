// Does a process that has no file descriptor left still see who runs? Else it would take what it started for gone.

import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";

test.runIf(process.platform === "linux")(
  "the table of processes is seen without a free descriptor",
  async () => {
    const program = join(mkdtempSync(join(tmpdir(), "factory-crowded-")), "crowded-look.mjs");
    const entry = join(import.meta.dirname, "crowded-look.ts");
    await build({ entryPoints: [entry], outfile: program, bundle: true, platform: "node", format: "esm" });
    // The shell stays: it is who has to be seen.
    const command = `ulimit -n 40; "${process.execPath}" "${program}"; :`;
    expect(execFileSync("/bin/sh", ["-c", command], { encoding: "utf8" })).toBe("EMFILE true true\n");
  },
);
