// What do projects say together that lie in one repository, and what is told where they disagree?

import { expect, test } from "vitest";
import { findings } from "../../src/spec/validate/validate.ts";
import { backlog, codes, feature, lines, sound, workspace } from "./sources.ts";

const declared = (...projects: readonly string[]) =>
  workspace(`projects:\n${projects.map((project) => `  - {${project}}\n`).join("")}`);

const wordsOf = ({ diagnostics }: ReturnType<typeof workspace>) => lines(diagnostics);

test("what one of them says of the repository holds for all, and the first lends it its name", () => {
  const { projects } = sound(
    declared(
      "id: a, path: ./, root: ./packages/a/",
      "id: b, path: ., root: packages/b, setup: npm ci, branch: next, checkpoints: {merge: ask}",
      "id: c, path: elsewhere, root: packages/a",
    ),
  );
  const shared = { repository: "a", setup: "npm ci", branch: "next", merge: "ask" };
  expect(projects).toMatchObject([
    { id: "a", root: "packages/a", ...shared },
    { id: "b", root: "packages/b", ...shared },
    { id: "c", root: "packages/a", repository: "c", setup: null, branch: null, merge: "auto" },
  ]);
});

test("two that contradict each other are told, at the second", () => {
  const said = wordsOf(
    declared(
      "id: a, path: ./, root: a, branch: main, setup: npm ci",
      "id: b, path: ./, root: b, branch: next, setup: pnpm install",
    ),
  );
  expect(said).toHaveLength(2);
  expect(said[0]).toContain(
    "contradiction b/: The projects a and b lie in the same repository, and their `branch` differs.",
  );
  expect(said[1]).toContain("their `setup` differs");
});

test("a root is a folder of the repository", () => {
  expect(codes(declared("id: a, path: x, root: ../a").diagnostics)).toEqual(["2: path-leaves-project"]);
  expect(codes(declared("id: a, path: x, root: /a").diagnostics)).toEqual(["2: path-leaves-project"]);
  expect(codes(declared('id: a, path: x, root: "packages/*"').diagnostics)).toEqual(["2: hostile-path"]);
  expect(codes(declared("id: a, path: x, root: .git").diagnostics)).toEqual(["2: hostile-path"]);
  const twice = sound(declared("id: a, path: x, root: p", "id: b, path: x, root: p"));
  expect(codes(findings(twice, [], new Map()))).toEqual(["3: duplicate-path"]);
});

test("a project names the folder of its features from its root, and its repository knows those of all", () => {
  const { projects } = sound(
    declared(
      "id: a, path: ./, root: packages/a, specs: ./specs/",
      "id: b, path: ., root: packages/b",
      "id: whole, path: ./, specs: docs/requests",
      "id: c, path: elsewhere",
    ),
  );
  const specFolders = ["packages/a/specs", "docs/requests"];
  expect(projects).toMatchObject([
    { id: "a", specs: "packages/a/specs", specFolders },
    { id: "b", specs: null, specFolders },
    { id: "whole", specs: "docs/requests", specFolders },
    { id: "c", specs: null, specFolders: [] },
  ]);
});

test("features lie in a folder of the repository that projects.yaml lies in", () => {
  const found = (project: string) => codes(declared(`id: a, ${project}`).diagnostics);
  expect(found("path: elsewhere, specs: specs")).toEqual(["2: specs-elsewhere"]);
  expect(found("git: https://example.com/a, specs: specs")).toEqual(["2: specs-elsewhere"]);
  expect(found("path: ./, specs: ../specs")).toEqual(["2: path-leaves-project"]);
  expect(found("path: ./, specs: ./")).toEqual(["2: hostile-path"]);
  expect(found('path: ./, specs: "packages/*/specs"')).toEqual(["2: hostile-path"]);
  const inside = sound(declared("id: a, path: ./, specs: specs/a", "id: b, path: ./, root: b, specs: specs"));
  expect(lines(findings(inside, [], new Map()))).toEqual([
    expect.stringContaining("The folder specs/a of the project a lies in specs, whose folders are features."),
  ]);
});

test("a file has one owner in the repository, whichever project says it", () => {
  const projects = sound(
    declared("id: whole, path: x", "id: a, path: x, root: packages/a", "id: b, path: x, root: packages/b"),
  );
  const of = (id: string, project: string, path: string) =>
    sound(feature(id, `---\ntitle: t\nproject: ${project}\n---\n`, backlog(`T01 ${path}`)));
  const claims = (...features: readonly ReturnType<typeof of>[]) =>
    lines(findings(projects, features, new Map()));
  const clash = claims(of("one", "whole", "packages/a/src/x.ts"), of("two", "a", "src/x.ts")).join("\n");
  expect(clash).toContain("both claim packages/a/src/x.ts in the repository of whole and a");
  expect(claims(of("one", "whole", "packages/**"), of("two", "b", "src/x.ts")).join("\n")).toContain(
    "shared-file",
  );
  expect(claims(of("one", "a", "src/x.ts"), of("two", "b", "src/x.ts")).join("\n")).not.toContain(
    "shared-file",
  );
});
