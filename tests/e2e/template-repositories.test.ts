// Do templates of a git repository serve at the commit that the workspace pins, and is nothing of them trusted?

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const template = (word: string) => ({
  "notes/template.yaml":
    'version: 1.0.0\ncode:\n  note:\n    - {template: note.hbs, to: "src/{{featureId task.id}}.txt"}\n',
  "notes/code/note.hbs": `${word}: {{task.title}}\n`,
  "notes/spec/feature.md.hbs":
    "---\nid: {{yaml feature.id}}\nproject: {{yaml project.id}}\ntemplate: notes\n---\n\n# {{line feature.title}}\n\n## Requirements\n\n- R1: A note.\n",
  "notes/spec/BACKLOG.yaml.hbs":
    "version: 1\ntasks:\n  - {id: T01, title: Note, requirements: [R1], scope: {files_hint: [src/{{feature.id}}.txt]}, acceptance: [is there], generator: notes/note}\n",
});

function git(folder: string, ...args: readonly string[]): string {
  const own = ["-c", "user.name=T", "-c", "user.email=t@localhost", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...own, ...args], { cwd: folder, encoding: "utf8" }).trim();
}

/** Commits the files, tags the commit, and gives its id. */
function commit(folder: string, files: Readonly<Record<string, string>>, tag: string): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  git(folder, "add", "-A");
  git(folder, "commit", "-qm", tag);
  git(folder, "tag", tag);
  return git(folder, "rev-parse", "HEAD");
}

test("a repository is pinned, fetched, moved and gone without, and its links are refused", async () => {
  await using rig = await FactoryRig.create();
  const source = rig.path("../elsewhere");
  mkdirSync(source);
  git(source, "init", "-q");
  const first = commit(source, template("first"), "v1.0.0");
  const second = commit(
    source,
    { ...template("second"), "other/template.yaml": "version: 1.0.0\n" },
    "v1.1.0",
  );
  const before = `# by hand\n${rig.read("projects.yaml")}`;
  rig.write({ "projects.yaml": before });

  const unknown = await rig.factory("template", "add", "../elsewhere", "--ref", "v9");
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("v1.0.0");
  const added = await rig.factory("template", "add", "../elsewhere", "--ref", "v1.0.0", "--json");
  expect(added.code).toBe(0);
  expect(JSON.parse(added.stdout)).toEqual({
    schema: 1,
    git: "../elsewhere",
    commit: first,
    templates: ["notes"],
  });
  expect(rig.read("projects.yaml").startsWith("# by hand\n")).toBe(true);

  expect((await rig.factory("new", "notes", "day", "--yes")).code).toBe(0);
  expect((await rig.build()).actions).toEqual({ "day:T01": "regenerated" });
  expect(rig.read("projects/app/src/day.txt")).toBe("first: Note\n");

  rig.remove(".factory");
  const offline = await rig.factory("build", "--offline");
  expect(offline.code).toBe(6);
  expect(offline.stderr).toContain(first.slice(0, 12));
  expect((await rig.factory("template", "check")).code).toBe(0);
  expect((await rig.build()).actions).toEqual({ "day:T01": "fresh" });

  expect((await rig.factory("template", "add", "../elsewhere", "--ref", "v1.1.0")).code).toBe(0);
  expect(rig.read("projects.yaml")).toContain(second);
  expect((await rig.build()).actions).toEqual({ "day:T01": "regenerated" });
  expect(rig.read("projects/app/src/day.txt")).toBe("second: Note\n");

  const fetched = readdirSync(rig.path(".factory/templates")).map((name) => `.factory/templates/${name}`);
  const old = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  for (const folder of fetched) utimesSync(rig.path(folder), old, old);
  const { removed } = JSON.parse((await rig.factory("gc", "--json")).stdout);
  expect(removed).toMatchObject([
    { kind: "templates", path: fetched.find((path) => path.includes(first.slice(0, 12))) },
  ]);
  expect(existsSync(rig.path(fetched.find((path) => path.includes(second.slice(0, 12))) ?? ""))).toBe(true);

  const own = template("own");
  rig.write(
    Object.fromEntries(Object.entries(own).map(([path, text]) => [`templates/features/${path}`, text])),
  );
  expect((await rig.build()).actions).toEqual({ "day:T01": "regenerated" });
  expect(rig.read("projects/app/src/day.txt")).toBe("own: Note\n");

  symlinkSync("/etc/passwd", join(source, "notes/code/more.hbs"));
  commit(source, {}, "v2.0.0");
  const linked = await rig.factory("template", "add", "../elsewhere", "--ref", "v2.0.0");
  expect(linked.code).toBe(2);
  expect(linked.stderr).toContain("symbolic link");
  for (const address of ["http://localhost/t", "ext::true", "git://localhost/t"]) {
    const refused = await rig.factory("template", "add", address);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("do not prove who answers");
  }
});
