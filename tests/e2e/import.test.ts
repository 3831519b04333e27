// Do specs of other tools become features that build? The folders of tests/fixtures/imports/ were written as their tools
// would have left them, with the oddities that such folders have.

import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { asBuild, documentOf, FACTORY, FactoryRig } from "../rig/factory-rig.ts";
import { ScriptedAgent, type ScriptedAttempt } from "../rig/scripted-agent.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/imports", import.meta.url));

interface Backlog {
  readonly tasks: readonly {
    readonly id: string;
    readonly scope: { readonly files_hint: readonly string[] };
  }[];
}

/** Which files each task of the workspace may write. */
function scopes(rig: FactoryRig): ReadonlyMap<string, readonly string[]> {
  const backlogs = rig.list("specs").filter((path) => path.endsWith("BACKLOG.yaml"));
  return new Map(
    backlogs.flatMap((path) => {
      const feature = path.split("/")[1] ?? "";
      const { tasks } = parse(rig.read(path)) as Backlog;
      return tasks.map((task) => [`${feature}:${task.id}`, task.scope.files_hint] as const);
    }),
  );
}

async function writeAll(attempt: ScriptedAttempt, files: readonly string[]): Promise<void> {
  for (const hint of files) {
    const file = hint.replace("**", `${attempt.task.replace(":", "-")}.txt`);
    await attempt.write(file, file.endsWith(".json") ? '{"type": "module"}\n' : `// ${attempt.task}\n`);
  }
  await attempt.exit(0);
}

test("spec-kit, OpenSpec, Kiro and Task Master folders import, validate and build", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await FactoryRig.create({
    agents: { scripted: { kind: "command", run: agent.run } },
    implementer: "scripted",
  });
  cpSync(FIXTURES, rig.path("old"), { recursive: true });

  const dry = await rig.factory("import", "old/kiro", "--dry-run");
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.stdout).toContain("--- specs/stock-alerts/feature.md");
  expect(rig.list("specs")).toEqual([]);
  // A file of any name is what a person says that it is.
  const tasks = rig.list("old/task-master").find((file) => file.endsWith("tasks.json")) as string;
  rig.write({ "plan.json": rig.read(tasks) });
  expect(await rig.factory("import", "plan.json", "--from", "task-master", "--dry-run")).toMatchObject({
    code: 0,
  });
  expect((await rig.factory("import", "plan.json", "--dry-run")).stderr).toContain("--from task-master");

  const run = await rig.factory(
    "import",
    "--json",
    ...["spec-kit", "openspec", "kiro", "task-master"].map((name) => `old/${name}`),
  );
  expect(run.code).toBe(0);
  const made = documentOf<{
    formats: string[];
    features: { id: string; tasks: number; findings: object[] }[];
  }>(run);
  expect(made.formats).toEqual(["spec-kit", "openspec", "kiro", "task-master"]);
  expect(made.features.map(({ id, tasks }) => [id, tasks])).toEqual([
    ["001-photo-albums", 9],
    ["add-two-factor", 4],
    ["stock-alerts", 3],
    ["imported", 2],
    ["task-master", 3],
    ["reports", 1],
  ]);
  expect(made.features[2]?.findings).toContainEqual({
    severity: "warning",
    code: "unknown-requirement",
    message: '"3.2 Write unit tests" names requirement 9.9, which does not exist.',
    file: "old/kiro/.kiro/specs/stock-alerts/tasks.md",
    line: 19,
  });
  const validated = await rig.factory("validate", "--json");
  const { diagnostics } = documentOf<{ diagnostics: { code: string }[] }>(validated);
  expect(diagnostics.map(({ code }) => code)).toEqual([
    // No task speaks of them.
    ...["uncovered-requirement", "uncovered-requirement"],
    // Where the other form names no files, a task may write anywhere.
    ...["boundless-scope", "boundless-scope"],
    "criteria-unproven",
  ]);

  // The mark in the Kiro spec is an open question of ours as well.
  expect(await rig.factory("answer", "stock-alerts", "To the shopkeeper.")).toMatchObject({ code: 0 });

  const files = scopes(rig);
  const building = rig.start("build", "--json");
  const served = Array.from({ length: files.size }, async () => {
    const attempt = await agent.nextAttempt();
    await writeAll(attempt, files.get(attempt.task) ?? []);
  });
  const build = asBuild(await building.done);
  await Promise.all(served);
  expect(build.code).toBe(0);
  expect(new Set(Object.values(build.actions))).toEqual(new Set(["regenerated"]));
  expect(Object.keys(build.actions)).toHaveLength(22);
  // The last of the chain that writes the page.
  expect(await rig.git("app", "show", "main:src/page.js")).toBe("// 001-photo-albums:T011");

  const before = rig.read("specs/stock-alerts/feature.md");
  const again = await rig.factory("import", "old/kiro");
  expect(again.code).toBe(0);
  expect(again.stderr).toContain("specs/stock-alerts already exists and is not changed");
  expect(rig.read("specs/stock-alerts/feature.md")).toBe(before);
  const original = ".kiro/specs/stock-alerts/tasks.md";
  expect(rig.read(`old/kiro/${original}`)).toBe(readFileSync(join(FIXTURES, "kiro", original), "utf8"));
}, 180_000);

test("a spec of which a document cannot be read is not imported, and the others are", async () => {
  await using rig = await FactoryRig.create({
    agents: { me: { kind: "command", run: "true" } },
    implementer: "me",
  });
  const asked = "# Requirements\n\n### Requirement 1\n\n1. WHEN it rains THEN the lamp SHALL shine\n";
  rig.write({
    "old/.kiro/specs/lamp/requirements.md": asked,
    "old/.kiro/specs/door/tasks.md": "# Implementation Plan\n\n- [ ] 1. Open it in `src/door.js`\n",
    "old/.kiro/specs/wall/tasks.md": "# Implementation Plan\n\n- [ ] 1. Paint it in `src/wall.js`\n",
  });
  writeFileSync(rig.path("old/.kiro/specs/door/requirements.md"), Buffer.from([0x23, 0x20, 0xe9, 0x0a]));
  writeFileSync(rig.path("old/.kiro/specs/wall/design.md"), Buffer.alloc(64 * 1024, 0));

  const run = await rig.factory("import", "old", "--json");
  expect(run.code).toBe(2);
  const made = documentOf<{ features: { id: string }[]; findings: { code: string; file: string }[] }>(run);
  expect(made.features.map(({ id }) => id)).toEqual(["lamp"]);
  expect(made.findings.map(({ code }) => code)).toEqual([
    ...["invalid-utf8", "not-imported"],
    ...["not-text", "not-imported"],
  ]);
  expect(rig.list("specs").every((path) => path.startsWith("specs/lamp/"))).toBe(true);

  rig.write({ "old/.kiro/specs/door/requirements.md": asked });
  const mended = await rig.factory("import", "old/.kiro/specs/door");
  expect(mended).toMatchObject({ code: 0 });
  expect(rig.list("specs/door")).toContain("specs/door/feature.md");

  writeFileSync(rig.path("request.md"), Buffer.from([0x23, 0x20, 0xe9, 0x0a]));
  const added = await rig.factory("add", "request.md");
  expect(added.code).toBe(2);
  expect(added.stderr).toContain("request.md cannot be read");
}, 120_000);

test("specs that lie in the workspace itself get another name, and several formats at once are asked about", async () => {
  await using rig = await FactoryRig.create({
    agents: { me: { kind: "command", run: "true" } },
    implementer: "me",
  });
  cpSync(join(FIXTURES, "spec-kit"), rig.root, { recursive: true });
  cpSync(join(FIXTURES, "kiro"), rig.root, { recursive: true });

  const both = await rig.factory("import", ".");
  expect(both.code).toBe(2);
  expect(both.stderr).toContain("--from kiro");

  const run = await rig.factory("import", ".", "--from", "spec-kit");
  expect(run.code).toBe(0);
  expect(rig.list("specs/photo-albums")).toEqual(
    ["BACKLOG.yaml", "IMPORT.md", "PLAN.md", "feature.md"].map((name) => `specs/photo-albums/${name}`),
  );
  expect(rig.list("specs/001-photo-albums")).not.toContain("specs/001-photo-albums/feature.md");
  expect((await rig.factory("import", "specs/001-photo-albums")).stderr).toContain("already exists");

  rig.write({ "specs/stock-alerts/feature.md": "---\nproject: app\n---\n# Mine\n" });
  const clash = await rig.factory("import", ".", "--from", "kiro");
  expect(clash).toMatchObject({ code: 2 });
  expect(clash.stderr).toContain("specs/stock-alerts is another feature and is not changed");
  expect(rig.list("specs/stock-alerts")).toHaveLength(1);

  mkdirSync(rig.path("empty"));
  expect(await rig.factory("import", "empty")).toMatchObject({ code: 2 });
  expect(await rig.factory("import", "nowhere")).toMatchObject({ code: 2 });
  renameSync(rig.path(".kiro"), rig.path("moved"));
  expect(await rig.factory("import", "moved/specs/stock-alerts", "--as", "alerts")).toMatchObject({
    code: 0,
  });
  expect(rig.list("specs/alerts")).toHaveLength(4);
});

test("packages with specs of their own and exported issues are found, and who is missing is told before all else", async () => {
  await using rig = await FactoryRig.create();
  rig.write({
    "mono/packages/a/openspec/changes/add-csv/proposal.md": "# CSV\n\n## Why\n\nPeople ask.\n",
    "mono/packages/a/openspec/changes/add-csv/specs/export.md":
      "## ADDED Requirements\n\n### Requirement: CSV\nTables are exported as CSV.\n",
    "mono/packages/a/openspec/changes/add-csv/tasks.md":
      "- [ ] 1.1 Export tables as CSV in src/csv.ts\n- [ ] 1.2 Write src/menu.ts\n- [ ] 1.3 Write src/icon.ts\n",
    "mono/packages/b/openspec/changes/shop/add-cart/proposal.md": "# Cart\n\n## Why\n\nPeople buy.\n",
    "issues.json": JSON.stringify([
      {
        number: 7,
        title: "Crash on an empty list",
        body: "It crashes in src/list.ts.",
        labels: [{ name: "bug" }],
      },
    ]),
  });
  const run = await rig.factory("import", "mono");
  expect(run.code).toBe(2);
  expect(run.stderr).toContain("Specs stand apart in packages/a, packages/b");
  expect(run.stderr.match(/^error .*$/gm)).toEqual([expect.stringContaining("[no-implementer]")]);
  expect(rig.list("specs").filter((path) => path.endsWith("feature.md"))).toEqual([
    "specs/add-cart/feature.md",
    "specs/add-csv/feature.md",
  ]);
  const { tasks } = parse(rig.read("specs/add-csv/BACKLOG.yaml")) as { tasks: { requirements?: string[] }[] };
  expect(tasks.map(({ requirements }) => requirements)).toEqual([["R1"], undefined, undefined]);

  expect((await rig.factory("import", "issues.json")).stderr).toContain("found 1 spec of GitHub issues");
  expect(rig.read("specs/issue-7/feature.md")).toContain("Labels: bug.");
  expect(scopes(rig).get("issue-7:T001")).toEqual(["src/list.ts"]);
  rig.write({ "issues.json": "{}" });
  expect((await rig.factory("import", "issues.json")).stderr).toContain("gh issue list --json");
});

test("an issue comes from stdin, and no window of what was imported is too large", async () => {
  await using rig = await FactoryRig.create({
    agents: { me: { kind: "command", run: "true" } },
    implementer: "me",
  });
  const statements = Array.from(
    { length: 14 },
    (_, index) => `${index + 1}. WHEN lamp ${index} is lit, THE harbour SHALL see it from afar`,
  );
  const spec = ".kiro/specs/a-harbour-with-more-lamps-than-anybody-has-counted-so-far";
  rig.write({
    "issue.json": JSON.stringify({
      number: 7,
      title: "Dark mode",
      body: "- [ ] Add src/theme.ts",
      labels: ["ui"],
    }),
    [`${spec}/requirements.md`]: `### Requirement 1: Lamps\n\n${statements.join("\n")}\n`,
    [`${spec}/tasks.md`]: `- [ ] 1. Light src/lamps.ts\n  - ${"and keep them lit ".repeat(20)}\n  - _Requirements: 1_\n`,
  });
  const piped = (...args: readonly string[]) =>
    rig.launch(".", [
      "sh",
      "-c",
      `"$0" "$1" import - ${args.join(" ")} < issue.json`,
      process.execPath,
      FACTORY,
    ]).done;
  const run = await piped();
  expect(run).toMatchObject({ code: 0 });
  expect(rig.read("specs/issue-7/feature.md")).toContain("Imported from stdin (GitHub issues).");
  expect(scopes(rig).get("issue-7:T001")).toEqual(["src/theme.ts"]);
  expect((await piped("--from", "kiro")).stderr).toContain("stdin is one file");
  // Nothing came.
  expect((await rig.factory("import", "-")).stderr).toContain("gh issue list --json");

  expect(await rig.factory("import", spec)).toMatchObject({ code: 0 });
  const { diagnostics } = documentOf<{ diagnostics: { code: string }[] }>(
    await rig.factory("validate", "--json"),
  );
  expect(diagnostics.map(({ code }) => code)).not.toContain("window-too-large");
});

test("what other tools call a spec is told where it lies, with the command that makes a feature of it", async () => {
  await using rig = await FactoryRig.create();
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks: [{ id: "T01" }] });
  const story =
    "# Feature: Albums\n\n### Functional Requirements\n\n- **FR-001**: An album MUST have a name.\n";
  rig.write({
    "specs/001-albums/spec.md": story,
    "specs/001-albums/tasks.md": "- [ ] T001 Write src/album.ts\n",
    "specs/export/requirements.md": "# Export\n\n- An album is exported as JSON.\n",
    "specs/notes/design.md": "# Design\n\nNotes are kept in one file.\n",
  });
  const warnings = async () => {
    const { diagnostics } = documentOf<{
      diagnostics: readonly { code: string; file: string; message: string; fix: string }[];
    }>(await rig.factory("validate", "--json"));
    return diagnostics.filter(({ code }) => code === "unread-document");
  };
  const found = await warnings();
  expect(found.map(({ file }) => file)).toEqual([
    "specs/001-albums/spec.md",
    "specs/export/requirements.md",
    "specs/notes/design.md",
  ]);
  expect(found[0]?.message).toContain("spec.md, tasks.md and no feature.md");
  for (const { fix } of found.slice(0, 2)) {
    const [, words = ""] = /`factory (.*?)`/.exec(fix) ?? [];
    await rig.factory(...words.split(" "));
  }
  expect(rig.list("specs").filter((path) => path.endsWith("feature.md"))).toHaveLength(3);
  // What became a feature is told no more; what lies beside one is.
  expect((await warnings()).map(({ file }) => file)).toEqual(["specs/notes/design.md"]);
});

test("files of Windows shells, lists of GitHub's API and a paper without a tool are read or told as what they are", async () => {
  await using rig = await FactoryRig.create({
    agents: { me: { kind: "command", run: "true" } },
    implementer: "me",
  });
  const issue = { number: 7, title: "Dark mode", body: "- [ ] Add src/theme.ts" };
  const pull = { number: 8, title: "Mend it", body: "", pull_request: { url: "https://example.org/8" } };
  rig.write({
    "issues.json": Buffer.from(`\uFEFF${JSON.stringify([issue, pull])}`, "utf16le"),
    "wish.md": "# Dark mode\n\n- It follows the system\n",
    "apps/web/.kiro/specs/lamp/tasks.md": "- [ ] 1. Light src/lamp.ts\n",
  });
  const run = await rig.factory("import", "issues.json");
  expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining("Pull requests (1) are no issues") });
  expect([...scopes(rig)]).toEqual([["issue-7:T001", ["src/theme.ts"]]]);
  const paper = await rig.factory("import", "wish.md");
  expect(paper).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no spec.*\n.*factory .*add wish\.md/),
  });
});
