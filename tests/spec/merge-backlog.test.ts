import fc from "fast-check";
import { expect, test } from "vitest";
import { keepTasks } from "../../src/spec/answers/keep-tasks.ts";
import { arranged, joinBacklog, splitBacklog } from "../../src/spec/merge/backlog-text.ts";
import { mergeBacklog } from "../../src/spec/merge/merge-backlog.ts";

const HEAD = "# kept by hand\nversion: 1\nfeature: a\ntasks:\n";

const BASE = `${HEAD}  # the first one
  - id: T01
    title: Model   # as short as can be
    requirements: [R1]
    acceptance:
      - {id: A1, text: is there}

  - id: T02
    title: Store
    requirements: [R2]
    description: |
      keeps

      things
`;

const ids = ["T01", "T02", "T03", "T04", "T05"];
const title = fc.constantFrom("one", "two", "three # no comment", '"four: quoted"');
const entry = (id: string) =>
  fc
    .record({
      title,
      comment: fc.constantFrom("", "  # about\n"),
      after: fc.constantFrom("", "    # more\n"),
    })
    .map(({ title: text, comment, after }) => `${comment}  - id: ${id}\n    title: ${text}\n${after}`);
const backlog = fc
  .subarray(ids, { minLength: 1 })
  .chain((chosen) => fc.tuple(...chosen.map((id) => fc.tuple(entry(id), fc.constantFrom("", "\n", "\n\n")))))
  .map((entries) => HEAD + entries.map(([text, gap]) => text + gap).join(""));

function titlesOf(text: string): Record<string, string> {
  const split = splitBacklog(text);
  if (split === null) throw new Error(`no backlog: ${text}`);
  return Object.fromEntries(
    split.entries.map(({ id, text: lines }) => [id, /title: (.*)/.exec(lines)?.[1] ?? ""]),
  );
}

test("the pieces of a backlog are the text again, byte for byte", () => {
  fc.assert(
    fc.property(backlog, fc.constantFrom("", "# the end\n", "extra: 1\n"), (text, tail) => {
      const split = splitBacklog(text + tail);
      expect(split).not.toBeNull();
      if (split === null) return;
      expect(joinBacklog(split)).toBe(text + tail);
    }),
  );
  expect(joinBacklog(splitBacklog(BASE.replaceAll("\n", "\r\n"))!)).toBe(BASE.replaceAll("\n", "\r\n"));
  expect(joinBacklog(splitBacklog(BASE.trimEnd())!)).toBe(BASE.trimEnd());
});

test("a text whose tasks are no block list with ids is not cut at all", () => {
  const odd = [
    "tasks: [{id: T01, title: a}]\n",
    "tasks:\n  - {id: T01}\n  - {id: T01}\n",
    "tasks: [\n",
    "- 1\n",
    "tasks: {}\n",
    "tasks:\n  -\n    id: T01\n",
    "tasks: []\n",
  ];
  for (const text of odd) expect(splitBacklog(text), text).toBeNull();
});

test("what only one side changed is taken as that side has it", () => {
  fc.assert(
    fc.property(backlog, backlog, (base, other) => {
      expect(mergeBacklog(base, other, base)).toEqual({ text: other, clashes: [] });
      expect(mergeBacklog(base, base, other)).toEqual({ text: other, clashes: [] });
      expect(mergeBacklog(base, other, other)).toEqual({ text: other, clashes: [] });
    }),
  );
});

test("every task has the text of one of the sides, and none is changed by a merge that left it alone", () => {
  fc.assert(
    fc.property(backlog, backlog, backlog, (base, ours, theirs) => {
      const { text, clashes } = mergeBacklog(base, ours, theirs);
      if (clashes.some(({ task }) => task === null)) return;
      const [b, o, t, merged] = [base, ours, theirs, text].map(titlesOf) as Record<string, string>[];
      for (const id of ids) {
        const clash = clashes.some(({ task }) => task === id);
        if (b?.[id] === t?.[id] && !clash) expect(merged?.[id]).toBe(o?.[id]);
        else if (b?.[id] === o?.[id] && !clash) expect(merged?.[id]).toBe(t?.[id]);
        else if (o?.[id] !== t?.[id]) expect(clash).toBe(true);
      }
    }),
  );
});

test("an edit of one key and a plan of another do not clash, and comments stay", () => {
  const ours = BASE.replace("[R1]", "[R1]  # asked for twice").replace(
    "      - {id: A1, text: is there}\n",
    "      - {id: A1, text: is there}\n      # learnt the hard way\n      - {id: A2, text: stays there}\n",
  );
  const theirs = BASE.replace("title: Model   # as short as can be", "title: A model");
  expect(mergeBacklog(BASE, ours, theirs)).toEqual({
    text: ours.replace("title: Model   # as short as can be", "title: A model"),
    clashes: [],
  });
});

test("the first key, which stands beside the dash, merges as any other", () => {
  const base = "tasks:\n  - title: a\n    id: T01\n    description: b\n";
  const ours = base.replace("title: a", "title: mine");
  const theirs = base.replace("description: b", "description: planned");
  expect(mergeBacklog(base, ours, theirs).text).toBe(
    "tasks:\n  - title: mine\n    id: T01\n    description: planned\n",
  );
});

test("a clash names the task and the key, and shows the planned version", () => {
  const ours = BASE.replace("title: Store", "title: Shelf");
  const theirs = BASE.replace("title: Store", "title: Cupboard");
  expect(mergeBacklog(BASE, ours, theirs)).toEqual({
    text: theirs,
    clashes: [{ task: "T02", key: "title" }],
  });
  const gone = BASE.slice(0, BASE.indexOf("  - id: T02"));
  expect(mergeBacklog(BASE, ours, gone).clashes).toEqual([{ task: "T02", key: null }]);
  expect(mergeBacklog(BASE, gone, theirs).clashes).toEqual([{ task: "T02", key: null }]);
  expect(mergeBacklog(BASE, "tasks: [{id: T01}]\n", theirs).clashes).toEqual([{ task: null, key: null }]);
});

test("a task that a person added stays where it stood, whatever is planned around it", () => {
  const ours = BASE.replace("  - id: T02", "  - id: T09\n    title: mine\n\n  - id: T02");
  const theirs = `${BASE}\n  - id: T03\n    title: planned\n`;
  expect(mergeBacklog(BASE, ours, theirs)).toEqual({
    text: `${ours}\n  - id: T03\n    title: planned\n`,
    clashes: [],
  });
});

test("a plan that is indented otherwise takes on the columns of the file", () => {
  const theirs = BASE.replace(/^ {2}/gm, "").replace("title: Model ", "title: A model ");
  const ours = BASE.replace("title: Store", "title: Shelf");
  const merged = mergeBacklog(BASE, ours, theirs);
  expect(merged.clashes).toEqual([]);
  expect(titlesOf(merged.text)).toEqual({ T01: "A model   # as short as can be", T02: "Shelf" });
  expect(arranged(splitBacklog(theirs)?.entries ?? [], splitBacklog(BASE)!)[1]?.text).toBe(
    splitBacklog(BASE)?.entries[1]?.text,
  );
});

test("tasks that the diff does not reach keep every byte, whatever was answered", () => {
  fc.assert(
    fc.property(backlog, backlog, fc.subarray(ids), (previous, answer, reached) => {
      const text = keepTasks({ feature: "a", previous, answer, reached: new Set(reached), taken: new Set() });
      const [before, after, kept] = [previous, answer, text ?? ""].map(splitBacklog);
      for (const { id, text: lines } of before?.entries ?? []) {
        const now = kept?.entries.find((one) => one.id === id)?.text;
        if (!reached.includes(id)) expect(now).toBe(lines.endsWith("\n") ? lines : `${lines}\n`);
        else expect(now).toBe(after?.entries.find((one) => one.id === id)?.text);
      }
    }),
  );
});

test("a new task never wears the id of a task that is gone, and what waits for it follows", () => {
  const answer = `${BASE}  - {id: T03, title: New, depends_on: [T01]}\n  - {id: T04, title: Last, depends_on: [T03, "a:T03"]}\n`;
  const kept = keepTasks({
    feature: "a",
    previous: BASE,
    answer,
    reached: new Set(),
    taken: new Set(["T03", "T07"]),
  });
  expect(splitBacklog(kept ?? "")?.entries.map(({ id }) => id)).toEqual(["T01", "T02", "T08", "T04"]);
  expect(kept).toContain("depends_on: [T08, a:T08]");
  expect(kept?.startsWith(BASE)).toBe(true);
});

test("an answer in another form of YAML is put into the form of the file", () => {
  const answer = 'tasks: [{id: T01, title: x}, {id: T02, title: y}, {id: T03, title: "new: one"}]';
  const kept = keepTasks({ feature: "a", previous: BASE, answer, reached: new Set(), taken: new Set() });
  expect(kept).toBe(`${BASE}\n  - id: T03\n    title: "new: one"\n`);
});
