// Does a path that is let through stay where it says, on every disk?

import { posix, win32 } from "node:path";
import { expect, test } from "vitest";
import { canonicalPath, foldedPath, pathFault } from "../../../src/model/path.ts";
import { isSecretPath, isSensitivePath } from "../../../src/model/sensitive-path.ts";
import { chanceOf, LONG, oneOf, report, times } from "../extent.ts";
import { fuzz } from "./fuzz.ts";

const PATHS = [
  "src/a.ts",
  ".github/workflows/ci.yml",
  "package.json",
  ".git/config",
  "a/../b",
  "C:\\x",
  "docs/é.md",
];

/** Judged by a file's name alone, whatever it is written like. */
const GUARDED = [
  "package.json",
  ".npmrc",
  ".github/workflows/ci.yml",
  "Makefile",
  "sub/package-lock.json",
  ".env",
];

test("a path", LONG, async () => {
  await fuzz({
    name: "path",
    seeds: PATHS.map((path) => Buffer.from(path)),
    fault: (bytes) => faultOf(Buffer.from(bytes).toString("utf8")),
  });
});

function faultOf(path: string): string | null {
  const told = JSON.stringify(path);
  const sure = [isSensitivePath(path), isSecretPath(path), foldedPath(path), canonicalPath(path)];
  if (sure.includes("")) return path === "" || /^(?:\.\/+)+$/.test(path) ? null : `${told} folds to nothing`;
  if (canonicalPath(canonicalPath(path)) !== canonicalPath(path))
    return `${told} has two canonical spellings`;
  if (pathFault(path) !== null) return null;
  if (posix.join("/root/tree", path) !== `/root/tree/${path}`)
    return `${told} is let through and leads elsewhere`;
  if (win32.isAbsolute(path) || !win32.join("c:\\tree", path).startsWith("c:\\tree\\"))
    return `${told} is let through and leads out of the folder where names are read as on Windows`;
  if (/(?:^|\/)\.git(?:\/|$)/i.test(foldedPath(path)))
    return `${told} is let through and lies in git's folder`;
  return null;
}

test("how a guarded path is written does not let it through", LONG, () => {
  const chance = chanceOf("guarded path");
  const tried = times(300, 20_000, 20_000);
  const through: string[] = [];
  for (let round = 0; round < tried; round++) {
    const guarded = oneOf(GUARDED, chance);
    const letters = [...guarded].map((letter) => (chance() < 0.3 ? letter.toUpperCase() : letter)).join("");
    const path = [letters, `./${letters}`, letters.normalize("NFD"), `${letters} `, `${letters}.`][
      Math.floor(chance() * 5)
    ] as string;
    const isHeld = pathFault(path) !== null || isSensitivePath(path) || isSecretPath(path);
    if (!isHeld) through.push(path);
  }
  report({ what: "A guarded path is written in another way", tried, held: tried - through.length });
  expect(through).toEqual([]);
});
