// Compares a text with its golden file; UPDATE_GOLDEN=1 writes the file instead.

import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

export function expectGolden(name: string, lines: readonly string[] | string): void {
  const text = typeof lines === "string" ? lines : `${lines.join("\n")}\n`;
  const file = new URL(`./golden/${name}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}
