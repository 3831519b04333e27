// Does the page for teams tell the truth? A reader follows it in an empty folder, with a bare repository beside it.

import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "vitest";
import { Reader } from "./reader.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("what the page for teams says is what happens", { timeout: 300_000 }, async () => {
  await using reader = await Reader.sitDown("fares");
  symlinkSync(join(ROOT, "bin", "factory.js"), join(reader.base, "bin", "factory"));
  const text = readFileSync(join(ROOT, "docs/teams.md"), "utf8");
  await reader.follow({ name: "docs/teams.md", text });
});
