// How is a feature planned by agents, and planned again? Through real processes that answer as planners would; each notes
// down what it was shown.

import { utimesSync } from "node:fs";
import { expect, test } from "vitest";
import {
  asked,
  backlogText,
  builtNotes,
  entry,
  FEATURE,
  plannedNotes,
  planText,
} from "../rig/planned-notes.ts";

test("a feature is planned by three planners, a merger and a backlog, and built in the same build", async () => {
  await using rig = await plannedNotes();
  for (const command of [["status"], ["status", "notes"], ["explain", "notes"]]) {
    const { stdout } = await rig.factory(...command);
    expect([command, stdout]).toEqual([
      command,
      expect.stringContaining("notes would be planned: it has no backlog yet"),
    ]);
  }
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(build.actions).toEqual({ "notes:T01": "regenerated", "notes:T02": "regenerated" });
  expect(asked(rig)).toEqual(["architecture true", "backlog false", "merger false", "qa true", "spec true"]);
  expect(rig.read("specs/notes/PLAN.md")).toBe(planText());
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(rig.read("answers/backlog"));
  expect(rig.read("specs/notes/context.md")).toContain("check.sh");
  expect(rig.read("specs/notes/context.md")).toContain("- R2: A note can be read.");
  expect(rig.read("asked/spec-1")).toContain("check.sh");
  expect(rig.read("asked/merger-1")).toContain("NOBODY ELSE SEES");
  for (const path of ["asked/backlog-1", "projects/app/src/T01.txt", "specs/notes/PLAN.md"])
    expect(rig.read(path)).not.toContain("NOBODY ELSE SEES");
  const audit = await rig.factory("audit", "--json");
  expect([audit.code, JSON.parse(audit.stdout)]).toMatchObject([0, { reused_sessions: 0, broken: [] }]);
  const { sessions } = JSON.parse(audit.stdout) as {
    sessions: { role: string; debris: number | null; map_bytes: number; segments: { file: string }[] }[];
  };
  const of = (role: string) => sessions.filter((session) => session.role === role);
  expect(of("implementer").map(({ debris }) => debris)).toEqual([0, 0]);
  expect(of("qa-planner")).toMatchObject([{ debris: null, map_bytes: expect.any(Number) }]);
  expect(of("backlog")[0]?.segments[0]?.file).toBe("spec-factory/templates/prompts/backlog.hbs");
  expect(rig.read(".factory/tasks/notes/planning.spec-planner.log")).toContain("NOBODY ELSE SEES");

  // What was built changed the map of the code, and a request that is only wrapped anew says nothing new.
  rig.edit("specs/notes/feature.md", "A note can be read.", "A note can\n  be read.");
  expect((await rig.build()).actions).toEqual({ "notes:T01": "fresh", "notes:T02": "fresh" });
  expect(asked(rig)).toHaveLength(5);
});

test("an answer that cannot be used is asked for again, with what is wrong with it, and only so often", async () => {
  await using rig = await plannedNotes();
  rig.write({
    "answers/merger-1": planText().replace("## Test Plan", "## Something else"),
    "answers/backlog-1": backlogText(entry("T01", "R1", "Write"), entry("T02", "R9", "Read")),
    "answers/backlog-2": "I would rather not.",
  });
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("asked/merger-2")).toContain('The section "## Test Plan" is missing.');
  expect(rig.read("asked/backlog-2")).toContain('unknown requirement "R9"');
  expect(asked(rig)).toHaveLength(8);

  rig.write({ "answers/merger": "No.", "answers/merger-3": "No." });
  rig.edit("specs/notes/feature.md", "be read.", "be read aloud.\n- R3: A note can be lost.");
  const before = rig.list("specs").map((path) => rig.read(path));
  const build = await rig.build();
  expect(build.code).toBe(1);
  expect(build.stderr).toContain("agent-answer");
  expect(build.actions).toEqual({ "notes:T01": "blocked", "notes:T02": "blocked" });
  expect(rig.list("specs").map((path) => rig.read(path))).toEqual(before);
});

test("planned again, tasks that the change does not reach keep every byte, and people's edits stay", async () => {
  await using rig = await builtNotes();
  rig.edit("specs/notes/BACKLOG.yaml", "title: Write", "title: Write well   # a person's word");
  rig.edit("specs/notes/PLAN.md", "## Test Plan\n\nAs asked.", "## Test Plan\n\nBy hand.");
  rig.edit(
    "specs/notes/feature.md",
    "- R2: A note can be read.",
    "- R2: A note can be read aloud.\n- R3: A note can be lost.",
  );
  rig.write({
    "answers/merger": planText("Two files."),
    "answers/backlog": backlogText(
      entry("T01", "R1", "REWORDED"),
      entry("T02", "R2", "Read aloud"),
      entry("T03", "R3", "Lose"),
    ),
  });
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(
    backlogText(
      entry("T01", "R1", "Write well   # a person's word"),
      entry("T02", "R2", "Read aloud"),
      entry("T03", "R3", "Lose"),
    ),
  );
  expect(rig.read("specs/notes/PLAN.md")).toBe(
    planText("Two files.").replace("## Test Plan\n\nAs asked.", "## Test Plan\n\nBy hand."),
  );
  const shown = rig.read("asked/backlog-2");
  expect(shown).toContain("By hand.");
  expect(shown).toContain("R2: changed; before: A note can be read.; now: A note can be read aloud.");
  expect(shown).toContain("Write well");
});

const wider = (text: string) => text.replace("[src/T02.txt]", "[src/T02.txt, src/T02.more.txt]");

test("a new plan that lets a task write more waits for a person, and no planner is asked meanwhile", async () => {
  await using rig = await builtNotes();
  rig.edit("specs/notes/BACKLOG.yaml", "title: Write", "title: Write well   # a person's word");
  const before = rig.read("specs/notes/BACKLOG.yaml");
  rig.edit("specs/notes/feature.md", "be read.", "be read aloud.");
  const aloud = entry("T02", "R2", "Read aloud").replace("it is there", "it is loud");
  rig.write({ "answers/backlog": wider(backlogText(entry("T01", "R1", "REWORDED"), aloud)) });
  const held = await rig.build();
  expect([held.code, held.actions]).toEqual([5, { "notes:T01": "blocked", "notes:T02": "blocked" }]);
  expect(held.stderr).toContain("in notes:T02 adds `src/T02.more.txt` to its files");
  // What the edited requirement says otherwise is why the task is planned anew.
  expect(held.stderr).not.toContain("rewords");
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(before);
  const count = asked(rig).length;
  expect((await rig.build()).code).toBe(5);
  expect(asked(rig)).toHaveLength(count);

  expect((await rig.factory("approve", "notes")).code).toBe(0);
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(
    wider(backlogText(entry("T01", "R1", "Write well   # a person's word"), aloud)),
  );
  expect((await rig.build()).code).toBe(0);
  expect(asked(rig)).toHaveLength(count);
  expect(rig.list(".factory/tasks/notes").filter((path) => /held|proposed/.test(path))).toEqual([]);
});

test("a plan that waited while another feature took its file is not approved over it, and all else is built", async () => {
  await using rig = await builtNotes();
  rig.edit("specs/notes/feature.md", "be read.", "be read aloud.");
  const planned = backlogText(entry("T01", "R1", "Write"), entry("T02", "R2", "Read aloud"));
  rig.write({ "answers/backlog": planned.replace("[src/T02.txt]", "[src/T02.txt, src/T03.txt]") });
  expect((await rig.build()).code).toBe(5);
  rig.write({
    "specs/more/feature.md":
      "---\ntitle: More\nproject: app\nfiles: [src/T03.txt]\n---\n\n## Requirements\n\n- R1: There is more.\n",
  });
  const [more] = Object.entries((await rig.build()).actions).filter(([id]) => id.startsWith("more:"));
  expect(more?.[1]).toBe("regenerated");

  const before = rig.read("specs/notes/BACKLOG.yaml");
  const refused = await rig.factory("approve", "notes");
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining("both claim src/T03.txt in app"),
  ]);
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(before);
  expect((await rig.factory("validate")).code).toBe(0);

  // Where the plan that waits says who comes first, it is taken.
  const proposal = ".factory/tasks/notes/BACKLOG.proposed.yaml";
  rig.edit(proposal, "    title: Read aloud\n", `    title: Read aloud\n    depends_on: [${more?.[0]}]\n`);
  expect((await rig.factory("approve", "notes")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
});

test("a plan that waits is asked for anew by a retry, and is no answer to files that were edited since", async () => {
  await using rig = await builtNotes();
  rig.edit("specs/notes/feature.md", "be read.", "be read aloud.");
  const planned = backlogText(entry("T01", "R1", "Write"), entry("T02", "R2", "Read aloud"));
  rig.write({ "answers/backlog": wider(planned) });
  expect((await rig.build()).code).toBe(5);
  rig.edit("specs/notes/BACKLOG.yaml", "title: Write", "title: Write well");
  const refused = await rig.factory("approve", "notes");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("specs/notes/BACKLOG.yaml")]);
  rig.write({ "answers/backlog": planned });
  expect((await rig.factory("retry", "notes")).code).toBe(0);
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(planned.replace("title: Write", "title: Write well"));
});

test("gc takes maps that nothing reads any more, and leaves those of projects", async () => {
  await using rig = await builtNotes();
  const maps = rig.list(".factory/maps");
  expect(maps).toContain(".factory/maps/app.json");
  rig.write({ ".factory/maps/app.md": "# app\n", ".factory/maps/gone.json": "{}" });
  expect((await rig.factory("gc", "--dry-run")).stdout).toMatch(/maps\/app\.md[\s\S]*maps\/gone\.json/);
  expect((await rig.factory("gc")).code).toBe(0);
  expect(rig.list(".factory/maps")).toEqual(maps);
});

test("what a waiting plan is merged on later stays through a collection of what was paid for", async () => {
  await using rig = await builtNotes();
  rig.edit("specs/notes/BACKLOG.yaml", "title: Write", "title: Write well");
  rig.edit("specs/notes/feature.md", "be read.", "be read aloud.");
  const aloud = backlogText(entry("T01", "R1", "Write"), entry("T02", "R2", "Read aloud"));
  rig.write({ "answers/backlog": wider(aloud) });
  expect((await rig.build()).code).toBe(5);
  const old = new Date("2020-01-01");
  for (const path of rig.list(".factory/store/blobs")) utimesSync(rig.path(path), old, old);
  expect((await rig.factory("gc", "--paid")).code).toBe(0);

  // The edit was made over the first plan; the next one is merged with what the second one would have said.
  expect((await rig.factory("approve", "notes")).code).toBe(0);
  rig.edit("specs/notes/feature.md", "be read aloud.", "be read in silence.");
  rig.write({ "answers/backlog": wider(aloud.replace("Read aloud", "Read in silence")) });
  expect((await rig.build()).code).toBe(0);
  const built = rig.read("specs/notes/BACKLOG.yaml");
  expect([built.includes("Write well"), built.includes("Read in silence")]).toEqual([true, true]);
});

test("where nobody knows any more what was asked for, no task is reworded or lost unseen", async () => {
  await using rig = await builtNotes();
  rig.remove(".factory/store");
  rig.edit("specs/notes/feature.md", "be read.", "be read aloud.");
  rig.write({
    "answers/backlog": backlogText(entry("T02", "R1, R2", "Both").replace("it is there", "it is somewhere")),
  });
  const before = rig.read("specs/notes/BACKLOG.yaml");
  const held = await rig.build();
  expect(held.code).toBe(5);
  expect(held.stderr).toContain('in notes:T01 drops A1: "it is there"');
  expect(held.stderr).toContain('in notes:T02 rewords A1: "it is there" → "it is somewhere"');
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(before);
});

test("a plan that a person wrote is cut into tasks as it is, and a backlog of theirs is never planned", async () => {
  await using rig = await plannedNotes();
  rig.write({ "specs/notes/PLAN.md": "My plan.\n" });
  expect((await rig.build()).code).toBe(0);
  expect(asked(rig)).toEqual(["backlog false"]);
  expect(rig.read("specs/notes/PLAN.md")).toBe("My plan.\n");

  rig.remove("specs/notes/factory.lock", ".factory");
  rig.edit("specs/notes/feature.md", "be read", "be read aloud");
  expect((await rig.build()).code).toBe(0);
  expect(asked(rig)).toHaveLength(1);
});

test("files of a person are planned over only when they say so, and only where git keeps them", async () => {
  await using rig = await plannedNotes();
  const own = backlogText(entry("T01", "R1", "Mine"), entry("T02", "R2", "Mine too"));
  rig.write({ "specs/notes/BACKLOG.yaml": own });
  const first = await rig.factory("plan", "notes");
  expect(first.code).toBe(5);
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(own);
  expect((await rig.factory("plan", "notes", "--yes")).code).toBe(2);
  await rig.commitWorkspace("Mine");
  expect((await rig.factory("plan", "notes", "--yes")).code).toBe(0);
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(rig.read("answers/backlog"));
  expect((await rig.factory("plan", "nobody")).code).toBe(2);
});

test("without a model call nothing is planned, and an open question is asked before money is spent", async () => {
  await using rig = await plannedNotes();
  const locked = await rig.build("--locked");
  expect(locked.code).toBe(1);
  expect(locked.stderr).toContain("model-needed");
  rig.edit("specs/notes/feature.md", "be read.", "be read. [NEEDS CLARIFICATION: by whom?]");
  expect((await rig.build()).code).toBe(5);
  expect(asked(rig)).toEqual([]);
});

test("a question in the plan blocks the tasks, and its answer in the plan lets them go on unplanned", async () => {
  await using rig = await plannedNotes();
  rig.write({ "answers/merger": planText("One file. [NEEDS CLARIFICATION: which one?]") });
  expect((await rig.build()).code).toBe(5);
  rig.edit("specs/notes/PLAN.md", "[NEEDS CLARIFICATION: which one?]", "The first.");
  expect((await rig.build()).code).toBe(0);
  expect(asked(rig)).toHaveLength(5);
});

test("features are planned side by side, and what comes after an unplanned one waits", async () => {
  await using rig = await plannedNotes("limits: {agents: 2}\n");
  rig.write({
    "specs/later/feature.md": FEATURE.replace(
      "title: Notes",
      "title: Later\ndepends_on: [notes]\nfiles: [src/T03.txt]",
    ),
    "answers/merger": "No.",
  });
  const build = await rig.build();
  expect(build.code).toBe(1);
  expect(build.actions).toEqual({ "later:T01": "blocked" });
  expect((await rig.factory("build")).code).toBe(1);
});

test("a product waits for a person where they want to be asked, and is merged as they saw it", async () => {
  await using rig = await plannedNotes("checkpoints: {merge: ask}\n");
  const build = await rig.build();
  expect(build.code).toBe(5);
  expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main")).toBe("check.sh");
  expect((await rig.factory("approve", "app/")).code).toBe(0);
  expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main")).toContain("src/T01.txt");
  expect((await rig.build()).code).toBe(0);
  expect((await rig.factory("approve", "nobody/")).code).toBe(2);
});
