// How does a person answer what agents and specs ask, and does the work go on from there? The real binary, an agent that
// asks, and marks in every file of a feature.

import { expect, test } from "vitest";
import { converse } from "../cli/terminal.ts";
import { asBuild, documentOf, FactoryRig } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import type { FeatureText } from "../rig/specs.ts";

const NOTES: FeatureText = {
  id: "notes",
  requirements: { R1: "A note has a time." },
  tasks: [{ id: "T01", generator: null }],
};

async function asked(agent: ScriptedAgent): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    agents: { scripted: { kind: "command", run: agent.run } },
    implementer: "scripted",
  });
  rig.feature(NOTES);
  const run = rig.start("build", "--json");
  const attempt = await agent.nextAttempt();
  await attempt.answer({ question: "Which time zone?" });
  await attempt.exit(0);
  const build = asBuild(await run.done);
  expect([build.code, build.actions]).toEqual([5, { "notes:T01": "blocked" }]);
  expect(build.stderr).toContain('factory answer notes:T01 "…"');
  return rig;
}

test("a task's question is shown until it is answered, and then its agent starts anew with the answer", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await asked(agent);
  const status = await rig.factory("status");
  expect(status.stdout).toMatch(/blocked {2,}T01 .* open question: Which time zone\?/);
  expect(status.stdout).toContain('? notes:T01  Which time zone?\n    → factory answer notes:T01 "…"\n');

  // Its agent would start here if it were asked again, and end the test by waiting for an attempt that nobody takes.
  const second = await rig.build();
  expect([second.code, second.actions]).toEqual([5, { "notes:T01": "blocked" }]);
  expect(second.stderr).toContain("Which time zone?");
  expect(second.stderr).not.toContain("attempt 1 by");

  const answer = await rig.factory("answer", "notes:T01", "UTC,\nas everywhere", "--json");
  expect([answer.code, documentOf(answer)]).toMatchObject([
    0,
    { question: "Which time zone?", answer: "UTC,\nas everywhere", file: "specs/notes/BACKLOG.yaml" },
  ]);
  expect(await rig.status()).toEqual({ "notes:T01": "missing" });
  const again = await rig.factory("answer", "notes:T01", "CET");
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("notes:T01 has no open question")]);

  const run = rig.start("build", "--json");
  const attempt = await agent.nextAttempt();
  expect(attempt.window).toContain("Asked: Which time zone? Answered: UTC, as everywhere");
  await attempt.succeed("src/notes/T01.txt", "UTC\n");
  expect((await run.done).code).toBe(0);
});

test("a file that the answer names belongs to the task from then on, unless another task writes it", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await asked(agent);
  rig.feature({
    id: "other",
    requirements: { R1: "Another one." },
    tasks: [{ id: "T01", generator: null, files: ["src/taken.txt"] }],
  });
  const text = "Put them into tests/notes/zone.test.txt and src/taken.txt, but not into src/old.txt.";
  const answer = await rig.factory("answer", "notes:T01", text, "--json");
  expect([answer.code, documentOf(answer)]).toMatchObject([
    0,
    { added_files: ["tests/notes/zone.test.txt"] },
  ]);
  expect(answer.stderr).toContain("notes:T01 may also write tests/notes/zone.test.txt\n");
  expect(rig.read("specs/notes/BACKLOG.yaml")).toContain("\n        - tests/notes/zone.test.txt\n");
  expect((await rig.factory("validate")).code).toBe(0);
  const run = rig.start("build", "notes:T01", "--json");
  const attempt = await agent.nextAttempt();
  expect(attempt.window).toContain("- tests/notes/zone.test.txt\n");
  await attempt.succeed("tests/notes/zone.test.txt", "UTC\n");
  expect((await run.done).code).toBe(0);
});

test("a terminal asks the question and takes the answer", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await asked(agent);
  const silent = await rig.factory("answer", "notes:T01");
  expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining("Which time zone?")]);
  const command = `"${process.execPath}" "${new URL("../../bin/factory.js", import.meta.url).pathname}" answer notes:T01`;
  expect(await converse(rig.root, command, [["Which time zone?", "UTC"]])).toBe(0);
  expect(rig.read("specs/notes/BACKLOG.yaml")).toContain("Answered: UTC");
});

test("marks of a feature are answered where they stand, one by one, and then it is built", async () => {
  await using rig = await FactoryRig.create();
  rig.feature({
    id: "pages",
    requirements: { R1: "A page shows [NEEDS CLARIFICATION: how many?] notes." },
    tasks: [{ id: "T01", description: "Write pages. [NEEDS CLARIFICATION: in which language?]" }],
  });
  const blocked = await rig.build();
  expect([blocked.code, blocked.actions]).toEqual([5, { "pages:T01": "blocked" }]);
  expect(blocked.stderr).toContain('factory answer pages "…"');
  expect((await rig.factory("status")).stdout).toContain("? pages  how many?\n");

  expect((await rig.factory("answer", "pages", "In English.", "--question", "2")).code).toBe(0);
  expect(rig.read("specs/pages/BACKLOG.yaml")).toContain("Write pages. In English.");
  const third = await rig.factory("answer", "pages", "x", "--question", "2");
  expect([third.code, third.stderr]).toEqual([
    2,
    expect.stringContaining("1  how many? (specs/pages/feature.md)"),
  ]);
  expect((await rig.factory("answer", "pages", "twenty")).code).toBe(0);
  expect(rig.read("specs/pages/feature.md")).toContain("- R1: A page shows twenty notes.");
  expect((await rig.build()).actions).toEqual({ "pages:T01": "regenerated" });
});

test("a target that is none is refused with what there is to name", async () => {
  await using rig = await FactoryRig.create();
  const run = await rig.factory("answer", "nothing:T09", "yes", "--json");
  expect(run.code).toBe(2);
  expect(documentOf(run)).toMatchObject({ ok: false, diagnostics: [{ code: "usage" }] });
});
