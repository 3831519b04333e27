// What does a reviewer see of a draft, and what becomes of its words? Long files, files that tools write, text that was there
// before, remarks beside an approval, and a reviewer who cannot tell.

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { type Asked, ModelServer, type Reply, turnOf, windowOf } from "../rig/model-server.ts";
import { finish, KEYS, write } from "../rig/small-work.ts";

const lines = (count: number, wide = "of a file that is as long as many are") =>
  Array.from({ length: count }, (_, index) => `row ${index} ${wide}\n`).join("");

/** A program that drafts by `draft`, one that reviews by `judge`, and a feature `two` with one task. */
async function workspace(
  draft: string,
  judge: string,
  { files, scope }: { files: Readonly<Record<string, string>>; scope: string },
): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", files, gates: [{ id: "check", run: "true" }] }],
    agents: {
      coder: { kind: "command", run: draft, timeout: "1m" },
      judge: { kind: "command", run: judge, timeout: "1m" },
    },
    implementer: "coder",
    routing: { reviewer: "judge" },
    limits: { attempts: 1, rebases: 0 },
  });
  rig.write({
    "specs/two/feature.md": "---\nproject: app\n---\n# Two\n\n## Requirements\n\n- R1: Two rows.\n",
    "specs/two/BACKLOG.yaml": `version: 1\ntasks:\n  - id: T01\n    title: Two rows\n    requirements: [R1]\n    scope: {files_hint: [${scope}]}\n    acceptance: [both rows are there]\n`,
  });
  return rig;
}

/** Keeps its window, and says what the workspace's file says.json holds. */
const JUDGE = "cp $FACTORY_WINDOW {{workspace}}/seen.md; cat {{workspace}}/says.json";
const APPROVES = { "says.json": '{"verdict": "approve", "findings": []}' };

test("two edits at both ends of a long file are shown with what is around them, however long it is", async () => {
  const edit = `sed -i -e '2s/.*/the second row/' -e '$i the row before the last' long.txt`;
  await using rig = await workspace(edit, JUDGE, { files: { "long.txt": lines(3000) }, scope: "long.txt" });
  rig.write(APPROVES);
  expect((await rig.build()).code).toBe(0);
  const seen = rig.read("seen.md");
  expect(seen).toContain("+the second row");
  expect(seen).toContain("+the row before the last");
  expect(seen).toContain(" row 8 of a file");
  expect(seen).not.toContain("not in it");
  expect(Buffer.byteLength(seen)).toBeLessThan(6000);
  const status = await rig.factory("status");
  expect(status.stdout).not.toContain("did not see");
});

test("a small file is shown whole, so that what was there before is seen", async () => {
  const guide = `# Guide\n\nNull counts as absent.\n\n${lines(40, "of the guide")}\nThe end.\n`;
  await using rig = await workspace("echo And here as well. >> guide.md", JUDGE, {
    files: { "guide.md": guide },
    scope: "guide.md",
  });
  rig.write(APPROVES);
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("seen.md")).toContain(" Null counts as absent.");
  expect(rig.read("seen.md")).toContain("\n## Acceptance\n\n");
});

test("what a reviewer was not shown is told: lockfiles go first, then what is left of a huge file", async () => {
  const draft = `seq -f 'entry %g' 1 9000 > package-lock.json; seq -f 'code %g' 1 400 > app.mjs`;
  await using rig = await workspace(draft, JUDGE, { files: {}, scope: "package-lock.json, app.mjs" });
  rig.write(APPROVES);
  const first = await rig.factory("build");
  expect(first.code).toBe(0);
  expect(first.stderr).toContain("approve, without having seen all of package-lock.json");
  expect(rig.read("seen.md")).toContain("+code 400");
  expect(rig.read("seen.md")).toMatch(/not in it:\npackage-lock\.json \(\d+ bytes/);
  expect(rig.read(".factory/tasks/two/T01.notes.md")).toContain("did not see all of package-lock.json");
  expect((await rig.factory("status")).stdout).toContain("did not see all of it: all of package-lock.json");
  expect((await rig.factory("check")).code).toBe(0);

  rig.edit("specs/two/BACKLOG.yaml", "title: Two rows", "title: Two long rows");
  rig.edit("projects.yaml", "seq -f 'code %g' 1 400", "seq -f 'code %g' 1 20000");
  const build = await rig.factory("build");
  expect(build.stderr).toMatch(/without having seen all of app\.mjs \([\d.]+ KB\), package-lock\.json/);
  expect(rig.read("seen.md")).toContain("+code 1\n");
  const status = JSON.parse((await rig.factory("status", "--json")).stdout);
  expect(status.tasks).toMatchObject([{ verdict: "fresh", reasons: [{ code: "review-unseen" }] }]);
});

test("remarks beside an approval reach the screen, the notes and the journal", async () => {
  await using rig = await workspace("echo 1 > one.txt", JUDGE, { files: {}, scope: "one.txt" });
  const findings = ["one.txt: the row is short.", "one.txt: it has no title."];
  rig.write({ "says.json": JSON.stringify({ verdict: "approve", findings }) });
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([
    0,
    expect.stringContaining("approve, and remarks: one.txt: the row is short. (and 1 more remark)"),
  ]);
  const notes = rig.read(".factory/tasks/two/T01.notes.md");
  for (const finding of findings) expect(notes).toContain(`- ${finding}`);
});

test("a draft that nobody can judge waits for a person, who takes it or has it made anew", async () => {
  await using rig = await workspace(
    "echo x >> {{workspace}}/drafts; echo 1 > one.txt",
    `echo x >> {{workspace}}/reviews; ${JUDGE}`,
    { files: {}, scope: "one.txt" },
  );
  const words = "What the row should say is in a file that I was not shown.";
  rig.write({ "says.json": JSON.stringify({ verdict: "cannot_judge", findings: [words] }) });
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([5, { "two:T01": "blocked" }]);
  expect(build.stderr + build.stdout).toContain(words);
  expect(rig.read(".factory/tasks/two/T01.diff")).toContain("+1");
  const status = await rig.factory("status");
  expect(status.stdout).toContain("factory approve two:T01");
  // Nobody is asked or paid again while it waits.
  expect((await rig.build()).code).toBe(5);
  expect([rig.read("drafts"), rig.read("reviews")]).toEqual(["x\n", "x\n"]);
  expect((await rig.factory("retry", "two:T01")).code).toBe(5);
  expect([rig.read("drafts"), rig.read("reviews")]).toEqual(["x\nx\n", "x\nx\n"]);

  const approved = await rig.factory("approve", "two:T01");
  expect([approved.code, approved.stderr + approved.stdout]).toEqual([
    0,
    expect.stringContaining("takes its draft"),
  ]);
  const after = await rig.build();
  expect([after.code, after.actions]).toEqual([0, { "two:T01": "regenerated" }]);
  expect([rig.read("drafts"), rig.read("reviews")]).toEqual(["x\nx\n", "x\nx\n"]);
  expect(await rig.git("app", "show", "main:one.txt")).toBe("1");
  expect((await rig.factory("approve", "two:T01")).code).toBe(2);
  expect((await rig.build()).code).toBe(0);
});

test("a model that reviews looks into the files as they are with the change, and not for ever", async () => {
  const told: string[] = [];
  const reply = (asked: Asked): Reply => {
    if (!asked.system.includes("You review")) return { calls: [write("two.md", "second\n"), finish] };
    told.push(asked.messages.at(-1)?.text ?? "");
    if (turnOf(asked) < 30 && !told.at(-1)?.includes("Give your answer now"))
      return {
        calls: [
          {
            name: "read_file",
            input: { path: turnOf(asked) % 2 === 0 ? "one.md" : "two.md", from: 1, to: 1 + turnOf(asked) },
          },
        ],
      };
    return { text: '{"verdict": "approve", "findings": []}' };
  };
  await using server = await ModelServer.listen(reply);
  await using rig = await workspace("false", "false", {
    files: { "one.md": lines(60, "first") },
    scope: "two.md",
  });
  rig.edit("projects.yaml", "implementer: coder", "implementer: house");
  rig.edit("projects.yaml", "reviewer: judge", "reviewer: house");
  rig.edit(
    "projects.yaml",
    "agents:\n",
    `agents:\n  house: {kind: openai, model: house-model, base_url: "${server.openai}"}\n`,
  );
  const build = await rig.factoryWith(KEYS, "build", "--json");
  expect([build.code, build.stderr]).toEqual([0, expect.anything()]);
  const reviewing = server.in("You review");
  expect(reviewing[0]?.tools).toEqual(["list_files", "read_file", "search"]);
  expect(windowOf(reviewing[0] as Asked)).not.toContain("first");
  expect(told[1]).toContain("row 0 first");
  expect(told.join("\n")).toContain("second");
});

test("what an agent says when it hands in reaches its reviewer, the notes, explain and the journal", async () => {
  const words = "The limit of R1 is left to the next task.";
  await using rig = await workspace("echo 1 > one.txt; cp {{workspace}}/words.json $FACTORY_RESULT", JUDGE, {
    files: {},
    scope: "one.txt",
  });
  const remark = "one.txt: a row without a title.";
  rig.write({ "words.json": JSON.stringify({ notes: words }) });
  rig.write({ "says.json": JSON.stringify({ verdict: "approve", findings: [remark] }) });
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("seen.md")).toMatch(
    /## What its author says of it, which proves nothing\n\n[^#]*### author/,
  );
  expect(rig.read("seen.md")).toContain(words);
  expect(rig.read(".factory/tasks/two/T01.notes.md")).toContain(
    `The agent said of attempt 1:\n\n    ${words}`,
  );
  const explained = await rig.factory("explain", "two:T01");
  expect(explained.stdout).toMatch(
    new RegExp(`said {2}by its agent\n +${words}\nreview\n(?:.*\n)+.*${remark}`),
  );
  const document = JSON.parse((await rig.factory("explain", "two:T01", "--json")).stdout);
  expect(document).toMatchObject({
    said: words,
    review: { verdict: "approve", findings: [remark], unseen: [] },
  });
  const [journal = ""] = rig.list(".factory/journal").filter((path) => path.endsWith(".jsonl"));
  expect(rig.read(journal)).toContain(`"said":"${words}"`);

  // It is a word about this draft alone: another window begins without one.
  rig.write({ "words.json": "{}" });
  rig.edit("specs/two/BACKLOG.yaml", "title: Two rows", "title: Rows");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("seen.md")).not.toContain("What its author says");
});

test("the closing words of a model reach the reviewer, and whoever writes the task better", async () => {
  const words = "No test carries a tag, since the task allows two.md only.";
  const reply = (asked: Asked): Reply => {
    if (asked.system.includes("You review"))
      return { text: '{"verdict": "rebase", "findings": ["two.md: nothing shows it."]}' };
    if (asked.system.includes("You improve")) return { text: "id: T01\ntitle: Two\n" };
    return { calls: [write("two.md", "second\n"), { name: "finish", input: { summary: words } }] };
  };
  await using server = await ModelServer.listen(reply);
  await using rig = await workspace("false", "false", { files: {}, scope: "two.md" });
  const house = `  house: {kind: openai, model: house-model, base_url: "${server.openai}"}\n`;
  rig.edit("projects.yaml", "agents:\n", `agents:\n${house}`);
  rig.edit("projects.yaml", "implementer: coder", "implementer: house\n  rebase: house");
  rig.edit("projects.yaml", "reviewer: judge", "reviewer: house");
  rig.edit("projects.yaml", "rebases: 0", "rebases: 1");
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(1);
  for (const role of ["You review", "You improve"]) {
    const [asked] = server.in(role);
    expect(windowOf(asked as Asked)).toContain(words);
  }
});
