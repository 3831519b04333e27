// Do the documents tell the truth? Their links lead somewhere and their tables match the disk and the command line.
// What README and tutorial say that a command does is run in tests/documents/.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { EXIT } from "../../src/cli/exit-code.ts";
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

test("the README's table of commands is the one of the command line", () => {
  const rows = rowsOf("README.md", "command", "does").map(([usage, does]) => [usage, does]);
  const usages = COMMANDS.flatMap((entry) =>
    "commands" in entry
      ? entry.commands.map(({ usage, summary }) => [`${entry.name} ${usage}`, summary])
      : [[entry.usage, entry.summary]],
  );
  expect(rows).toEqual(usages.map(([usage, summary]) => [`\`factory ${usage}\``, summary]));
});

test("the page of commands tells every exit code", () => {
  const codes = rowsOf("docs/commands.md", "exit code", "means").map(([code]) => Number(code));
  expect(codes).toEqual(Object.values(EXIT).sort((a, b) => a - b));
});

test("the folders of ARCHITECTURE.md are those of src/", () => {
  const told = rowsOf("ARCHITECTURE.md", "folder", "the one question it answers").map(([folder]) => folder);
  const folders = new Set(pathsBelow("src").flatMap((path) => path.match(/^src\/([^/]+)\//)?.[1] ?? []));
  expect([...told].sort()).toEqual([...folders].sort().map((folder) => `\`${folder}/\``));
});

test("every word of ARCHITECTURE.md that stands in code is a type of src/model/, and no word is told twice", () => {
  const rows = rowsOf("ARCHITECTURE.md", "word", "means", "word", "means");
  const words = rows.flatMap(([left, , right]) => [left, right]);
  expect(words.length).toBeGreaterThan(0);
  expect(words).toEqual([...new Set(words)]);
  const declared = new Set(
    pathsBelow("src/model").flatMap((path) =>
      [...textOf(path).matchAll(/^export (?:interface|type|class) (\w+)/gm)].map(
        (match) => `\`${match[1]}\``,
      ),
    ),
  );
  const named = rows.flatMap((cells) => cells.flatMap((cell) => cell.match(/`[A-Z]\w+`/g) ?? []));
  expect([...words, ...named].filter((word) => !declared.has(word ?? ""))).toEqual([]);
});

test("the places that CONTRIBUTING.md sends people to exist", () => {
  const places = rowsOf("CONTRIBUTING.md", "I want to …", "open").flatMap(([, where]) =>
    [...(where as string).matchAll(/`([^`]+)`/g)].map((match) => match[1] as string),
  );
  expect(places.length).toBeGreaterThan(0);
  const missing = places
    .map((place) => place.replace(/<[^>]*>.*$/, ""))
    .filter((place) => ["src", "."].every((folder) => !existsSync(join(ROOT, folder, place))));
  expect(missing).toEqual([]);
});

test("the page about the architecture can be read in one sitting", () => {
  expect(textOf("ARCHITECTURE.md").split("\n").length).toBeLessThanOrEqual(251);
});

/** Cells of the one table with these headings. */
function rowsOf(path: string, ...headings: readonly string[]): readonly (readonly string[])[] {
  const lines = textOf(path).split("\n");
  const start = lines.findIndex((line) => isEqual(cellsOf(line), headings));
  if (start < 0) throw new Error(`${path} has no table of ${headings.join(", ")}`);
  const below = lines.slice(start + 2);
  const end = below.findIndex((line) => !line.startsWith("|"));
  return below.slice(0, end < 0 ? below.length : end).map(cellsOf);
}

function cellsOf(line: string): readonly string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((cell, index) => cell === b[index]);
}
