// Do tools that ask git find in a gate what they find in the project: tags, history, branches and where it is hosted?

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const NOTES = {
  id: "notes",
  requirements: { R1: "A note has a text." },
  tasks: [{ id: "T01", requirements: ["R1"] }],
};

/** What a gate saw, command by command. */
async function seenBy(rig: FactoryRig, commands: readonly string[]): Promise<readonly string[]> {
  const seen = join(mkdtempSync(join(tmpdir(), "factory-seen-")), "seen");
  const run = `{ ${commands.map((command) => `${command}; echo ===`).join("; ")}; } > ${seen} 2>&1`;
  await rig.declare({ projects: [{ id: "app", gates: [{ id: "ask", run }] }] });
  rig.feature(NOTES);
  expect((await rig.build()).code).toBe(0);
  return readFileSync(seen, "utf8").split("===\n").slice(0, -1);
}

test("a gate sees tags, history, branches and the remote, without passwords", async () => {
  await using rig = await FactoryRig.create();
  await rig.git("app", "tag", "-a", "v1.2.0", "-m", "First");
  rig.write({ "projects/app/b.txt": "b\n" });
  await rig.commit("app", "Second");
  const url = "https://someone:secret@git.example.org/team/app.git";
  await rig.git("app", "remote", "add", "origin", url);
  await rig.git("app", "update-ref", "refs/remotes/origin/main", "HEAD~");
  await rig.git("app", "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
  await rig.git("app", "branch", "topic", "HEAD~");
  const answers = await seenBy(rig, [
    "git describe --tags",
    "git log --format=%s",
    "git remote get-url origin",
    "git status --porcelain",
    "git rev-parse --abbrev-ref HEAD",
    "git diff --name-only origin/HEAD...",
    "git diff --name-only topic",
    "grep -rc secret .git/config",
    "git fsck --connectivity-only",
    "git push -q origin HEAD 2>/dev/null || echo refused",
  ]);
  const [describe, log, remote, status, branch, sinceOrigin, sinceTopic, secret, fsck, push] = answers;
  expect(describe).toMatch(/^v1\.2\.0-2-g[0-9a-f]+\n$/);
  expect(log).toBe("What this task starts from\nSecond\nStart\n");
  expect(remote).toBe("https://git.example.org/team/app.git\n");
  expect(status).toBe("");
  expect(branch).toBe("main\n");
  expect(sinceOrigin).toBe("b.txt\nsrc/notes/T01.txt\n");
  expect(sinceTopic).toBe("b.txt\nsrc/notes/T01.txt\n");
  expect(secret).toBe("0\n");
  expect(fsck).not.toMatch(/error|missing|broken/);
  expect(push).toBe("refused\n");
  expect(await rig.git("app", "log", "-1", "--format=%s", "origin/main")).toBe("Start");
});

test("a shallow clone of a branch by another name is one in a gate, too", async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "origin" }] });
  for (const name of ["a", "b", "c"]) {
    rig.write({ [`projects/origin/${name}.txt`]: name });
    await rig.commit("origin", name);
  }
  await rig.git("origin", "branch", "-m", "trunk");
  await rig.git("origin", "clone", "-q", "--depth=2", `file://${rig.path("projects/origin")}`, "../app");
  const seen = rig.path("seen");
  const run = `git log --format=%s > ${seen}; git rev-parse --is-shallow-repository --abbrev-ref HEAD >> ${seen}`;
  await rig.declare({ projects: [{ id: "app", branch: "trunk", gates: [{ id: "ask", run }] }] });
  rig.feature({ ...NOTES, tasks: [{ id: "T01", requirements: ["R1"] }] });
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("seen")).toBe("What this task starts from\nc\nb\ntrue\ntrunk\n");
});
