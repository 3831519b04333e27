// Compares a text with its golden file; UPDATE_GOLDEN=1 writes the file instead.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

const FOLDER = new URL("./golden/", import.meta.url);

export function expectGolden(name: string, lines: readonly string[] | string): void {
  const text = typeof lines === "string" ? lines : `${lines.join("\n")}\n`;
  const file = new URL(name, FOLDER);
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}
