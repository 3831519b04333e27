// What happens around an attempt: retries, evidence, questions, dependents, pools, interruption?

import { expect, test } from "vitest";
import { asBuild, FactoryRig, type ProjectText, type RigOptions } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import type { FeatureText, GateText } from "../rig/specs.ts";

const NOTES: FeatureText = {
  id: "notes",
  requirements: { R1: "A note has a text.", R2: "A note has a date." },
  tasks: [
    { id: "T01", requirements: ["R1"], generator: null },
    { id: "T02", requirements: ["R2"], generator: null, dependsOn: ["T01"] },
    { id: "T03", requirements: ["R2"], generator: null },
  ],
};

const ONE: FeatureText = { ...NOTES, tasks: NOTES.tasks.slice(0, 1) };

async function notes(
  agent: ScriptedAgent,
  feature: FeatureText,
  options: RigOptions = {},
): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    agents: { scripted: { kind: "command", run: agent.run, timeout: "60s" } },
    implementer: "scripted",
    limits: { attempts: 2, rebases: 0 },
    ...options,
  });
  rig.feature(feature);
  return rig;
}

test("a failure tells the next attempt in one line what not to do", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, ONE);
  const run = rig.start("build", "--json");

  const first = await agent.nextAttempt();
  expect(first.window).toContain("A note has a text.");
  expect(first.window).not.toContain("A note has a date.");
  await first.write("src/stray.txt", "not mine\n");
  await first.succeed("src/notes/T01.txt", "text\n");

  const second = await agent.nextAttempt();
  expect([second.task, second.number]).toEqual(["notes:T01", 2]);
  expect(second.window.split("\n").filter((line) => line.includes("src/stray.txt"))).toHaveLength(1);
  expect(second.window).toMatch(/Don't .*src\/stray\.txt/);
  // A fresh session in a fresh worktree.
  expect(await second.shell("git status --porcelain; ls src 2>/dev/null || true")).toBe(
    "?? TASK_CONTEXT.md\n",
  );
  await second.succeed("src/notes/T01.txt", "text\n");

  const build = asBuild(await run.done);
  expect([build.code, build.actions]).toEqual([0, { "notes:T01": "regenerated" }]);
  expect(build.document.tasks[0]).toMatchObject({ attempts: 2, agent: "scripted" });
});

test("the evidence of a failed attempt does not make the finished task stale", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, ONE);
  const run = rig.start("build");
  await (await agent.nextAttempt()).exit(1);
  await (await agent.nextAttempt()).succeed("src/notes/T01.txt", "text\n");
  expect((await run.done).code).toBe(0);
  expect((await rig.build()).actions).toEqual({ "notes:T01": "fresh" });
});

test("an exit code other than 0 fails an attempt, whatever it wrote", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, ONE);
  const run = rig.start("build", "--json");
  for (let count = 0; count < 2; count++) {
    const attempt = await agent.nextAttempt();
    await attempt.write("src/notes/T01.txt", "text\n");
    await attempt.exit(3);
  }
  const build = asBuild(await run.done);
  expect([build.code, build.actions]).toEqual([1, { "notes:T01": "failed" }]);
  expect(build.document.tasks[0]?.attempts).toBe(2);
  expect(rig.read(".factory/tasks/notes/T01.notes.md")).toContain("3");
});

test("a failed task holds up its dependents, and the others go on", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, NOTES, { limits: { attempts: 1, rebases: 0 } });
  const run = rig.start("build", "--json");
  for (let count = 0; count < 2; count++) {
    const attempt = await agent.nextAttempt();
    if (attempt.task === "notes:T01") await attempt.exit(1);
    else await attempt.succeed("src/notes/T03.txt", "date\n");
  }
  const build = asBuild(await run.done);
  expect(build.code).toBe(1);
  expect(build.actions).toEqual({
    "notes:T01": "failed",
    "notes:T02": expect.stringMatching(/^(blocked|skipped)$/),
    "notes:T03": "regenerated",
  });

  // What was finished is not paid twice.
  const again = rig.start("build", "--json");
  await (await agent.nextAttempt()).succeed("src/notes/T01.txt", "text\n");
  const last = await agent.nextAttempt();
  expect(last.task).toBe("notes:T02");
  await last.succeed("src/notes/T02.txt", "date\n");
  const built = asBuild(await again.done);
  expect(built.code).toBe(0);
  expect(built.actions).toMatchObject({ "notes:T01": "regenerated", "notes:T02": "regenerated" });
  expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main", "src")).toBe(
    "src/notes/T01.txt\nsrc/notes/T02.txt\nsrc/notes/T03.txt",
  );
});

test("a task's worktree holds its dependencies' outputs and nothing of its siblings", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, NOTES);
  const run = rig.start("build", "-j1");
  const seen: Record<string, string> = {};
  for (let count = 0; count < 3; count++) {
    const attempt = await agent.nextAttempt();
    seen[attempt.task] = (
      await attempt.shell("git ls-files src && find src -type f 2>/dev/null | sort || true")
    ).trim();
    await attempt.succeed(`src/notes/${attempt.task.slice(-3)}.txt`, "text\n");
  }
  expect((await run.done).code).toBe(0);
  expect(seen["notes:T01"]).toBe("");
  expect(seen["notes:T03"]).toBe("");
  expect(new Set(seen["notes:T02"]?.split("\n"))).toEqual(new Set(["src/notes/T01.txt"]));
});

test("no more agents run at once than the limit allows", async () => {
  await using agent = await ScriptedAgent.listen();
  const tasks = ["T01", "T02", "T03", "T04"].map((id) => ({ id, generator: null }));
  await using rig = await notes(agent, { ...NOTES, tasks });
  const run = rig.start("build", "-j2");
  let live = 0;
  let most = 0;
  const plays: Promise<void>[] = [];
  for (let count = 0; count < 4; count++) {
    const attempt = await agent.nextAttempt();
    most = Math.max(most, ++live);
    // The first two wait for each other, so that the pool is seen full.
    const play = async () => {
      await attempt.write(`src/notes/${attempt.task.slice(-3)}.txt`, "text\n");
      live--;
      await attempt.exit(0);
    };
    if (count === 0) plays.push(agent.arrival(2).then(play));
    else plays.push(play());
  }
  await Promise.all(plays);
  expect((await run.done).code).toBe(0);
  expect(most).toBe(2);
});

test("a question blocks its task, exits 5, and the question is shown", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, ONE);
  const run = rig.start("build", "--json");
  const attempt = await agent.nextAttempt();
  await attempt.answer({ question: "Which time zone?" });
  await attempt.exit(0);
  const build = asBuild(await run.done);
  expect([build.code, build.actions]).toEqual([5, { "notes:T01": "blocked" }]);
  expect(JSON.stringify(build.document) + build.stderr).toContain("Which time zone?");
});

test("what an agent says that it used is in the result", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, ONE);
  const run = rig.start("build", "--json");
  const attempt = await agent.nextAttempt();
  await attempt.answer({ usage: { in: 120, out: 30, cached: 7 }, usd: 0.02 });
  await attempt.succeed("src/notes/T01.txt", "text\n");
  const build = asBuild(await run.done);
  expect(build.document.tasks[0]).toMatchObject({ tokens: { in: 120, out: 30, cached: 7 }, usd: 0.02 });
  expect(build.document).toMatchObject({ totals: { tokens: { in: 120, out: 30, cached: 7 }, usd: 0.02 } });
});

test("an open clarification blocks its feature, and the others go on", async () => {
  await using rig = await FactoryRig.create();
  rig.feature({ ...ONE, tasks: [{ id: "T01" }] });
  rig.feature({
    id: "open",
    requirements: { R1: "A page shows [NEEDS CLARIFICATION: how many?] notes." },
    tasks: [{ id: "T01" }],
  });
  const build = await rig.build();
  expect(build.code).toBe(5);
  expect(build.actions).toEqual({ "notes:T01": "regenerated", "open:T01": "blocked" });
});

test("an interrupt stops the agents, exits 130, and the next build goes on", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, ONE);
  const tip = await rig.git("app", "rev-parse", "main");
  const run = rig.start("build");
  const attempt = await agent.nextAttempt();
  run.child.kill("SIGINT");
  await attempt.gone;
  expect((await run.done).code).toBe(130);
  expect(await rig.git("app", "rev-parse", "main")).toBe(tip);

  const again = rig.start("build");
  await (await agent.nextAttempt()).succeed("src/notes/T01.txt", "text\n");
  expect((await again.done).code).toBe(0);
});

test("an edit during a build is the next build's business", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, ONE);
  const run = rig.start("build");
  const attempt = await agent.nextAttempt();
  rig.edit("specs/notes/feature.md", "has a text", "has a title");
  await attempt.succeed("src/notes/T01.txt", "text\n");
  expect((await run.done).code).toBe(0);
  expect(await rig.status()).toEqual({ "notes:T01": "stale" });
});

const JUNIT: GateText = {
  id: "test",
  run: "node --test --test-reporter=junit --test-reporter-destination={{report}}",
  report: "junit",
};

const TESTED: ProjectText = {
  id: "app",
  gates: [JUNIT],
  files: { "tests/start.test.mjs": 'import test from "node:test";\n\ntest("starts", () => {});\n' },
};

test("a criterion without a passing test of its name fails the gate acceptance", async () => {
  await using agent = await ScriptedAgent.listen();
  const file = "tests/notes.test.mjs";
  const feature = {
    ...ONE,
    tasks: [{ id: "T01", generator: null, files: [file], acceptance: ["keeps a text"] }],
  };
  await using rig = await notes(agent, feature, { projects: [TESTED] });
  const run = rig.start("build", "--json");
  const unproven = 'import test from "node:test";\n\ntest("keeps a text", () => {});\n';
  await (await agent.nextAttempt()).succeed(file, unproven);
  const second = await agent.nextAttempt();
  expect(second.window).toMatch(/Don't .*(A1|keeps a text)/);
  await second.succeed(file, unproven.replace("keeps a text", "keeps a text [notes:T01.A1]"));
  const build = asBuild(await run.done);
  expect([build.code, build.document.tasks[0]?.attempts]).toEqual([0, 2]);
});

test("a gate that fails on the untouched tree stops the build before any agent", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, ONE, {
    projects: [{ id: "app", gates: [{ id: "broken", run: "false" }] }],
  });
  const build = await rig.build();
  expect(build.code).toBe(1);
  expect(agent.pending).toBe(0);
  expect(build.stderr + build.stdout).toContain("broken");
});

test("a gate that its canary does not make fail stops the build before any agent", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent, ONE, {
    projects: [{ id: "app", gates: [{ id: "blind", run: "true", canary: { "src/bad.txt": "BROKEN\n" } }] }],
  });
  const build = await rig.build();
  expect(build.code).toBe(1);
  expect(agent.pending).toBe(0);
  expect(build.stderr + build.stdout).toContain("blind");
});

test("a gate that its canary makes fail is trusted", async () => {
  await using agent = await ScriptedAgent.listen();
  const gate = { id: "check", run: "sh check.sh", canary: { "src/bad.txt": "BROKEN\n" } };
  await using rig = await notes(agent, ONE, { projects: [{ id: "app", gates: [gate] }] });
  const run = rig.start("build");
  await (await agent.nextAttempt()).succeed("src/notes/T01.txt", "text\n");
  expect((await run.done).code).toBe(0);
  expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main", "src")).toBe("src/notes/T01.txt");
});
