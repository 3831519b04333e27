// Is a project's folder clean when its owner's git says so? Their settings live in files of their own, which decide about
// that folder, and about nothing that the factory keeps for itself.

import { chmodSync, existsSync, utimesSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import type { FeatureText } from "../rig/specs.ts";

const GUIDE: FeatureText = {
  id: "guide",
  requirements: { R1: "Doors open at nine." },
  tasks: [{ id: "T01" }],
};

const FILE = "projects/app/src/guide/T01.txt";

/** Stores a large file as one line that names it, as programs for large files do. Each run leaves a word in a log. */
const STORE = `#!/bin/sh
home=$(dirname "$0"); echo "$1 $PWD" >> "$home/ran"; held=$(mktemp); cat > "$held"
case $1 in
clean) if head -1 "$held" | grep -q '^stored '; then cat "$held"
  else name=$(cksum < "$held" | tr -d ' '); cp "$held" "$home/$name"; echo "stored $name"; fi;;
smudge) name=$(sed -n 's/^stored //p' "$held"); if [ -n "$name" ]; then cat "$home/$name"; else cat "$held"; fi;;
esac
rm -f "$held"
`;

function settings(rig: FactoryRig, text: string): void {
  rig.write({ "../home/.gitconfig": text });
}

function withStore(rig: FactoryRig): void {
  rig.write({ "../home/store/run": STORE });
  const program = rig.path("../home/store/run");
  chmodSync(program, 0o755);
  settings(
    rig,
    `[filter "large"]\n\tclean = ${program} clean\n\tsmudge = ${program} smudge\n\trequired = true\n`,
  );
}

/** As a backup, an editor or a copy leaves it: the same bytes, and another time. */
function touch(rig: FactoryRig, path: string): void {
  const time = new Date(Date.now() - 60_000);
  utimesSync(rig.path(path), time, time);
}

test("a large file that was only touched is clean, by a filter of the person's own settings", async () => {
  await using rig = await FactoryRig.create();
  withStore(rig);
  const model = Array.from({ length: 300 }, (_, at) => `weight ${at}\n`).join("");
  rig.write({ "projects/app/.gitattributes": "*.bin filter=large -text\n", "projects/app/model.bin": model });
  await rig.commit("app", "A model");
  expect(await rig.git("app", "show", "main:model.bin")).toMatch(/^stored /);
  rig.feature(GUIDE);
  touch(rig, "projects/app/model.bin");
  expect((await rig.factory("doctor")).stdout).not.toContain("model.bin");
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(rig.read(FILE)).toContain("Doors open at nine.");
  expect(rig.read("projects/app/model.bin")).toBe(model);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  // What is not as it was stored is still theirs, and in the way.
  rig.write({ "projects/app/model.bin": `${model}weight 300\n` });
  rig.edit("specs/guide/feature.md", "at nine", "at ten");
  const kept = await rig.build();
  expect(kept.code).toBe(5);
  expect(kept.stdout).toContain("model.bin");
});

test("line ends of the person's settings are clean in a fresh clone, and the product is laid with them", async () => {
  await using rig = await FactoryRig.create();
  const origin = rig.path("../home/origin");
  await rig.git("app", "clone", "--quiet", "--bare", ".", origin);
  settings(rig, "[core]\n\tautocrlf = true\n");
  rig.remove("projects/app");
  rig.write({ "projects/.keep": "" });
  await rig.launch("projects", ["git", "clone", "--quiet", origin, "app"]).done;
  expect(rig.read("projects/app/check.sh")).toContain("\r\n");
  touch(rig, "projects/app/check.sh");
  rig.feature(GUIDE);
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(rig.read(FILE)).toContain("Doors open at nine.\r\n");
  expect(await rig.git("app", "show", "main:src/guide/T01.txt")).not.toContain("\r");
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  touch(rig, FILE);
  rig.edit("specs/guide/feature.md", "at nine", "at ten");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(FILE)).toContain("Doors open at ten.\r\n");
});

test("modes that the person's settings leave out are no work of theirs", async () => {
  await using rig = await FactoryRig.create();
  settings(rig, "[core]\n\tfileMode = false\n");
  await rig.git("app", "config", "--unset", "core.fileMode");
  chmodSync(rig.path("projects/app/check.sh"), 0o755);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  rig.feature(GUIDE);
  expect((await rig.build()).code).toBe(0);
});

test("attributes of the person's settings hold in their folder, and nowhere else", async () => {
  await using rig = await FactoryRig.create();
  rig.write({ "../home/attributes": "*.txt text eol=crlf\n" });
  settings(rig, `[core]\n\tattributesFile = ${rig.path("../home/attributes")}\n`);
  rig.feature(GUIDE);
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(FILE)).toContain("\r\n");
  expect(await rig.git("app", "show", "main:src/guide/T01.txt")).not.toContain("\r");
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
});

test("a filter of the person's runs on no draft", async () => {
  await using rig = await FactoryRig.create();
  withStore(rig);
  const config = rig.read("../home/.gitconfig");
  // A file that the person ignores everywhere is part of a draft all the same.
  rig.write({ "../home/ignored": "*.txt\n" });
  settings(rig, `${config}[core]\n\texcludesFile = ${rig.path("../home/ignored")}\n`);
  rig.feature(GUIDE);
  expect((await rig.build()).code).toBe(0);
  expect(rig.list("../home/store").some((path) => path.endsWith("/ran"))).toBe(false);
  expect(rig.read(FILE)).toContain("Doors open at nine.");
});

test("an edit that git was told to pass over is named, and stays", async () => {
  await using rig = await FactoryRig.create();
  rig.feature(GUIDE);
  expect((await rig.build()).code).toBe(0);
  for (const flag of ["skip-worktree", "assume-unchanged"]) {
    await rig.git("app", "update-index", `--${flag}`, "src/guide/T01.txt");
    const mine = `${rig.read(FILE)}mine\n`;
    rig.write({ [FILE]: mine });
    expect(await rig.git("app", "status", "--porcelain")).toBe("");
    const before = await rig.git("app", "rev-parse", "main");
    rig.edit("specs/guide/feature.md", "open", "still open");
    const build = await rig.build();
    expect(build.code).toBe(5);
    expect(build.document.diagnostics[0]).toMatchObject({ code: "dirty-worktree", file: FILE });
    expect(rig.read(FILE)).toBe(mine);
    expect(await rig.git("app", "rev-parse", "main")).toBe(before);
    await rig.git("app", "update-index", `--no-${flag}`, "src/guide/T01.txt");
    await rig.git("app", "checkout", "--", "src/guide/T01.txt");
    expect((await rig.build()).code).toBe(0);
  }
});

test("an edit that git was told to pass over stops a paid task before its agent starts", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "src/a.txt": "theirs\n" } }],
    agents: { writer: { kind: "command", run: "touch {{workspace}}/ran && echo ours > src/a.txt" } },
    implementer: "writer",
  });
  await rig.git("app", "update-index", "--skip-worktree", "src/a.txt");
  rig.write({ "projects/app/src/a.txt": "mine\n" });
  rig.feature({ id: "notes", requirements: { R1: "Notes." }, tasks: [{ id: "T01", files: ["src/a.txt"] }] });
  const build = await rig.build();
  expect(build.code).toBe(5);
  expect(build.document.diagnostics[0]).toMatchObject({
    code: "dirty-worktree",
    file: "projects/app/src/a.txt",
  });
  expect(existsSync(rig.path("ran"))).toBe(false);
  expect(rig.read("projects/app/src/a.txt")).toBe("mine\n");
  // One that is as it was committed is in nobody's way.
  rig.write({ "projects/app/src/a.txt": "theirs\n" });
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("projects/app/src/a.txt")).toBe("ours\n");
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  // It is still passed over, as its owner wants it.
  expect(await rig.git("app", "ls-files", "-v", "src/a.txt")).toBe("S src/a.txt");
});
