// Does every shape that a project's git can have lead to a defined outcome?

import { chmodSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig, madeOnce, type ProjectText } from "../rig/factory-rig.ts";
import { ScriptedAgent, type ScriptedAttempt } from "../rig/scripted-agent.ts";
import type { FeatureText } from "../rig/specs.ts";

const NOTES: FeatureText = {
  id: "notes",
  requirements: { R1: "A note has a text.", R2: "A note has a date." },
  tasks: [
    { id: "T01", requirements: ["R1"] },
    { id: "T02", requirements: ["R2"] },
  ],
};

async function notes(project: Partial<ProjectText> = {}): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [{ id: "app", ...project }] });
  rig.feature(NOTES);
  return rig;
}

const builtNotes = madeOnce(async () => {
  const rig = await notes();
  expect((await rig.build()).code).toBe(0);
  return rig;
});

async function files(rig: FactoryRig, ref = "main"): Promise<readonly string[]> {
  return (await rig.git("app", "ls-tree", "-r", "--name-only", ref, "src")).split("\n").filter(Boolean);
}

const OUTPUTS = ["src/notes/T01.txt", "src/notes/T02.txt"];

test("an empty repository gets its first commit on the unborn branch", async () => {
  await using rig = await notes({ repository: "empty", gates: [{ id: "true", run: "true" }] });
  expect((await rig.build()).code).toBe(0);
  expect(await files(rig)).toEqual(OUTPUTS);
  expect(await rig.git("app", "symbolic-ref", "HEAD")).toBe("refs/heads/main");
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  expect(rig.read("projects/app/src/notes/T01.txt")).toContain("A note has a text.");
});

test("an unborn branch with staged work gets its first commit, and the staged work stays", async () => {
  await using rig = await notes({ repository: "empty", gates: [{ id: "true", run: "true" }] });
  rig.write({ "projects/app/mine.txt": "staged\n" });
  await rig.git("app", "add", "mine.txt");
  await rig.build();
  expect(rig.read("projects/app/mine.txt")).toBe("staged\n");
  expect(await rig.git("app", "ls-files", "mine.txt")).toBe("mine.txt");
});

test("a detached HEAD stays where it is while the branch moves", async () => {
  await using rig = await notes();
  await rig.git("app", "checkout", "--quiet", "--detach");
  const head = await rig.git("app", "rev-parse", "HEAD");
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "rev-parse", "HEAD")).toBe(head);
  expect(await files(rig)).toEqual(OUTPUTS);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
});

test("another branch that is checked out is left alone", async () => {
  await using rig = await notes();
  await rig.git("app", "switch", "--quiet", "--create", "mine");
  rig.write({ "projects/app/mine.txt": "work\n" });
  await rig.commit("app", "Mine");
  const head = await rig.git("app", "rev-parse", "HEAD");
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "rev-parse", "HEAD")).toBe(head);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  expect(await files(rig)).toEqual(OUTPUTS);
  expect(await files(rig, "mine")).toEqual([]);
});

test("a branch that does not exist is an error that names those that do", async () => {
  await using rig = await notes();
  await rig.declare({ projects: [{ id: "app", branch: "trunk" }] });
  const build = await rig.factory("build");
  expect(build.code).not.toBe(0);
  expect(build.stderr + build.stdout).toContain("trunk");
  expect(build.stderr + build.stdout).toContain("main");
  expect(await rig.git("app", "branch", "--format=%(refname:short)")).not.toContain("trunk");
});

test("a project that is missing and has no scaffold is an error that names its path", async () => {
  await using rig = await notes({ repository: "absent" });
  const build = await rig.factory("build");
  expect(build.code).not.toBe(0);
  expect(build.stderr + build.stdout).toContain("projects/app");
});

test("a folder without a repository of its own is never taken for the one around it", async () => {
  await using rig = await notes({ repository: "absent" });
  rig.write({ "projects/app/readme.txt": "no git here\n" });
  const build = await rig.factory("build");
  expect(build.code).not.toBe(0);
  expect(build.stderr).toContain("it lies in the one at");
  expect(rig.read("projects/app/readme.txt")).toBe("no git here\n");
});

test("a person's links, programs and binary files survive", async () => {
  await using rig = await notes();
  const bytes = Buffer.from([0, 255, 13, 10, 0, 137]);
  rig.write({ "projects/app/logo.bin": bytes, "projects/app/run.sh": "#!/bin/sh\n" });
  symlinkSync("logo.bin", rig.path("projects/app/link"));
  await rig.git("app", "add", "--all");
  await rig.git("app", "update-index", "--chmod=+x", "run.sh");
  await rig.git("app", "commit", "--quiet", "--message", "Mine");
  await rig.git("app", "checkout", "--quiet", "--", ".");
  const entries = () => rig.git("app", "ls-tree", "main", "logo.bin", "run.sh", "link");
  const before = await entries();
  expect((await rig.build()).code).toBe(0);
  expect(await entries()).toBe(before);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
});

async function drafted(
  files: readonly string[],
  play: (attempt: ScriptedAttempt) => Promise<void>,
  look: (rig: FactoryRig, agent: ScriptedAgent) => Promise<void>,
): Promise<void> {
  await using agent = await ScriptedAgent.listen();
  await using rig = await FactoryRig.create({
    agents: { scripted: { kind: "command", run: agent.run } },
    implementer: "scripted",
    limits: { attempts: 1, rebases: 0 },
  });
  rig.feature({ ...NOTES, tasks: [{ id: "T01", generator: null, files }] });
  const run = rig.start("build");
  await play(await agent.nextAttempt());
  expect((await run.done).code).toBe(0);
  await look(rig, agent);
}

test("modes, links and bytes of a draft reach the branch and the files", async () => {
  const hints = ["src/run.sh", "src/link", "src/logo.bin", "src/a name.txt"];
  await drafted(
    hints,
    async (attempt) => {
      await attempt.write("src/run.sh", "#!/bin/sh\nexit 0\n");
      await attempt.shell(
        "chmod +x src/run.sh && ln -s run.sh src/link && printf '\\000\\377\\r\\n' > src/logo.bin",
      );
      await attempt.succeed("src/a name.txt", "spaces\n");
    },
    async (rig) => {
      const modes = await rig.git("app", "ls-tree", "-r", "--format=%(objectmode) %(path)", "main", "src");
      expect(modes.split("\n")).toEqual([
        "100644 src/a name.txt",
        "120000 src/link",
        "100644 src/logo.bin",
        "100755 src/run.sh",
      ]);
      expect(rig.bytes("projects/app/src/logo.bin")).toEqual(Buffer.from([0, 255, 13, 10]));
      expect(await rig.git("app", "status", "--porcelain")).toBe("");
    },
  );
});

test("a file that a new draft no longer makes is deleted", async () => {
  await drafted(
    ["src/a.txt", "src/b.txt"],
    async (attempt) => {
      await attempt.write("src/a.txt", "a\n");
      await attempt.succeed("src/b.txt", "b\n");
    },
    async (rig, agent) => {
      rig.edit("specs/notes/feature.md", "has a text", "has a title");
      const run = rig.start("build");
      const attempt = await agent.nextAttempt();
      await attempt.shell("rm -f src/b.txt");
      await attempt.succeed("src/a.txt", "a2\n");
      expect((await run.done).code).toBe(0);
      expect(await files(rig)).toEqual(["src/a.txt"]);
    },
  );
});

test("a task that left the backlog takes its files with it", async () => {
  await using rig = await builtNotes();
  rig.feature({ ...NOTES, tasks: NOTES.tasks.slice(0, 1) });
  expect((await rig.build()).code).toBe(0);
  expect(await files(rig)).toEqual(["src/notes/T01.txt"]);
  expect(rig.read("specs/notes/factory.lock")).not.toContain("T02");
});

test("a feature that left takes its files with it", async () => {
  await using rig = await notes();
  rig.feature({ id: "extra", requirements: { R1: "More." }, tasks: [{ id: "T01" }] });
  await rig.build();
  expect(await files(rig)).toEqual(["src/extra/T01.txt", ...OUTPUTS]);
  rig.remove("specs/extra");
  expect((await rig.build("--yes")).code).toBe(0);
  expect(await files(rig)).toEqual(OUTPUTS);
});

test("a removed task does not take a person's edit of its file along", async () => {
  await using rig = await builtNotes();
  rig.write({ "projects/app/src/notes/T02.txt": "rewritten by hand\n" });
  await rig.commit("app", "Mine");
  rig.feature({ ...NOTES, tasks: NOTES.tasks.slice(0, 1) });
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", "main:src/notes/T02.txt")).toBe("rewritten by hand");
  expect((await rig.factory("check")).stdout).toContain("up to date");
  // It is theirs from now on, whatever they make of it.
  rig.write({ "projects/app/src/notes/T02.txt": "again\n" });
  await rig.commit("app", "Mine again");
  rig.edit("specs/notes/feature.md", `R1: ${NOTES.requirements.R1}`, "R1: Another first.");
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", "main:src/notes/T02.txt")).toBe("again");
});

test("a renamed output leaves no file under its old name", async () => {
  await using rig = await builtNotes();
  const [first, second] = NOTES.tasks;
  rig.feature({ ...NOTES, tasks: [first!, { ...second!, files: ["src/notes/dates.txt"] }] });
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([0, { "notes:T01": "fresh", "notes:T02": "regenerated" }]);
  expect(await files(rig)).toEqual(["src/notes/T01.txt", "src/notes/dates.txt"]);
});

test("the settings and hooks of a person's repository are neither used nor changed", async () => {
  await using rig = await notes();
  const mark = rig.path("mark");
  for (const name of ["pre-commit", "post-checkout", "post-merge", "reference-transaction"]) {
    const path = `projects/app/.git/hooks/${name}`;
    rig.write({ [path]: `#!/bin/sh\ntouch "${mark}"\n` });
    chmodSync(rig.path(path), 0o755);
  }
  const config = rig.read("projects/app/.git/config");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("projects/app/.git/config")).toBe(config);
  expect(() => rig.read("mark")).toThrow("ENOENT");
});

test("specs and code may share a repository: specs that are not committed keep no product back", async () => {
  await using rig = await notes({ repository: "absent", gates: [{ id: "true", run: "true" }] });
  rig.edit("projects.yaml", "path: projects/app", "path: ./");
  await rig.commitWorkspace("Specs");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("src/notes/T01.txt")).toContain("A note has a text.");

  const edit = (before: string, after: string) => rig.edit("specs/notes/feature.md", before, after);
  edit("has a text", "has a long text");
  await rig.git("..", "add", "specs/notes/feature.md");
  edit("has a date", "has a day");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("src/notes/T01.txt")).toContain("A note has a long text.");
  expect(rig.read("src/notes/T02.txt")).toContain("A note has a day.");
  expect(await rig.git("..", "status", "--porcelain", "specs/notes/feature.md", "src")).toBe(
    "MM specs/notes/feature.md",
  );
  expect(await rig.git("..", "show", ":specs/notes/feature.md")).toContain("has a date");

  rig.write({ "src/notes/T02.txt": "mine\n" });
  edit("a long text", "a short text");
  expect((await rig.build()).code).toBe(5);
  expect(rig.read("src/notes/T02.txt")).toBe("mine\n");
  expect(rig.read("src/notes/T01.txt")).toContain("A note has a long text.");
});
