// Does the guide tell the truth? A reader follows it in an empty folder, with the command of this checkout on the PATH.

import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "vitest";
import { Reader } from "./reader.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("what the guide says is what happens", { timeout: 300_000 }, async () => {
  await using reader = await Reader.sitDown("tea");
  symlinkSync(join(ROOT, "bin", "factory.js"), join(reader.base, "bin", "factory"));
  const text = readFileSync(join(ROOT, "docs/factory-pattern.md"), "utf8");
  await reader.follow({ name: "docs/factory-pattern.md", text });
});
