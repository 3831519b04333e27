// Is an agent that does what it must not do caught, and does nothing of it reach the project?

import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { FactoryRig, type ProjectText } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import type { FeatureText } from "../rig/specs.ts";

const NOTES: FeatureText = {
  id: "notes",
  requirements: { R1: "A note has a text." },
  tasks: [{ id: "T01", generator: null }],
};

const WITH_TESTS: ProjectText = {
  id: "app",
  files: { "tests/other.test.mjs": "// the test of another task\nimport 'node:assert';\n" },
};

function program(name: string, ...args: readonly string[]): string {
  const path = fileURLToPath(new URL(`../rig/agents/${name}.mjs`, import.meta.url));
  return [process.execPath, path, "{{window}}", ...args]
    .map((word) => word.replace(/^[^{].*/, '"$&"'))
    .join(" ");
}

async function notes(run: string, timeout = "60s", projects: readonly ProjectText[] = [WITH_TESTS]) {
  const rig = await FactoryRig.create({
    projects,
    agents: { tried: { kind: "command", run, timeout } },
    implementer: "tried",
    limits: { attempts: 1, rebases: 0 },
  });
  rig.feature(NOTES);
  return rig;
}

/** All that a person sees of the project: refs, HEAD, index and files. */
async function portrait(rig: FactoryRig): Promise<readonly string[]> {
  return Promise.all([
    rig.git("app", "rev-parse", "HEAD", "main"),
    rig.git("app", "status", "--porcelain", "--ignored", "--untracked-files=all"),
    rig.git("app", "diff", "HEAD"),
    rig.git("app", "config", "--list", "--local"),
    rig.git("app", "symbolic-ref", "HEAD"),
  ]);
}

async function isCaught(rig: FactoryRig): Promise<void> {
  const before = await portrait(rig);
  const hooks = readdirSync(rig.path("projects/app/.git/hooks"));
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([1, { "notes:T01": "failed" }]);
  expect(await portrait(rig)).toEqual(before);
  expect(readdirSync(rig.path("projects/app/.git/hooks"))).toEqual(hooks);
  expect(await rig.git("app", "fsck", "--strict")).toBe("");
}

/** A killed process that nobody has collected yet still has an entry, in state Z. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  if (process.platform === "linux") {
    return existsSync(stat) && !/^\d+ \(.*\) [ZX]/s.test(readFileSync(stat, "utf8"));
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const CAUGHT: readonly (readonly [string, string])[] = [
  ["writes outside its scope", program("writes-outside-scope")],
  ["writes to the parent of its worktree", program("writes-to-parent")],
  ["makes its output a link to a file outside", program("links-outside")],
  ["changes nothing and claims success", program("does-nothing")],
  ["ends well with work that fails its gates", program("breaks-gates")],
  ["weakens the test of another task", program("weakens-tests", "tests/other.test.mjs")],
  ["deletes the test of another task", program("weakens-tests", "tests/other.test.mjs", "delete")],
];

test.each(CAUGHT)("an agent that %s is caught", async (_what, run) => {
  await using rig = await notes(run);
  await isCaught(rig);
});

test("a faithful agent is not caught", async () => {
  await using rig = await notes(program("faithful"));
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([0, { "notes:T01": "regenerated" }]);
  expect(rig.read("projects/app/src/notes/T01.txt")).toContain("A note has a text.");
});

test("an agent that writes through a symbolic link is caught, and the link's target is as before", async () => {
  await using rig = await notes("");
  rig.write({ "elsewhere/keep.txt": "kept\n" });
  await rig.declare({
    projects: [WITH_TESTS],
    agents: { tried: { kind: "command", run: program("writes-through-symlink", rig.path("elsewhere")) } },
    implementer: "tried",
    limits: { attempts: 1, rebases: 0 },
  });
  await isCaught(rig);
  expect(rig.read("elsewhere/keep.txt")).toBe("kept\n");
});

test("an agent that hangs is killed at its timeout, and its work is refused", async () => {
  await using rig = await notes(program("hangs"), "1s");
  await isCaught(rig);
});

test.each(["", "wait"])("children that ignore SIGTERM do not survive their agent (%s)", async (how) => {
  await using rig = await notes("true");
  const list = rig.path("children.json");
  await rig.declare({
    agents: {
      tried: {
        kind: "command",
        run: program("leaves-children", list, how),
        timeout: how === "" ? "60s" : "2s",
      },
    },
    implementer: "tried",
    limits: { attempts: 1, rebases: 0 },
  });
  const build = await rig.build();
  expect(build.actions).toEqual({ "notes:T01": how === "" ? "regenerated" : "failed" });
  const children = JSON.parse(readFileSync(list, "utf8")) as number[];
  expect(children).toHaveLength(2);
  // The kernel may still be busy with the killed ones when the build has ended.
  await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), { timeout: 10_000 });
});

test("a gate that hangs and leaves children is killed with all of them", async () => {
  const gate = `import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
if (existsSync("src/notes/T01.txt")) {
  process.on("SIGTERM", () => {});
  spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true });
  setInterval(() => {}, 1000);
}
`;
  const project = {
    id: "app",
    files: { "hang.mjs": gate },
    gates: [{ id: "hang", run: "node hang.mjs", timeout: "2s" }],
  };
  await using rig = await notes(program("faithful"), "60s", [project]);
  await isCaught(rig);
});

test("a gigabyte of output fills neither the disk nor the screen", async () => {
  await using rig = await notes(program("floods"));
  const build = await rig.build();
  expect(build.stderr.length + build.stdout.length).toBeLessThan(1_000_000);
  const sizes = rig.list(".factory").map((path) => lstatSync(rig.path(path)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(64 * 1024 * 1024);
  expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main", "src")).toBe("src/notes/T01.txt");
});

test("what an agent plants in the git of its worktree never runs and never reaches the project", async () => {
  await using rig = await notes("true");
  const mark = rig.path("mark");
  await rig.declare({
    projects: [WITH_TESTS],
    agents: { tried: { kind: "command", run: program("plants-hooks", mark) } },
    implementer: "tried",
  });
  const [, , , config] = await portrait(rig);
  // Whether the draft is refused or kept without the plants, none of them may run later.
  const build = await rig.build();
  expect([0, 1]).toContain(build.code);
  rig.edit("specs/notes/feature.md", "has a text", "has a title");
  await rig.build();
  expect(existsSync(mark)).toBe(false);
  expect((await portrait(rig))[3]).toBe(config);
});

test("an agent sees an allow-listed environment and a repository of its own", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent.run);
  const run = rig.start("build", "--json");
  const attempt = await agent.nextAttempt();
  expect(attempt.environment).toMatchObject({ FACTORY_TASK: "notes:T01" });
  expect(Object.keys(attempt.environment)).toEqual(
    expect.arrayContaining(["FACTORY_WINDOW", "FACTORY_RESULT"]),
  );
  expect(attempt.environment.GIT_CONFIG_NOSYSTEM).toBeUndefined();
  expect((await attempt.shell("git rev-parse --show-toplevel")).trim()).toBe(attempt.cwd);
  expect(await attempt.shell("git status --porcelain")).toBe("?? TASK_CONTEXT.md\n");
  expect(await attempt.read("TASK_CONTEXT.md")).toBe(attempt.window);
  expect(attempt.cwd.startsWith(rig.path("projects"))).toBe(false);
  await attempt.succeed("src/notes/T01.txt", "text\n");
  expect((await run.done).code).toBe(0);
  expect(lstatSync(rig.path("projects/app/src/notes/T01.txt")).isFile()).toBe(true);
});

test("more files than anybody reads are refused as too large, however empty they are", async () => {
  await using rig = await notes("mkdir -p src && cd src && seq 1 6000 | xargs touch");
  const build = await rig.build();
  expect([build.code, build.stderr]).toEqual([
    1,
    expect.stringContaining("The draft takes 23.4 MB on a disk in 6000 files, and the limit is 20.0 MB."),
  ]);
});

test("a folder deeper than the system takes paths is refused by name, and is gone for the next draft", async () => {
  const dive = `import { mkdirSync, writeFileSync } from "node:fs";
for (let depth = 0; depth < 1200; depth++) {
  mkdirSync("d".repeat(40), { recursive: true });
  process.chdir("d".repeat(40));
}
writeFileSync("bottom.txt", "x");
`;
  await using rig = await notes('sh "{{workspace}}/draft.sh"');
  rig.write({
    "dive.mjs": dive,
    "draft.sh": `${JSON.stringify(process.execPath)} "$(dirname "$0")/dive.mjs"\n`,
  });
  const refused = await rig.build();
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/has the path "d+\/.*, which is too long/),
  ]);
  rig.write({ "draft.sh": "mkdir -p src/notes && echo note > src/notes/T01.txt\n" });
  const mended = await rig.build("--force");
  expect([mended.code, mended.actions], mended.stderr).toEqual([0, { "notes:T01": "regenerated" }]);
});
