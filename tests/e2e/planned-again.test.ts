// What does an edit of a planned feature cost, what are its planners told, and what stays as it was?

import { expect, test } from "vitest";
import { asked, backlogText, entry, plannedNotes, planText } from "../rig/planned-notes.ts";

const QUOTED = entry("T02", "R2", "Read").replace(
  "    scope",
  '    description: "So: a note can be read: by whoever wrote it, it says."\n    scope',
);
const BY_WHOM = "a note can be read: by whoever wrote it";

test("a requirement said otherwise is one call: the plan and all other tasks stay, and quotes say the new words", async () => {
  await using rig = await plannedNotes();
  rig.edit("specs/notes/feature.md", "A note can be read.", BY_WHOM);
  const first = backlogText(entry("T01", "R1", "Write"), QUOTED);
  rig.write({
    "answers/backlog": first,
    "answers/merger": planText(`R2, that ${BY_WHOM}, is met by one file.`),
  });
  expect((await rig.factory("plan", "notes")).code).toBe(0);
  const before = asked(rig).length;

  rig.edit("specs/notes/feature.md", "whoever wrote it", "everybody");
  const kept = backlogText("  - id: T01\n", "  - {id: T02}\n");
  rig.write({ "answers/backlog": kept, "answers/merger": "No." });
  const build = await rig.build();
  expect([build.code, asked(rig).length - before]).toEqual([0, 1]);
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(first.replace("whoever wrote it", "everybody"));
  expect(rig.read("specs/notes/PLAN.md")).toBe(
    planText("R2, that a note can be read: by everybody, is met by one file."),
  );
  expect(rig.read("asked/backlog-2")).toContain(`R2: changed; before: ${BY_WHOM}; now: a note can be read`);
});

test("where the plan does not hold any more, planners are asked who see what the tasks will see, and what there was", async () => {
  await using rig = await plannedNotes();
  rig.write({
    "specs/others/feature.md":
      "---\ntitle: Others\nproject: app\nfiles: [src/T03.txt]\n---\n\n## Requirements\n\n- R1: A note has others.\n",
  });
  expect((await rig.build()).code).toBe(0);
  rig.edit("specs/notes/feature.md", "be read.", "be read aloud.");
  rig.write({
    "answers/backlog-2": "replan: nothing in it makes a sound",
    "answers/merger-2": planText("A voice."),
  });
  expect((await rig.factory("plan", "notes")).code).toBe(0);
  expect(asked(rig)).toHaveLength(11);
  const planner = rig.read("asked/spec-2");
  expect(rig.read("asked/spec-1")).toContain("1 file in 0 folders");
  expect(planner).toContain("2 files in 1 folder");
  expect(planner).toContain("T03.txt");
  for (const shown of [planner, rig.read("asked/merger-2")]) {
    expect(shown).toContain("R2: changed; before: A note can be read.; now: A note can be read aloud.");
    expect(shown).toContain("T01 (R1) Write; T02 (R2) Read.");
    expect(shown).toContain("### PLAN.md so far");
  }
  // Whoever only writes a document is told of no way to give back tasks.
  expect(planner).not.toContain("- id: T01");
  expect(rig.read("asked/backlog-3")).toContain("given back by its id alone");
  expect(rig.read("asked/backlog-3")).not.toContain("replan:");
  expect(rig.read("specs/notes/PLAN.md")).toBe(planText("A voice."));
});

test("a task that only changes what another makes is refused, and its answer comes back; a part of a task is none", async () => {
  await using rig = await plannedNotes();
  expect((await rig.factory("plan", "notes")).code).toBe(0);
  rig.edit("specs/notes/feature.md", "be read.", "be read aloud.");
  const patch = entry("T03", "R2", "Say that it is loud").replace("src/T03.txt", "src/T01.txt");
  const patched = backlogText(
    "  - id: T01\n",
    "  - id: T02\n",
    patch.replace("    req", "    depends_on: [T01]\n    req"),
  );
  const reached = entry("T01", "R1, R2", "Write").replace("[it is there]", "[it is there, it is loud]");
  rig.write({
    "answers/backlog-2": patched,
    "answers/backlog": backlogText(reached, "  - id: T02\n"),
  });
  expect((await rig.factory("plan", "notes")).code).toBe(0);
  expect(asked(rig)).toHaveLength(7);
  const again = rig.read("asked/backlog-3");
  expect(again).toContain(
    "notes:T03: It meets nothing that other tasks do not meet, and writes only what notes:T01 writes.",
  );
  expect(again).toContain("Say that it is loud");
  expect(rig.read("specs/notes/BACKLOG.yaml")).toBe(backlogText(reached, entry("T02", "R2", "Read")));

  rig.edit("specs/notes/feature.md", "be read aloud.", "be read aloud, or in silence.");
  const half = entry("T02", "R2", "Read in silence").replace("it is there", "it is still");
  rig.write({ "answers/backlog": backlogText("  - id: T01\n", half, half.replaceAll("T02", "T03")) });
  expect((await rig.factory("plan", "notes")).code).toBe(0);
  expect(asked(rig)).toHaveLength(8);
});
