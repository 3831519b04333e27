// Is the bundle compiled once, and does what was kept of it never stand in the way? Newer versions of Node keep it by
// themselves, and are not asked here.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe.skipIf("enableCompileCache" in module)("what was compiled of the bundle", () => {
  let copy: string;
  let kept: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "factory-compiled-"));
    kept = join(copy, "dist/compiled");
    for (const name of ["bin", "dist", "package.json"])
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    rmSync(kept, { recursive: true, force: true });
  });

  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  const version = () =>
    execFileSync(process.execPath, [join(copy, "bin/factory.js"), "--version"], { encoding: "utf8" });
  const files = () => readdirSync(kept).map((name) => ({ name, ...statSync(join(kept, name)) }));

  test("is kept by the first run, and serves the next", () => {
    const first = version();
    const before = files();
    expect(before.map(({ name }) => name)).toContain("main.cjs.bin");
    expect(version()).toBe(first);
    expect(files()).toEqual(
      before.map((file) => ({ ...file, atime: expect.any(Date), atimeMs: expect.any(Number) })),
    );
  });

  test("is made again where it is damaged", () => {
    const first = version();
    for (const { name, size } of files()) {
      const file = join(kept, name);
      const content = readFileSync(file);
      writeFileSync(file, content.fill(0, size / 2, size / 2 + 64));
    }
    expect(version()).toBe(first);
    for (const { name, size } of files()) {
      const zeros = readFileSync(join(kept, name)).subarray(size / 2, size / 2 + 64);
      expect(zeros.some((byte) => byte !== 0)).toBe(true);
    }
    expect(version()).toBe(first);
  });

  test("is done without where nothing can be written", () => {
    writeFileSync(kept, "a file in its place");
    expect(version()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
