// Which files of a tree does a gate run from? Those that its command names, what these name in turn, and the settings
// that its tools look for by name. A draft that changes one of them changes the gate by which it is judged. Pure:
// whoever asks reads the files.

import { posix } from "node:path";
import { jsonObject } from "../model/json-object.ts";
import { foldersOf } from "../model/path.ts";
import { type Result, success } from "../model/result.ts";
import type { Oid, Tree } from "../model/tree.ts";

/** Settings of test runners, compilers and linters, of what starts them, and hooks that they load on their own. */
const SETTINGS = new RegExp(
  [
    "(?:^|/)(?:vitest|vite|jest|ava|karma|playwright|cypress|wdio|babel|webpack|rollup|eslint|prettier|stylelint|commitlint",
    "|lint-staged|nyc|c8|tsup|turbo|nx|biome|deno|lerna|rush)(?:\\.(?:config|workspace|setup))?\\.[cm]?[jt]sonc?$",
    "|(?:^|/)(?:vitest|vite|jest|ava|karma|playwright|cypress|wdio|babel|webpack|rollup|eslint|prettier|stylelint)",
    "\\.(?:config|workspace|setup)\\.[cm]?[jt]sx?$",
    "|(?:^|/)tsconfig[^/]*\\.json$",
    "|(?:^|/)\\.(?:mocharc|eslintrc|prettierrc|nycrc|c8rc|babelrc|swcrc|stylelintrc|taprc|jestrc|markdownlint)[^/]*$",
    "|(?:^|/)\\.(?:eslintignore|prettierignore|npmrc|yarnrc\\.yml|flake8|pylintrc|coveragerc|rubocop\\.yml|rspec)$",
    "|(?:^|/)\\.golangci\\.(?:ya?ml|toml|json)$",
    "|(?:^|/)(?:pytest|tox|mypy|ruff|\\.mypy|\\.ruff|setup|nose2|phpunit|phpstan|clippy|\\.clippy|rustfmt|nextest|justfile)",
    "\\.(?:ini|toml|cfg|xml|neon|xml\\.dist|neon\\.dist)$",
    "|(?:^|/)(?:conftest|noxfile|sitecustomize|tasks)\\.py$|(?:^|/)(?:pyproject|Cargo)\\.toml$|(?:^|/)\\.cargo/config(?:\\.toml)?$",
    "|(?:^|/)(?:GNUm|[Mm])akefile$|\\.mk$|(?:^|/)\\.?[Jj]ustfile$|(?:^|/)Taskfile\\.ya?ml$|(?:^|/)Rakefile$|(?:^|/)build\\.zig$",
    "|(?:^|/)(?:build|settings)\\.gradle(?:\\.kts)?$|(?:^|/)gradle\\.properties$|(?:^|/)pom\\.xml$|(?:^|/)composer\\.json$",
    "|(?:^|/)Directory\\.Build\\.(?:props|targets)$|\\.runsettings$",
  ].join(""),
);
/** In another folder of the repository than the project's own and those above it: no tool looks there by itself. */
const NEIGHBOUR = /^(?:\.\.\/)+(?!\.\.\/)[^/]+\//;
const PACKAGE = /(?:^|\/)package\.json$/;

/** Keys of a package.json that say what a package is and needs; all others may steer a tool. */
const DATA = new Set([
  ...["name", "version", "description", "keywords", "homepage", "bugs", "license", "author", "contributors"],
  ...[
    "funding",
    "files",
    "main",
    "module",
    "browser",
    "types",
    "typings",
    "exports",
    "imports",
    "bin",
    "man",
  ],
  ...["repository", "dependencies", "devDependencies", "peerDependencies", "peerDependenciesMeta", "private"],
  ...[
    "optionalDependencies",
    "bundleDependencies",
    "bundledDependencies",
    "engines",
    "os",
    "cpu",
    "publishConfig",
  ],
]);

/** A file that is named by a name is followed so far; one that names half of the project is no script. */
const FOLLOWED = 2;
const LARGEST = 64 * 1024;

/** What stands for each file that a gate runs from, by path. Equal values mean an equal gate. */
export type GateFiles = Readonly<Record<string, string>>;

/** Answers in the order asked. */
export type TextsOf = (oids: readonly Oid[]) => Promise<Result<readonly string[]>>;

/** Fails as `textsOf` does. */
export async function gateFilesOf(command: string, tree: Tree, textsOf: TextsOf): Promise<Result<GateFiles>> {
  const folders = foldersOf(tree.keys());
  const instrument: Record<string, string> = {};
  const add = (path: string, text: string | null) => {
    const oid = tree.get(path)?.oid as Oid;
    instrument[path] = text === null || !PACKAGE.test(path) ? oid : steering(text, oid);
  };
  const around = [...tree.keys()].filter((path) => !NEIGHBOUR.test(path));
  for (const path of around) if (SETTINGS.test(path)) add(path, null);
  const packages = around.filter((path) => PACKAGE.test(path));
  const manifests = await read(packages, tree, textsOf);
  if (!manifests.ok) return manifests;
  for (const { path, text } of manifests.value) add(path, text);
  let sources: readonly Source[] = [
    { folder: "", text: command },
    ...manifests.value.map(({ folder, text }) => ({ folder, text: scriptsIn(text) })),
  ];
  for (let depth = 0; depth < FOLLOWED && sources.length > 0; depth++) {
    const named = sources.flatMap((source) => [...pathsIn(source, { tree, folders })]);
    const fresh = [...new Set(named)].filter((path) => !Object.hasOwn(instrument, path));
    const found = await read(fresh, tree, textsOf);
    if (!found.ok) return found;
    for (const { path, text } of found.value) add(path, text);
    sources = found.value.filter(({ text }) => text.length <= LARGEST);
  }
  return success(instrument);
}

/** The paths at which the files of two gates differ. A new file that a command names is what it looks at, unless it steers. */
export function changedParts(before: GateFiles, after: GateFiles): readonly string[] {
  const added = Object.keys(after).filter((path) => SETTINGS.test(path) || PACKAGE.test(path));
  const paths = new Set([...Object.keys(before), ...added]);
  return [...paths].filter((path) => before[path] !== after[path]).sort();
}

interface Source {
  /** Against which names in it may be meant, beside the top. */
  readonly folder: string;
  readonly text: string;
}

async function read(
  paths: readonly string[],
  tree: Tree,
  textsOf: TextsOf,
): Promise<Result<(Source & { readonly path: string })[]>> {
  const files = paths.filter((path) => tree.get(path)?.mode.startsWith("100") === true);
  const texts = await textsOf(files.map((path) => tree.get(path)?.oid as Oid));
  if (!texts.ok) return texts;
  return success(
    files.map((path, index) => {
      const folder = posix.dirname(path);
      return { path, folder: folder === "." ? "" : folder, text: texts.value[index] as string };
    }),
  );
}

/** Files of the tree that a text names: from the top, from its own folder, and from every folder that it names. */
function* pathsIn(
  { folder, text }: Source,
  { tree, folders }: { readonly tree: Tree; readonly folders: ReadonlySet<string> },
): Generator<string> {
  const words = new Set(text.split(/[\s"'`=,;|&()<>{}[\]$]+/).map((word) => word.replace(/^(?:\.\/)+/, "")));
  const bases = [
    "",
    folder,
    ...[...words].map((word) => word.replace(/\/+$/, "")).filter((word) => folders.has(word)),
  ];
  for (const word of words) {
    if (word === "" || word.length > 512 || !/[./]/.test(word)) continue;
    for (const base of bases) {
      const path = posix.normalize(posix.join(base, word));
      if (tree.has(path)) yield path;
    }
  }
}

function scriptsIn(text: string): string {
  const { scripts } = jsonObject(text) ?? {};
  return scripts === null || typeof scripts !== "object" ? "" : Object.values(scripts).join("\n");
}

/** A dependency that is added to a package moves no tool. */
function steering(text: string, oid: Oid): string {
  const fields = jsonObject(text);
  if (fields === null) return oid;
  return JSON.stringify(Object.entries(fields).filter(([key]) => !DATA.has(key)));
}
