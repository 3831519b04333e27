// Is a project a clean checkout after a build, whatever its .gitattributes ask of the files in it?

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const CRLF = {
  id: "notes",
  requirements: { R1: "A note has a text." },
  tasks: [
    {
      id: "T01",
      requirements: ["R1"],
      files: ["src/a.txt", "src/auto.c", "run.bat", "src/a.id", "src/a.rc"],
    },
  ],
};

// The attributes are committed alone, so that nothing else in the project is dirty from the start.
async function withAttributes(attributes: string, run: string): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", files: { ".gitattributes": attributes } }],
    agents: { scribe: { kind: "command", run } },
    implementer: "scribe",
  });
  rig.feature(CRLF);
  return rig;
}

async function isClean(rig: FactoryRig): Promise<void> {
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  // In a clone every file is looked at anew.
  const clone = rig.path("clone");
  await rig.git("app", "clone", "--quiet", ".", clone);
  await rig.launch("clone", ["git", "rm", "--quiet", "--cached", "-r", "."]).done;
  await rig.launch("clone", ["git", "add", "--all"]).done;
  expect((await rig.launch("clone", ["git", "status", "--porcelain"]).done).stdout).toBe("");
  rig.remove("clone");
}

const WRITE = [
  "mkdir -p src",
  `printf 'a\\r\\nb\\r\\n' > src/a.txt`,
  `printf 'a\\r\\n' > src/auto.c`,
  `printf 'echo\\n' > run.bat`,
  `printf '$Id: 12 $\\n' > src/a.id`,
  `printf 'a\\000\\r\\000\\n\\000' > src/a.rc`,
].join("; ");

test("a draft is committed as git add stores it, and the project is clean after it and after the next", async () => {
  const attributes =
    "* text=auto\n*.txt text eol=lf\n*.bat text eol=crlf\n*.id ident\n*.rc text working-tree-encoding=UTF-16LE\n";
  await using rig = await withAttributes(attributes, WRITE);
  const first = await rig.build();
  expect(first.code).toBe(0);
  await isClean(rig);
  expect(await rig.git("app", "show", "main:src/a.txt")).toBe("a\nb");
  expect(await rig.git("app", "show", "main:src/a.rc")).toBe("a");
  expect(await rig.git("app", "show", "main:src/a.id")).toBe("$Id$");
  expect((await rig.git("app", "ls-files", "--eol", "run.bat")).split(/\s+/).slice(0, 2)).toEqual([
    "i/lf",
    "w/crlf",
  ]);
  rig.edit("specs/notes/feature.md", "A note has a text.", "A note has a title.");
  rig.write({ "projects.yaml": rig.read("projects.yaml").replace("b\\\\r\\\\n", "c\\\\r\\\\n") });
  const second = await rig.build();
  expect(second.code).toBe(0);
  await isClean(rig);
  expect(await rig.build()).toMatchObject({ code: 0, actions: { "notes:T01": "fresh" } });
});

test("a draft of a file that a filter stores is refused by its path and its filter, and the filter never runs", async () => {
  await using rig = await withAttributes(
    "*.rc filter=lfs -text\n",
    `mkdir -p src; echo 1 > src/a.txt; echo 2 > src/a.rc`,
  );
  const ran = rig.path("ran");
  await rig.git("app", "config", "filter.lfs.clean", `touch ${ran}; cat`);
  await rig.git("app", "config", "filter.lfs.smudge", `touch ${ran}; cat`);
  const build = await rig.build();
  expect(build.code).not.toBe(0);
  const told = await rig.factory("status");
  expect(`${build.stdout}${build.stderr}${told.stdout}`).toMatch(/src\/a\.rc.*filter.*lfs/);
  expect(existsSync(join(ran))).toBe(false);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
});
