// Will the windows of planned tasks be right? What points nowhere, and what is too large, is found while somebody can mend it.

import { expect, test } from "vitest";
import { asked, backlogText, entry, plannedNotes } from "../rig/planned-notes.ts";

const QUEUE = `export class Queue {
  clear(): void {
    this.open = [];
  }
}

export const limit = 3;
`;

const pointing = (...pointers: readonly string[]) =>
  entry("T01", "R1, R2", "Write").concat(
    `    context: {files: [${pointers.map((one) => `"${one}"`).join(", ")}]}\n`,
  );

test("pointers that lead nowhere are refused while tasks are cut, and a symbol is shown with its lines of now", async () => {
  await using rig = await plannedNotes();
  rig.write({
    "projects/app/queue.ts": QUEUE,
    "projects/app/notes.py": "x = 1\n\ndef read(note):\n    return note\n",
  });
  await rig.commit("app", "What there is");
  rig.write({
    "answers/backlog-1": backlogText(
      pointing("queue.ts:1-100", "queue.ts#reset", "gone.ts", "queue.ts#Queue.clear"),
    ),
    "answers/backlog": backlogText(
      pointing("queue.ts#Queue.clear", "notes.py#read", "check.sh", "src/T01.txt#later"),
    ),
  });
  expect((await rig.build()).code).toBe(0);
  const told = rig.read("asked/backlog-2");
  for (const fault of [
    "`queue.ts:1-100`: queue.ts has 7 lines. Write `queue.ts#Symbol`",
    "`queue.ts#reset`: queue.ts has no reset.",
    "`gone.ts` of context.files is not in the project, and no task writes it.",
  ])
    expect(told).toContain(`notes:T01: ${fault}`);
  expect(told).not.toContain("Queue.clear`");
  expect(asked(rig)).toHaveLength(6);
  const window = await rig.git("app", "show", "main:src/T01.txt");
  for (const pointer of [
    "queue.ts:2-4 (Queue.clear)",
    "notes.py:3-4 (read)",
    "check.sh",
    "src/T01.txt (later)",
  ])
    expect(window).toContain(`- ${pointer}\n`);

  // What moved within its file makes nothing stale; what is pointed to does, for a program that can read it.
  rig.write({
    "projects/app/queue.ts": `// A queue.\n${QUEUE}`,
    "projects/app/notes.py": "def read(note):\n    return note\n",
  });
  await rig.commit("app", "What people add");
  expect((await rig.build()).actions).toMatchObject({ "notes:T01": "fresh" });
});

test("a planned task that is too large for its window is split by its planner, whoever could make it shorter", async () => {
  await using rig = await plannedNotes();
  rig.edit("projects.yaml", "routing: {", "routing: {compressor: planner, ");
  const long = entry("T01", "R1, R2", "Write").replace(
    "    scope",
    `    description: ${"much to say ".repeat(300)}\n    scope`,
  );
  rig.write({ "answers/backlog-1": backlogText(long) });
  expect((await rig.factory("plan", "notes")).code).toBe(0);
  const told = rig.read("asked/backlog-2");
  expect(told).toMatch(/notes:T01: .* Split the task\./);
  expect(told).toContain("much to say much to say");
});

test("a person's own pointers that lead nowhere are told where they stand, and nothing is said of files that tasks have changed", async () => {
  await using rig = await plannedNotes();
  rig.write({ "projects/app/queue.ts": QUEUE });
  await rig.commit("app", "What there is");
  const backlog = (...pointers: readonly string[]) =>
    backlogText(pointing(...pointers), entry("T02", "R2", "Change it").replace("src/T02.txt", "queue.ts"));
  rig.write({
    "specs/notes/BACKLOG.yaml": backlog(
      "queue.ts:5-90",
      "queue.ts#reset",
      "gone.ts",
      "queue.ts#limit",
      "src",
    ),
  });
  const told = await rig.factory("validate");
  expect(told.code).toBe(0);
  for (const fault of [
    "warning specs/notes/BACKLOG.yaml:9:23: notes:T01: `queue.ts:5-90`: queue.ts has 7 lines. [stray-pointer]",
    "`queue.ts#reset`: queue.ts has no reset. [stray-pointer] Name one that it has, or the path alone.",
    "`gone.ts` of context.files is not in the project, and no task writes it.",
  ])
    expect(told.stdout).toContain(fault);
  expect(told.stdout.match(/stray-pointer/g)).toHaveLength(4);

  // The branch then holds what T02 made of the file, and T01 begins with what lies below that.
  rig.write({ "specs/notes/BACKLOG.yaml": backlog("queue.ts#limit") });
  rig.edit("projects.yaml", "true'}", "grep -q notes:T02 {{window}} && echo gone > queue.ts; true'}");
  expect((await rig.build()).code).toBe(0);
  expect((await rig.factory("validate")).stdout).not.toContain("stray-pointer");
});

test("what is told of how criteria are proved counts in the bound, and the audit tells the bytes that were sent", async () => {
  await using rig = await plannedNotes();
  const criteria = (count: number) => {
    const all = Array.from({ length: count }, (_, index) => {
      return `      - {id: A${index + 1}, text: "note ${index} holds what was said of it", proof: {gate: check}}`;
    });
    return entry("T01", "R1, R2", "Write").replace(
      "    acceptance: [it is there]",
      `    acceptance:\n${all.join("\n")}`,
    );
  };
  // Without what is told of their proofs, a window holds some 45 of these.
  rig.write({ "specs/notes/BACKLOG.yaml": backlogText(criteria(36)) });
  const refused = await rig.factory("validate");
  expect([refused.code, refused.stdout]).toEqual([2, expect.stringContaining("[window-too-large]")]);

  rig.write({ "specs/notes/BACKLOG.yaml": backlogText(criteria(24)) });
  expect((await rig.build()).code).toBe(0);
  const given = await rig.git("app", "show", "main:src/T01.txt");
  expect(given).toContain("the gate check shows it");
  const sent = Buffer.byteLength(`${given.slice(given.indexOf("# Task ")).trimEnd()}\n`);
  expect(sent).toBeLessThan(3072);
  const { sessions } = JSON.parse((await rig.factory("audit", "--json")).stdout);
  expect(sessions.map((one: { task_bytes: number }) => one.task_bytes)).toEqual([sent]);
});
