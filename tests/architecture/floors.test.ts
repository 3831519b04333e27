// Does every file keep to the floor plan? Nouns below, mind and hands side by side above them, then the line
// that joins them, then the door. A file imports its own folder or one that is drawn below it.

import { basename } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { PRESETS } from "../../src/agents/presets/preset-names.ts";
import { PROVIDERS } from "../../src/agents/providers/provider-kinds.ts";
import { nodesOf, pathsBelow, type SourceFile, sourceFiles, textOf } from "./sources.ts";

const MIND = ["spec", "context", "engine", "report"];
const HANDS = ["agents", "gates", "workspaces", "store", "fleet"];
const LINE = ["pipeline", "watch"];
const SERVERS = ["mcp", "dashboard"];

/** What may be imported from each folder, beside itself. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  model: [],
  platform: ["model"],
  ...Object.fromEntries(MIND.map((folder) => [folder, ["model"]])),
  ...Object.fromEntries(HANDS.map((folder) => [folder, ["platform", "model"]])),
  ...Object.fromEntries(LINE.map((folder) => [folder, [...MIND, ...HANDS, "platform", "model"]])),
  operations: ["pipeline", ...MIND, ...HANDS, "platform", "model"],
  mcp: ["operations", "pipeline", ...MIND, ...HANDS, "platform", "model"],
  dashboard: ["operations", ...LINE, ...MIND, ...HANDS, "platform", "model"],
  cli: [...SERVERS, ...LINE, ...MIND, ...HANDS, "platform", "model"],
  "main.ts": ["cli", ...SERVERS, ...LINE, ...MIND, ...HANDS, "platform", "model"],
};

/** Rooms of the large folders, the lowest first. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  spec: [
    ...["findings", "yaml", "markdown", "schema", "read", "validate", "compare", "merge"],
    ...["instantiate", "edit", "answers", "extract", "imports", "survey"],
  ],
  pipeline: [
    // What a step works with, stations of a task's way, the line that joins them, and what commands do with the line.
    ...["reading", "projects", "slots", "gating", "stages", "sessions", "run", "past", "product"],
    ...["tasks", "planning"],
    "line",
    ...["adoption", "history", "imports", "programs", "settling", "templates", "upkeep", "commands"],
  ],
};

const FILES = sourceFiles();
const PURE = FILES.filter((file) => [...MIND, "model"].includes(file.folder));

/** Node's modules that act on the world. */
const ACTING =
  /^node:(fs|child_process|net|http|https|http2|dgram|dns|tls|os|readline|worker_threads|cluster)\b/;

/** Libraries that cost a start more than all of ours together. */
const HEAVY =
  /^(typescript|handlebars|yaml|zod|execa|simple-git|log-update|chokidar|fast-xml-parser|bullmq|ioredis|node-diff3|mdast-util-.*|openai|@modelcontextprotocol\/.*|@pydantic\/genai-prices)$/;

test("every folder of src/ has its place in the floor plan", () => {
  expect([...new Set(FILES.map((file) => file.folder))].filter((folder) => !(folder in BELOW))).toEqual([]);
});

test("a file imports its own folder or one that is drawn below it", () => {
  const upward = FILES.flatMap((file) =>
    file.imports
      .filter(({ ours }) => ours)
      .filter(({ target }) => {
        const folder = target.split("/")[1] as string;
        return folder !== file.folder && !(BELOW[file.folder] ?? []).includes(folder);
      })
      .map(({ target }) => `${file.path} imports ${target}`),
  );
  expect(upward).toEqual([]);
});

test.each(Object.keys(ROOMS))("a file of %s imports its own room or one that is drawn below it", (folder) => {
  const rooms = ROOMS[folder] ?? [];
  const roomOf = (path: string) => path.split("/").slice(2, -1).join("/");
  const inside = FILES.filter((file) => file.folder === folder);
  expect(inside.map(({ path }) => path).filter((path) => !rooms.includes(roomOf(path)))).toEqual([]);
  const upward = inside.flatMap(({ path, imports }) =>
    imports
      .filter(({ ours, target }) => ours && target.startsWith(`src/${folder}/`))
      .filter(({ target }) => rooms.indexOf(roomOf(target)) > rooms.indexOf(roomOf(path)))
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(upward).toEqual([]);
});

test("the page in a browser takes code of its own and of the mind alone, and the server none of the page's", () => {
  const isPage = (path: string) => path.startsWith("src/dashboard/page/");
  const wrong = FILES.flatMap(({ path, imports }) =>
    imports
      .filter(({ kind }) => kind !== "type")
      .filter(({ target, ours }) => {
        if (!isPage(path)) return isPage(target);
        if (!ours) return target.startsWith("node:");
        return !isPage(target) && ![...MIND, "model"].includes(target.split("/")[1] as string);
      })
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("YAML is taken apart in one room, behind the guard against what nests without end", () => {
  const readers = FILES.filter(({ imports }) => imports.some(({ target }) => target === "yaml"));
  expect(readers.map(({ path }) => path).filter((path) => !path.startsWith("src/spec/yaml/"))).toEqual([]);
});

test("no file imports itself over others, not even for a type", () => {
  expect(cycles(FILES)).toEqual([]);
});

test("the mind and the nouns do not act on the world", () => {
  const acting = PURE.flatMap((file) =>
    file.imports
      .filter(({ target }) => ACTING.test(target))
      .map(({ target }) => `${file.path} imports ${target}`),
  );
  expect(acting).toEqual([]);
});

test("the mind and the nouns know neither process, nor clock, nor chance", () => {
  const uses = PURE.flatMap((file) =>
    nodesOf(file.tree)
      .filter(isImpure)
      .map((node) => `${file.path} uses ${node.getText()}`),
  );
  expect(uses).toEqual([]);
});

test("a start and a build with nothing to do load no heavy library", () => {
  const byPath = new Map(FILES.map((file) => [file.path, file]));
  const loads = ["src/main.ts", "src/cli/commands/build.ts"].flatMap((start) =>
    [...eager(start, byPath)].map((file) => ({ start, file })),
  );
  const heavy = loads.flatMap(({ start, file }) =>
    file.imports
      .filter(({ kind, target }) => kind === "value" && HEAVY.test(target))
      .map(({ target }) => `${start} loads ${target} with ${file.path}`),
  );
  expect(heavy).toEqual([]);
});

test("a build loads nothing of a shared store where none is declared", () => {
  const byPath = new Map(FILES.map((file) => [file.path, file]));
  const loads = ["src/main.ts", "src/pipeline/line/build.ts", "src/pipeline/line/evaluate.ts"].flatMap(
    (start) => [...eager(start, byPath)],
  );
  expect(loads.map(({ path }) => path)).toContain("src/store/blobs.ts");
  expect(loads.filter(({ path }) => path.startsWith("src/store/sharing/")).map(({ path }) => path)).toEqual(
    [],
  );
});

test("a build loads nothing of a fleet where none is asked for", () => {
  const byPath = new Map(FILES.map((file) => [file.path, file]));
  const loads = ["src/main.ts", "src/cli/commands/status.ts", "src/pipeline/line/build.ts"].flatMap(
    (start) => [...eager(start, byPath)],
  );
  const paths = loads.map(({ path }) => path);
  expect(paths).toContain("src/pipeline/run/open-stages.ts");
  expect(paths.filter((path) => /^src\/fleet\/|\/fleet-stages\.ts$/.test(path))).toEqual([]);
});

test("a provider and a coding program are known to their own files and to the catalogues alone", () => {
  const known = new Set([...Object.keys(PROVIDERS), ...Object.keys(PRESETS)]);
  const elsewhere = FILES.filter(({ path }) => !/^src\/agents\/(providers|presets)\//.test(path)).flatMap(
    (file) =>
      nodesOf(file.tree)
        .filter((node) => ts.isStringLiteral(node) && known.has(node.text))
        .map((node) => `${file.path} names ${node.getText()}`),
  );
  expect(elsewhere).toEqual([]);
});

test("a file opens with a comment that says what question it answers", () => {
  const silent = FILES.filter(({ text }) => !/^(#!.*\n)?(\/\/|\/\*)/.test(text)).map(({ path }) => path);
  expect(silent).toEqual([]);
});

test("a file's name tells it from the files of all other folders", () => {
  // A command is called as people call it, a preset as its program, and a provider as what it provides.
  const named = /^src\/(?:cli\/commands|agents\/(?:presets|providers))\//;
  const names = pathsBelow("src").flatMap((path) => (named.test(path) ? [] : [basename(path)]));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("a file stays short enough to read", () => {
  const long = [...pathsBelow("src"), ...pathsBelow("tests")]
    .map((path) => ({ path, lines: textOf(path).split("\n").length }))
    .filter(({ path, lines }) => lines > (path.startsWith("src") ? 350 : 500));
  expect(long).toEqual([]);
});

test("no name is a drawer", () => {
  const drawers = FILES.flatMap(({ path }) => path.replace(/\.ts$/, "").split("/")).filter((name) =>
    /^(utils?|helpers?|common|core|shared|misc|lib|services?|managers?)$|-(utils?|manager|handler|service)$/.test(
      name,
    ),
  );
  expect(drawers).toEqual([]);
});

test("a name has one home: no barrels and no default exports", () => {
  const found = FILES.flatMap((file) =>
    file.tree.statements
      .filter((node) => ts.isExportAssignment(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier))
      .map((node) => `${file.path}: ${node.getText()}`),
  );
  expect(found).toEqual([]);
});

test("no test replaces a module", () => {
  const word = ["vi", "mock"].join(".");
  expect(pathsBelow("tests").filter((path) => textOf(path).includes(`${word}(`))).toEqual([]);
});

function isImpure(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) {
    const parent = node.parent;
    const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
    const isKey = (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) && parent.name === node;
    return !isMember && !isKey && ["process", "performance", "setTimeout", "setInterval"].includes(node.text);
  }
  if (ts.isNewExpression(node)) return node.expression.getText() === "Date" && !node.arguments?.length;
  return ts.isPropertyAccessExpression(node) && ["Date.now", "Math.random"].includes(node.getText());
}

/** Files that come into memory with `start`, without those that are imported where they are used. */
function* eager(
  start: string,
  byPath: ReadonlyMap<string, SourceFile>,
  seen = new Set<string>(),
): Generator<SourceFile> {
  const file = byPath.get(start);
  if (file === undefined || seen.has(start)) return;
  seen.add(start);
  yield file;
  for (const { ours, kind, target } of file.imports) {
    if (ours && kind === "value") yield* eager(target, byPath, seen);
  }
}

/** One cycle for every file that closes one, as a chain of paths. */
function cycles(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      found.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      return;
    }
    if (done.has(path)) return;
    for (const { ours, target } of byPath.get(path)?.imports ?? []) if (ours) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) walk(path, []);
  return found;
}
