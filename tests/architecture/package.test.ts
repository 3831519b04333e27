// Does whoever installs the package have all that its documents speak of?

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

test("every link of a document in the package leads to a file of the package", () => {
  // Without scripts: the bundle is made already, and says nothing of documents.
  const said = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ files }] = JSON.parse(said) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain("docs/importing.md");
  // What others wrote goes along with their terms.
  expect(paths).toContain("dist/grammars/tree-sitter-kotlin.wasm.gz");
  expect(readFileSync(join(ROOT, "dist/NOTICES.txt"), "utf8")).toMatch(/^ioredis [\d.]+ \(MIT\)\n\nThe MIT/m);
  const dead = paths
    .filter((path) => path.endsWith(".md") && !path.startsWith("templates/"))
    .flatMap((path) => linksOf(path).filter((link) => !leads(link, paths)));
  expect(dead).toEqual([]);
});

test("installing the package runs no script of it, and npm asks nobody about one", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const asked = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"];
  expect(Object.keys(scripts).filter((name) => asked.includes(name))).toEqual([]);
});

function linksOf(document: string): string[] {
  const links = readFileSync(join(ROOT, document), "utf8").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g);
  return [...links]
    .map(([, link]) => link as string)
    .filter((link) => !link.includes("://"))
    .map((link) => normalize(join(dirname(document), link)).replace(/\/$/, ""));
}

function leads(link: string, paths: readonly string[]): boolean {
  return paths.some((path) => path === link || path.startsWith(`${link}/`));
}
