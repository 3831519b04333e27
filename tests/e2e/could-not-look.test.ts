// What does a command conclude where it could not look? Never that nothing is there: whatever is in the way is named, and
// nothing is deleted, written over, paid for again or called done. Root reads everything, so what stands in the way here
// is of the wrong kind: a folder for a file, a file for a folder, a link to itself, an object that is torn.

import {
  chmodSync,
  existsSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { ModelServer, turnOf, windowOf } from "../rig/model-server.ts";
import { finish, KEYS, smallWork, smallWorker, write } from "../rig/small-work.ts";
import { VersionedNotes } from "../rig/versioned-notes.ts";

const FACTORY = fileURLToPath(new URL("../../bin/factory.js", import.meta.url));

let builtAt = "";

const drafted = madeOnce(async () => {
  await using server = await ModelServer.listen(smallWorker());
  const rig = await smallWork(server);
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  builtAt = server.openai;
  return rig;
});

/** With another server than the one that it was built with. */
async function built(server: ModelServer): Promise<FactoryRig> {
  const rig = await drafted();
  rig.edit("projects.yaml", builtAt, server.openai);
  return rig;
}

/** Takes away what lies at the path, and puts a link to itself there. */
function loop(path: string): void {
  rmSync(path, { recursive: true, force: true });
  symlinkSync(path, path);
}

const OLD = new Date("2020-01-01");

test("a store that cannot be looked into has lost nothing, so nothing is paid for again", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await built(server);
  const asked = server.asked.length;
  rig.remove(".factory/index");
  const block = () => {
    for (const path of rig.list(".factory/store/blobs/paid")) loop(rig.path(path));
  };
  block();
  // What the product holds needs no store, and is kept in it again.
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  block();
  await rig.git("app", "update-ref", "-d", "refs/factory/main");
  await rig.git("app", "reset", "--hard", "--quiet", "HEAD^");
  rig.remove(".factory/index");
  const build = await rig.factoryWith(KEYS, "build");
  expect([build.code, build.stderr]).toEqual([1, expect.stringContaining("ELOOP")]);
  expect(server.asked).toHaveLength(asked);
});

test("traces that cannot be listed are a failure, and no reason to draft again", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await built(server);
  const asked = server.asked.length;
  rig.remove(".factory/index", "specs/work/factory.lock", ".factory/store/traces/work");
  writeFileSync(rig.path(".factory/store/traces/work"), "");
  const build = await rig.factoryWith(KEYS, "build");
  expect([build.code, build.stderr]).toEqual([1, expect.stringContaining("traces/work")]);
  expect(server.asked).toHaveLength(asked);
});

test("gc removes nothing of what it could not look at, and says where it stood still", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await built(server);
  rig.write({ ".factory/worktrees/left/file": "", ".factory/git/gone.git/HEAD": "" });
  loop(rig.path(".factory/store/marks/canary"));
  loop(rig.path(".factory/store/trials"));
  for (const flags of [["--dry-run"], []]) {
    const gc = await rig.factory("gc", ...flags);
    expect([gc.code, gc.stderr]).toEqual([1, expect.stringContaining("trials")]);
  }
  expect(existsSync(rig.path(".factory/worktrees/left"))).toBe(true);
  expect(existsSync(rig.path(".factory/git/gone.git"))).toBe(true);
  rmSync(rig.path(".factory/store/trials"));

  // How old a link to itself is cannot be told either.
  rig.write({ ".factory/store/trials/old": "" });
  utimesSync(rig.path(".factory/store/trials/old"), OLD, OLD);
  loop(rig.path(".factory/store/trials/unknown"));
  expect((await rig.factory("gc")).code).toBe(0);
  expect(readdirSync(rig.path(".factory/store/trials"))).toEqual(["unknown"]);
  expect(existsSync(rig.path(".factory/worktrees/left"))).toBe(false);
});

test("an account of calls that cannot be read is not one without calls", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await built(server);
  loop(rig.path(".factory/store/calls/calls.jsonl"));
  const answers = rig.list(".factory/store/calls").length;
  for (const command of [["gc", "--paid"], ["cost"]]) {
    const run = await rig.factory(...command);
    expect([command[0], run.code, run.stderr]).toEqual([
      command[0],
      1,
      expect.stringContaining("calls.jsonl"),
    ]);
  }
  expect(rig.list(".factory/store/calls")).toHaveLength(answers);
});

test("a folder of sources that cannot be listed is a finding, and no empty folder", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await built(server);
  rmSync(rig.path("specs"), { recursive: true });
  writeFileSync(rig.path("specs"), "");
  for (const command of ["validate", "build", "gc", "check"]) {
    const run = await rig.factoryWith(KEYS, command);
    expect([command, run.code, run.stderr + run.stdout]).toEqual([
      command,
      2,
      expect.stringContaining("specs"),
    ]);
  }
  expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main")).toContain("src/T01.txt");
});

test("whether a product arrived is not answered where git cannot tell", async () => {
  await using server = await ModelServer.listen((asked) => {
    if (turnOf(asked) > 0) return { calls: [finish] };
    return { calls: [write("src/T01.txt", windowOf(asked).includes("loud") ? "LOUD\n" : "T01\n")] };
  });
  await using rig = await built(server);
  rig.write({ "projects/app/src/T01.txt": "mine\n" });
  await rig.commit("app", "Mine");
  rig.edit("specs/work/feature.md", "says its own name", "says its own name out loud");
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(5);
  const mine = await rig.git("app", "rev-parse", "main:src/T01.txt");
  const torn = join(rig.path("projects/app/.git/objects"), mine.slice(0, 2), mine.slice(2));
  chmodSync(torn, 0o600);
  writeFileSync(torn, "torn");
  const status = await rig.factory("status", "--json");
  const found = JSON.parse(status.stdout).diagnostics;
  expect(found).toContainEqual(expect.objectContaining({ code: "git", target: "app/" }));
});

test("journals that cannot be listed stop whoever counts on them, and a build that could not write one", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await built(server);
  const asked = server.asked.length;
  loop(rig.path(".factory/journal"));
  rig.edit("specs/work/feature.md", "says its own name", "says its own name out loud");
  for (const command of ["audit", "check", "metrics", "build"]) {
    const run = await rig.factoryWith(KEYS, command);
    expect([command, run.code, run.stderr + run.stdout]).toEqual([
      command,
      1,
      expect.stringContaining(".factory/journal"),
    ]);
  }
  expect(server.asked).toHaveLength(asked);
  const doctor = JSON.parse((await rig.factoryWith(KEYS, "doctor", "--json")).stdout);
  expect(doctor.diagnostics).toContainEqual(expect.objectContaining({ code: "journal-unreadable" }));
});

test("what failed attempts left, and nobody can read, is no reason to pay for the same again", async () => {
  await using server = await ModelServer.listen((asked) =>
    turnOf(asked) > 0 ? { calls: [finish] } : { calls: [write("src/else.txt", "out of scope\n")] },
  );
  await using rig = await smallWork(server);
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(1);
  const asked = server.asked.length;
  const record = ".factory/tasks/work/T01.status.json";
  const whole = rig.read(record);
  for (const broken of [whole.slice(0, 30), "", "[]"]) {
    rig.write({ [record]: broken });
    const build = await rig.factoryWith(KEYS, "build");
    expect([build.code, build.stderr]).toEqual([1, expect.stringContaining("factory retry work:T01")]);
    expect(rig.read(record)).toBe(broken);
  }
  expect(server.asked).toHaveLength(asked);
  expect((await rig.factoryWith(KEYS, "retry", "work:T01")).code).toBe(1);
  expect(server.asked.length).toBeGreaterThan(asked);
  expect(JSON.parse(rig.read(record))).toMatchObject({ phase: "failed", failed: 1 });

  loop(rig.path(record));
  const before = server.asked.length;
  const build = await rig.factoryWith(KEYS, "build");
  expect([build.code, build.stderr]).toEqual([1, expect.stringContaining("ELOOP")]);
  expect(server.asked).toHaveLength(before);
});

test("a store that cannot give the sides of a merge is no reason to draft again", async () => {
  await using server = await ModelServer.listen((asked) =>
    turnOf(asked) > 0
      ? { calls: [finish] }
      : { calls: [write("src/T01.txt", "one\ntwo\nthree\nfour\nT01\n")] },
  );
  const files = { "package.json": "{}\n", "src/T01.txt": "one\ntwo\nthree\nfour\nfive\n" };
  await using rig = await smallWork(server, { projects: [{ id: "app", files }] });
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  const asked = server.asked.length;
  rig.write({ "projects/app/src/T01.txt": "ONE\ntwo\nthree\nfour\nT01\n" });
  await rig.commit("app", "Mine");
  for (const tier of ["paid", "derived"]) {
    for (const path of rig.list(`.factory/store/blobs/${tier}`)) loop(rig.path(path));
  }
  const build = await rig.factoryWith(KEYS, "build");
  expect([build.code, build.stderr]).toEqual([1, expect.stringContaining("ELOOP")]);
  expect(server.asked).toHaveLength(asked);
});

test("gc removes no blob while one of the two tiers cannot be listed", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await built(server);
  const name = "c".repeat(62);
  rig.write({ [`.factory/store/blobs/derived/cc/${name}`]: "unused", ".factory/store/blobs/paid/note": "" });
  utimesSync(rig.path(`.factory/store/blobs/derived/cc/${name}`), OLD, OLD);
  loop(rig.path(".factory/store/blobs/paid/ff"));
  const gc = await rig.factory("gc");
  expect([gc.code, gc.stderr]).toEqual([1, expect.stringContaining("paid/ff")]);
  expect(existsSync(rig.path(`.factory/store/blobs/derived/cc/${name}`))).toBe(true);
  rmSync(rig.path(".factory/store/blobs/paid/ff"));
  expect((await rig.factory("gc")).code).toBe(0);
  expect(existsSync(rig.path(`.factory/store/blobs/derived/cc/${name}`))).toBe(false);
  expect(existsSync(rig.path(".factory/store/blobs/paid/note"))).toBe(true);
});

test("locks of the past that cannot be read may select what a version needs, so the way back stops", async () => {
  await using notes = await VersionedNotes.create();
  const { rig } = notes;
  rig.write({ ".gitignore": ".factory/\nprojects/\ncalls.txt\nfactory.lock\n" });
  for (const text of ["A note says one thing.", "A note is short."]) {
    notes.write({ R1: text }, [{ id: "T01", title: "A note", files: ["src/a.txt"], requirements: ["R1"] }]);
    expect((await rig.build()).code).toBe(0);
    await rig.commitWorkspace(text);
  }
  rig.remove(".factory/store/traces");
  rig.write({ ".factory/replaced/notes/locks/any": "" });
  loop(rig.path(".factory/replaced/notes/locks/any"));
  const back = await rig.factory("revert", "notes@1");
  expect([back.code, back.stderr]).toEqual([1, expect.stringContaining("locks/any")]);
});

test("gc leaves a slot alone whose record it cannot read, and paid blobs that a damaged trace may name", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await built(server);
  rig.write({
    ".factory/slots/7/tree/file": "",
    ".factory/slots/8/tree/file": "",
    ".factory/slots/8.json": JSON.stringify({ version: 3 }),
    ".factory/slots/9/tree/file": "",
    ".factory/git/app.smudged/new-abc/file": "begun",
    ".factory/git/app.smudged/aa": "old",
    ".factory/git/app.smudged/bb": "in use",
    ".factory/git/app.ignores/0123.4567/.gitignore": "begun",
    [`.factory/store/blobs/paid/cc/${"c".repeat(62)}`]: "of a trace",
    ".factory/store/quarantine/trace": "damaged",
  });
  loop(rig.path(".factory/slots/7.json"));
  for (const path of [".factory/git/app.smudged/aa", `.factory/store/blobs/paid/cc/${"c".repeat(62)}`]) {
    utimesSync(rig.path(path), OLD, OLD);
  }
  const gc = await rig.factory("gc", "--paid");
  expect(gc.code).toBe(0);
  for (const told of ["left alone: slot 7", "left alone: slot 8", "quarantine"]) {
    expect(gc.stdout).toContain(told);
  }
  const slots = readdirSync(rig.path(".factory/slots"));
  expect(slots).toEqual(expect.arrayContaining(["7", "7.json", "8", "8.json"]));
  expect(slots).not.toContain("9");
  expect(readdirSync(rig.path(".factory/git/app.smudged"))).toEqual(["bb"]);
  expect(readdirSync(rig.path(".factory/git/app.ignores"))).not.toContain("0123.4567");
  expect(readdirSync(rig.path(".factory/store/blobs/paid/cc"))).toContain("c".repeat(62));
  const build = await rig.factoryWith(KEYS, "build");
  expect(build.code).toBe(0);
  expect((await rig.factory("doctor")).stdout).toContain("slot 7 (unreadable)");
});

test("specs of other tools in a folder that cannot be listed are not missing", async () => {
  await using rig = await FactoryRig.create();
  rig.write({
    "shop/.kiro/specs/notes/requirements.md": "# Requirements\n",
    "shop/.specify/specs/one/spec.md": "# One\n",
  });
  loop(rig.path("shop/specs"));
  for (const from of [[], ["--from", "spec-kit"]]) {
    const imported = await rig.factory("import", "shop", ...from);
    expect([imported.code, imported.stderr]).toEqual([1, expect.stringContaining("shop/specs")]);
  }
  loop(rig.path("shop"));
  const imported = await rig.factory("import", "shop");
  expect([imported.code, imported.stderr]).toEqual([1, expect.stringContaining("ELOOP")]);
});

test("how often planners were asked is not guessed, or their refused answers would be read again", async () => {
  await using rig = await FactoryRig.create({
    agents: { planner: { kind: "command", run: "echo asked >> ../../../../../asked.log; echo nothing" } },
    routing: { planner: "planner" },
  });
  rig.write({
    "specs/notes/feature.md": "---\nproject: app\n---\n# Notes\n\n## Requirements\n\n- R1: A note.\n",
  });
  expect((await rig.factory("build")).code).toBe(1);
  const file = ".factory/tasks/notes/planning.rounds.json";
  const asked = rig.list(".").filter((path) => path.endsWith("asked.log"));
  rig.write({ [file]: "{" });
  for (const command of ["build", "retry"]) {
    const torn = await rig.factory(command, ...(command === "retry" ? ["notes"] : []));
    expect([torn.code, torn.stderr]).toEqual([2, expect.stringContaining("planning.rounds.json")]);
  }
  loop(rig.path(file));
  for (const command of ["build", "retry"]) {
    const looped = await rig.factory(command, ...(command === "retry" ? ["notes"] : []));
    expect([looped.code, looped.stderr]).toEqual([1, expect.stringContaining("planning.rounds.json")]);
  }
  expect(rig.list(".").filter((path) => path.endsWith("asked.log"))).toEqual(asked);
});

test("a link that leads nowhere is somebody's: nothing is written in its place", async () => {
  await using rig = await FactoryRig.create();
  const bare = rig.path("../bare");
  rig.write({ "../bare/.keep": "" });
  for (const name of ["projects.yaml", ".gitignore"]) {
    symlinkSync("/nowhere", join(bare, name));
    const init = await rig.launch("../bare", [process.execPath, FACTORY, "init", "shop"]).done;
    expect([init.code, init.stderr]).toEqual([1, expect.stringContaining(name)]);
    expect(readlinkSync(join(bare, name))).toBe("/nowhere");
    rmSync(join(bare, name));
  }
  symlinkSync("/nowhere", rig.path("specs"));
  const add = await rig.factory("new", "products", "prices", "--yes");
  expect(add.code).not.toBe(0);
  expect(readlinkSync(rig.path("specs"))).toBe("/nowhere");
});

test("a task that cannot be judged says what is in the way, and speaks ill of no project", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await built(server);
  rig.write({ "templates/prompts/implementer.hbs": "{{#if project}}You implement one task.\n" });
  const status = await rig.factory("status");
  expect(status.stdout).toMatch(/cannot be judged: .*templates\/prompts\/implementer\.hbs/);
  expect(status.stdout).not.toContain("cannot build into");
  const asked = server.asked.length;
  const build = await rig.factoryWith(KEYS, "build");
  expect([build.code, build.stdout + build.stderr]).toEqual([
    1,
    expect.stringContaining("templates/prompts/implementer.hbs"),
  ]);
  expect(server.asked).toHaveLength(asked);
});

test("a project whose pointers cannot be looked at is named by validate", async () => {
  await using rig = await FactoryRig.create();
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a text." },
    tasks: [{ id: "T01", context: { files: ["src/other.txt"] } }],
  });
  rig.write({ "projects/app/.git/HEAD": "no head\n" });
  const { stdout, stderr } = await rig.factory("validate");
  expect(stdout + stderr).toContain("app/: whether its tasks point to what is there cannot be looked at");
});
