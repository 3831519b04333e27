import { expect, test } from "vitest";
import { adoptedFeature, freeTaskId, withAdoptedTask } from "../../src/spec/edit/adopted-task.ts";
import { splitBacklog } from "../../src/spec/merge/backlog-text.ts";

const TASK = {
  id: "T02",
  title: 'Keep: the "money"\n # of old',
  project: "shop",
  paths: ["src/größe.ts", "src/rates/**"],
  acceptance: ["a price is a number: never text", "- no list"],
};

test("a backlog keeps every byte when a task is adopted into it, whatever its line ends, comments and columns", () => {
  const plain = "# of Pat\nversion: 1\ntasks:\n- id: T01 # first\n  title: 'One'\n\n# the end\n";
  const indented = "tasks:\n    - id: T01\n      title: One";
  for (const text of [plain, plain.replaceAll("\n", "\r\n"), indented]) {
    const edited = withAdoptedTask(text, TASK) ?? "";
    expect(splitBacklog(edited)?.entries.map(({ id }) => id)).toEqual(["T01", "T02"]);
    for (const line of text.split(/\r?\n/)) expect(edited).toContain(line);
    expect(/[^\r]\n/.test(edited)).toBe(!text.includes("\r\n"));
  }
  expect(withAdoptedTask("tasks: []\n", TASK)).toBeNull();
});

test("a new feature says what must hold as requirements, each in one line", () => {
  const files = adoptedFeature(TASK);
  expect(files["feature.md"]).toContain("- R1: a price is a number: never text\n- R2: - no list\n");
  expect(splitBacklog(files["BACKLOG.yaml"] ?? "")?.entries).toHaveLength(1);
});

test("the next free id has no namesake", () => {
  expect(freeTaskId(new Set())).toBe("T01");
  expect(freeTaskId(new Set(["T01", "T03"]))).toBe("T02");
});
