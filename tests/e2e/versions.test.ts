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
  const trailers = await rig.git("app", "log", "--format=%(trailers:key=Factory-Spec,valueonly)", "factory");
  for (const { digest } of log.versions) expect(trailers).toContain(`notes@${digest.slice(0, 12)}`);

  for (const number of [2, 5, 1, 4, 3, 5]) {
    const back = await rig.factory("revert", `notes@${number}`, "--json");
    expect(documentOf<RevertDocument>(back).unrestored).toEqual([]);
    expect([number, back.code, await rig.tree("app")]).toEqual([number, 0, trees[number - 1]]);
    expect((await rig.factory("build", "--locked")).code).toBe(0);
  }
  expect(rig.read("specs/notes/feature.md")).toContain("A note\n  has");

  for (const number of [1, 4]) {
    rig.remove(".factory");
    expect((await rig.factory("revert", `notes@${number}`)).code).toBe(0);
    expect(await rig.tree("app")).toBe(trees[number - 1]);
  }
  expect(notes.calls).toBe(calls);
  const after = documentOf<LogDocument>(await rig.factory("log", "notes", "--json", "-n", "1"));
  expect(after.versions).toMatchObject([{ number: 6, committed: false, same_as: 4, results: [] }]);
});
