import { expect, test } from "vitest";
import type { ImportNote } from "../../src/model/imported.ts";
import { importText } from "../../src/report/import-text.ts";

test("of many notes of one kind the first is told, and where the others stand", () => {
  const note = (line: number): ImportNote => {
    return {
      severity: "warning",
      code: "no-files",
      message: `${line} names no file.`,
      file: "old/tasks.md",
      line,
    };
  };
  const place = { id: "lamp", folder: "packages/house/specs/lamp", source: "old" };
  const one = { ...place, requirements: 1, tasks: 4, files: { "feature.md": "" } };
  const notes = [note(3), note(5), { ...note(9), code: "cycle", message: "Round." }, note(6), note(7)];
  const told = {
    found: 1,
    formats: ["kiro" as const],
    imports: [{ ...one, notes }],
    skipped: [],
    notes: [],
    written: true,
  };
  expect(importText(told, false)).toEqual({
    result: ["made  packages/house/specs/lamp/feature.md"],
    prose: [
      "found 1 spec of Kiro",
      "lamp from old: 1 requirement, 4 tasks",
      "  ! tasks.md:3  3 names no file.",
      "      and 3 more like it: tasks.md:5, tasks.md:6, tasks.md:7",
      "  ! tasks.md:9  Round.",
    ],
  });
});

test("what to look at is told before what is good to know", () => {
  const at = { file: "old/tasks.md", line: 1 };
  const notes: readonly ImportNote[] = [
    { severity: "note", code: "bare-file", message: "Any file of that name.", ...at },
    { severity: "warning", code: "open-requirement", message: "Left open: R1.", ...at },
  ];
  const place = { id: "lamp", folder: "specs/lamp", source: "old" };
  const one = { ...place, requirements: 1, tasks: 1, files: {}, notes };
  const { prose } = importText(
    { found: 1, formats: ["kiro"], imports: [one], skipped: [], notes: [], written: true },
    false,
  );
  expect(prose.slice(2)).toEqual([
    "  ! tasks.md:1  Left open: R1.",
    "  · tasks.md:1  Any file of that name.",
  ]);
});

test("a name that is taken tells an earlier import from another feature", () => {
  const skipped = [
    { id: "lamp", folder: "specs/lamp", source: "old/lamp", isSame: true },
    { id: "door", folder: "specs/door", source: "old/door", isSame: false },
  ];
  expect(
    importText({ found: 2, formats: ["kiro"], imports: [], skipped, notes: [], written: true }, false).prose,
  ).toEqual([
    "found 2 specs of Kiro",
    "specs/lamp already exists and is not changed; old/lamp is not imported again",
    "! specs/door is another feature and is not changed; old/door is not imported: name it with --as",
  ]);
});
