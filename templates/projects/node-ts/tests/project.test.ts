import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const manifest: Record<string, unknown> = JSON.parse(readFileSync("package.json", "utf8"));

it("needs no package at run time", () => {
  expect(manifest).not.toHaveProperty("dependencies");
});
