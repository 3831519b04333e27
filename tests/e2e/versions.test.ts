// Does a feature go back and forth among its versions without a call, and is told what each of them was?

import { expect, test } from "vitest";
import { documentOf } from "../rig/factory-rig.ts";
import { type NotedTask, VersionedNotes } from "../rig/versioned-notes.ts";

const R1 = { R1: "A note says one thing." };
const R12 = { R1: "A note says one thing.", R2: "A note has a date." };
const T01: NotedTask = { id: "T01", title: "First note", files: ["src/first.txt"], requirements: ["R1"] };
const T02: NotedTask = { id: "T02", title: "Second note", files: ["src/second.txt"], requirements: ["R1"] };

const VERSIONS: readonly (readonly [
  subject: string,
  Readonly<Record<string, string>>,
  readonly NotedTask[],
])[] = [
  ["Begin with two notes", R1, [T01, T02]],
  ["Say it shorter", { R1: "A note is short." }, [T01, T02]],
  ["Rename the second task", R1, [T01, { ...T02, id: "T05" }]],
  [
    "Date a third note",
    R12,
    [
      T01,
      { ...T02, id: "T05" },
      {
        ...T02,
        id: "T06",
        title: "Third note",
        files: ["src/third.txt"],
        requirements: ["R2"],
        dependsOn: ["T01"],
      },
    ],
  ],
  [
    "Drop the second note",
    R12,
    [
      { ...T01, title: "The first note" },
      {
        ...T02,
        id: "T06",
        title: "Third note",
        files: ["src/third.txt"],
        requirements: ["R2"],
        dependsOn: ["T01"],
      },
    ],
  ],
];

interface LogDocument {
  readonly versions: readonly {
    readonly number: number;
    readonly digest: string;
    readonly same_as: number | null;
    readonly subject: string | null;
    readonly author: string | null;
    readonly committed: boolean;
    readonly requirements: readonly { readonly id: string; readonly change: string }[];
    readonly tasks: readonly { readonly id: string; readonly change: string }[];
    readonly results: readonly {
      readonly task: string;
      readonly usd: number | null;
      readonly recorded: boolean;
    }[];
    readonly usd: number | null;
  }[];
}

interface BlameDocument {
  readonly owner: { readonly task: string };
  readonly ranges: readonly { readonly writer: string }[];
}

interface RevertDocument {
  readonly files: readonly { readonly path: string; readonly change: string }[];
  readonly unrestored: readonly string[];
  readonly copies: string | null;
}

test("five versions are gone back and forth among without a call, to the same trees each time", async () => {
  await using notes = await VersionedNotes.create();
  const { rig } = notes;
  const trees: string[] = [];
  for (const [subject, requirements, tasks] of VERSIONS) {
    notes.write(requirements, tasks);
    rig.write({ "specs/notes/template.lock": `${subject}\n` });
    expect((await rig.build()).code).toBe(0);
    await rig.commitWorkspace(subject);
    trees.push(await rig.tree("app"));
  }
  expect(new Set(trees).size).toBe(5);
  const calls = notes.calls;

  const spec = rig.read("specs/notes/feature.md");
  rig.write({ "specs/notes/feature.md": spec.replace("A note has", "A note\n  has") });
  await rig.commitWorkspace("Wrap a line");
  const log = documentOf<LogDocument>(await rig.factory("log", "notes", "--json"));
  expect(log.versions.map(({ number, subject }) => [number, subject])).toEqual(
    VERSIONS.map(([subject], index) => [index + 1, subject]).reverse(),
  );
  expect(log.versions[1]).toMatchObject({
    author: "Pat",
    committed: true,
    requirements: [{ id: "R2", change: "added" }],
    tasks: [{ id: "notes:T06", change: "added" }],
    results: [{ task: "notes:T06", usd: 0.25, recorded: true }],
    usd: 0.25,
  });
  const trailers = await rig.git(
    "app",
    "log",
    "--format=%(trailers:key=Factory-Spec,valueonly)",
    "refs/factory/main",
  );
  for (const { digest } of log.versions) expect(trailers).toContain(`notes@${digest.slice(0, 12)}`);

  const diff = await rig.factory("diff", "notes@2", `notes@${log.versions[1]?.digest.slice(0, 12)}`);
  expect(diff.stdout.split("\n").map((line) => line.trim())).toEqual([
    "notes",
    "requirements",
    "~ R1  A note is short. → A note says one thing.",
    "+ R2  A note has a date.",
    "tasks",
    "- notes:T02",
    "+ notes:T05",
    "+ notes:T06",
    "",
  ]);

  for (const number of [2, 5, 1, 4]) {
    const back = await rig.factory("revert", `notes@${number}`, "--json");
    expect(documentOf<RevertDocument>(back).unrestored).toEqual([]);
    expect([number, back.code, await rig.tree("app")]).toEqual([number, 0, trees[number - 1]]);
    expect(rig.read("specs/notes/template.lock")).toBe(`${VERSIONS[number - 1]?.[0]}\n`);
  }
  rig.remove(".factory");
  expect((await rig.factory("revert", "notes@3")).code).toBe(0);
  expect(await rig.tree("app")).toBe(trees[2]);
  expect(Object.values((await rig.build()).actions)).toEqual(["fresh", "fresh"]);
  expect(notes.calls).toBe(calls);
  const after = documentOf<LogDocument>(await rig.factory("log", "notes", "--json", "-n", "1"));
  expect(after.versions).toMatchObject([{ number: 6, committed: false, same_as: 3, results: [] }]);
});

test("a line of code leads to its spec, and what nobody committed is not written over", async () => {
  await using notes = await VersionedNotes.create();
  const { rig } = notes;
  notes.write(R1, [T01]);
  await rig.commitWorkspace("Begin");
  expect((await rig.build()).code).toBe(0);
  await rig.commitWorkspace("Lock");
  rig.edit("specs/notes/feature.md", "says one", "tells one");
  rig.write({
    "projects/app/src/first.txt": rig.read("projects/app/src/first.txt").replace("a note", "my note"),
  });
  await rig.commit("app", "Mine");

  const line = documentOf<BlameDocument>(await rig.factory("blame", "app/src/first.txt:2", "--json"));
  expect(line).toMatchObject({
    owner: { task: "notes:T01", released: false },
    ranges: [
      {
        writer: "factory",
        origin: {
          task: "notes:T01",
          title: "First note",
          acceptance: [{ id: "A1", text: "First note, and says so" }],
          requirements: [
            {
              id: "R1",
              text: "A note tells one thing.",
              file: "specs/notes/feature.md",
              at_line: 8,
              reworded: true,
            },
          ],
          version: 1,
          newest_version: 2,
          agent: "noter",
          attempts: 1,
          usd: 0.25,
        },
      },
    ],
  });
  const file = await rig.factory("blame", "app/src/first.txt");
  expect(file.stdout).toMatch(
    /^ {2}1 {2}Pat +Mine .*\n {2}2 {2}the factory +notes:T01 {2}noter {2}notes@1 /m,
  );
  const outside = await rig.factory("blame", "app/src/first.txt:9");
  expect([outside.code, outside.stderr]).toEqual([2, expect.stringContaining("has 2 lines")]);

  const refused = await rig.factory("revert", "notes@1");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("no commit has what is in")]);
  expect(rig.read("specs/notes/feature.md")).toContain("tells one");
  const done = documentOf<RevertDocument>(
    await rig.factory("revert", "notes@1", "--yes", "--no-build", "--json"),
  );
  expect(rig.read(`${done.copies}/feature.md`)).toContain("tells one");
  expect(rig.read("specs/notes/feature.md")).toContain("says one");
});
