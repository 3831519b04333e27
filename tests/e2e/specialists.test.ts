// Who drafts a task whose type is the workspace's own? An agent and a prompt by that name, or the implementer's in place of the
// one that is missing; a word that nobody knows is told where it stands.

import { chmodSync } from "node:fs";
import { delimiter } from "node:path";
import { expect, test } from "vitest";
import { asBuild, documentOf, FactoryRig } from "../rig/factory-rig.ts";
import { asked, backlogText, entry, plannedNotes } from "../rig/planned-notes.ts";

/** Notes down who was asked as what, and with which prompt. */
const agent = (id: string) => ({
  kind: "command",
  run: `mkdir -p src/notes; echo "${id} $(head -n 1 {{window}})" >> {{workspace}}/asked; for f in T01 T02 T03 T04; do grep -q "src/notes/$f.txt" {{window}} && echo ${id} > src/notes/$f.txt; done; true`,
  timeout: "1m",
});

const PROMPT = "templates/prompts/migration.hbs";
const IMPLEMENTER = "You implement one task of a specification in a git repository.";

async function specialists(types: readonly (string | undefined)[], routing: Record<string, string> = {}) {
  const rig = await FactoryRig.create({
    agents: { coder: agent("coder"), mover: agent("mover") },
    implementer: "coder",
    routing,
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a text." },
    tasks: types.map((type, at) => ({
      id: `T0${at + 1}`,
      generator: null,
      files: [`src/notes/T0${at + 1}.txt`],
      ...(type === undefined ? {} : { type }),
    })),
  });
  return rig;
}

const sessions = (rig: FactoryRig) => {
  const lines = rig.read("asked").trim().split("\n").sort();
  rig.remove("asked");
  return lines.map((line) => line.replace(IMPLEMENTER, "IMPLEMENTER").replace(/ Your tools.*$/, ""));
};

test("a type is known by its prompt, by its route, or by both, and a change of its prompt concerns its tasks alone", async () => {
  await using rig = await specialists([undefined, "migration", "cleanup", "migration"], {
    migration: "mover",
    cleanup: "mover",
  });
  rig.write({ [PROMPT]: "You move the data of {{project}} as {{role}}.\n" });
  expect((await rig.build("-j1")).code).toBe(0);
  expect(sessions(rig)).toEqual([
    "coder IMPLEMENTER",
    "mover IMPLEMENTER",
    "mover You move the data of app as migration.",
    "mover You move the data of app as migration.",
  ]);

  rig.edit(PROMPT, "You move", "You carefully move");
  const stale = documentOf<{ tasks: { id: string; verdict: string; type: string }[] }>(
    await rig.factory("status", "--json"),
  ).tasks;
  expect(stale.map(({ id, verdict, type }) => `${id} ${type} ${verdict}`).sort()).toEqual([
    "notes:T01 code fresh",
    "notes:T02 migration stale",
    "notes:T03 cleanup fresh",
    "notes:T04 migration stale",
  ]);
  expect((await rig.factory("status")).stdout).toContain("migration: Write T02");
  const explained = await rig.factory("explain", "notes:T02");
  expect(explained.stdout).toContain("· type migration · agent mover ·");
  expect(explained.stdout).toContain(`${PROMPT}:1`);
  expect((await rig.build("-j1")).actions).toEqual({
    "notes:T01": "fresh",
    "notes:T02": "regenerated",
    "notes:T03": "fresh",
    "notes:T04": "regenerated",
  });
  expect(sessions(rig)).toHaveLength(2);

  // Every report calls the role as the type is called.
  const audit = documentOf<{ sessions: { role: string; subject: string }[] }>(
    await rig.factory("audit", "--json"),
  );
  expect(new Set(audit.sessions.map(({ role }) => role))).toEqual(
    new Set(["implementer", "cleanup", "migration"]),
  );
  const cost = documentOf<{ roles: { name: string }[] }>(await rig.factory("cost", "--json"));
  expect(cost.roles.map(({ name }) => name).sort()).toEqual(["cleanup", "implementer", "migration"]);
  const metrics = documentOf<{ windows: { sessions: number }; cost_by_type: object }>(
    await rig.factory("metrics", "--json"),
  );
  expect(metrics.windows.sessions).toBe(6);
  expect(Object.keys(metrics.cost_by_type).sort()).toEqual(["cleanup", "migration"]);
  expect(rig.list(".factory/tasks/notes")).toContain(".factory/tasks/notes/T02.log");
});

test("a prompt without a route goes to whoever implements, and a project routes for its own tasks", async () => {
  await using rig = await specialists(["migration", "docs"]);
  rig.write({ [PROMPT]: "You move data.\n" });
  expect((await rig.build("-j1")).code).toBe(0);
  expect(sessions(rig)).toEqual([
    "coder You move data.",
    expect.stringMatching(/^coder You write the documentation /),
  ]);

  rig.edit(
    "projects.yaml",
    "    path: projects/app\n",
    "    path: projects/app\n    routing: {migration: [mover, coder]}\n",
  );
  expect((await rig.build("-j1")).actions).toEqual({ "notes:T01": "regenerated", "notes:T02": "fresh" });
  expect(sessions(rig)).toEqual(["mover You move data."]);
});

test("a type that nobody knows, and a name that has another meaning, are told where they stand", async () => {
  await using rig = await specialists(["migratoin", "reviewer", "constructor"], { migration: "mover" });
  const told = async () => {
    const { diagnostics } = documentOf<{
      diagnostics: {
        severity: string;
        code: string;
        file: string;
        line: number;
        target: string;
        message: string;
        fix: string;
      }[];
    }>(await rig.factory("validate", "--json"));
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    return errors.map(
      ({ code, file, line, target, message, fix }) => `${file}:${line} ${code} ${target}: ${message} ${fix}`,
    );
  };
  const line = (type: string) =>
    rig.read("specs/notes/BACKLOG.yaml").split("\n").indexOf(`    type: ${type}`) + 1;
  const at = (type: string) => `specs/notes/BACKLOG.yaml:${line(type)}`;
  expect(await told()).toEqual([
    `${at("migratoin")} unknown-type notes:T01: notes:T01 has the unknown type "migratoin": there is no prompt and no route of that name. Did you mean "migration"? Or write templates/prompts/migratoin.hbs, or route it with \`routing: {migratoin: …}\`.`,
    `${at("reviewer")} reserved-id notes:T02: notes:T02 has the type "reviewer", which is the name of a role. Give the type another name, or use one of: code, refactor, debug, docs, simple, migration.`,
    `${at("constructor")} unknown-type notes:T03: notes:T03 has the unknown type "constructor": there is no prompt and no route of that name. Use one of: code, refactor, debug, docs, simple, migration. Or write templates/prompts/constructor.hbs, or route it with \`routing: {constructor: …}\`.`,
  ]);

  // A name is known as soon as it has a prompt, and unknown again when that goes.
  rig.edit("specs/notes/BACKLOG.yaml", "type: migratoin", "type: migration");
  rig.edit("specs/notes/BACKLOG.yaml", "type: reviewer", "type: code");
  rig.write({ "templates/prompts/constructor.hbs": "You build.\n" });
  expect(await told()).toEqual([]);
  expect((await rig.build("-j1")).code).toBe(0);
  expect(sessions(rig)).toContain("coder You build.");
  rig.remove("templates/prompts/constructor.hbs");
  expect(await told()).toEqual([expect.stringContaining("unknown-type notes:T03")]);

  rig.edit("specs/notes/BACKLOG.yaml", "type: constructor", "type: simple");
  rig.edit(
    "projects.yaml",
    "  migration: mover\n",
    "  migration: mover\n  reviwer: mover\n  Documenter: mover\n  two words: mover\n",
  );
  rig.edit(
    "projects.yaml",
    "    path: projects/app\n",
    "    path: projects/app\n    routing: {tester: mover, migation: mover, code: nobody}\n",
  );
  const found = (await told()).map((text) => text.replace(/^projects\.yaml:\d+ /, ""));
  expect(found.sort()).toEqual([
    'invalid-value null: "two words" cannot be the name of a type of task. Begin with a letter, and use at most 40 letters, digits, `_` and `-`.',
    'reserved-id app/: "tester" has a meaning of its own here, so no type of task can be called so. Give the type another name. Roles are routed for the workspace as a whole.',
    expect.stringMatching(/^reserved-id null: "Documenter" has a meaning of its own here/),
    expect.stringMatching(
      /^unknown-agent app\/: The routing of code in app names the unknown agent "nobody"/,
    ),
    expect.stringMatching(/^unknown-key app\/: routing: unknown key "migation"\. Did you mean "migration"\?/),
    expect.stringMatching(/^unknown-key null: routing: unknown key "reviwer"\. Did you mean "reviewer"\?/),
  ]);
});

test("whoever cuts tasks is told the types of the workspace, and an answer with another is refused", async () => {
  await using rig = await plannedNotes();
  rig.write({
    [PROMPT]: "You change how {{role}} data is kept. You write nothing else.\n",
    "answers/backlog-1": backlogText(`${entry("T01", "R1, R2", "Write")}    type: migratoin\n`),
    "answers/backlog": backlogText(`${entry("T01", "R1, R2", "Write")}    type: migration\n`),
  });
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("asked/backlog-1")).toContain(
    "- type migration: a task may also have this type: `type: migration`. Its agent is told: You change how migration data is kept.\n",
  );
  expect(rig.read("asked/backlog-2")).toMatch(/notes:T01[^\n]* unknown type "migratoin"[^\n]*"migration"/);
  expect(asked(rig).filter((line) => line.startsWith("backlog"))).toHaveLength(2);
  expect(await rig.git("app", "show", "main:src/T01.txt")).toContain(
    "You change how migration data is kept.",
  );
});

const CODEX = `#!/bin/sh
cat > /dev/null
mkdir -p src/notes
echo text > src/notes/T01.txt
echo '{"type":"turn.completed","usage":{"input_tokens":9,"cached_input_tokens":0,"output_tokens":3}}'
`;

test("a known program goes by the role file of the type that has a prompt, else by the implementer's", async () => {
  await using rig = await FactoryRig.create({
    agents: { coder: { kind: "command", preset: "codex" } },
    implementer: "coder",
    routing: { migration: "coder" },
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a text." },
    tasks: [{ id: "T01", type: "migration", generator: null }],
  });
  rig.write({ "programs/codex": CODEX, ".codex/agents/implementer.toml": "You write short notes.\n" });
  chmodSync(rig.path("programs/codex"), 0o755);
  const env = { PATH: `${rig.path("programs")}${delimiter}${process.env.PATH}` };
  const build = async () => asBuild(await rig.factoryWith(env, "build", "--json")).actions;
  expect(await build()).toEqual({ "notes:T01": "regenerated" });
  rig.edit(".codex/agents/implementer.toml", "short", "long");
  expect(await build()).toEqual({ "notes:T01": "regenerated" });
  rig.write({ ".codex/agents/migration.toml": "You move data.\n" });
  expect(await build()).toEqual({ "notes:T01": "fresh" });

  rig.write({ [PROMPT]: "You move the data.\n" });
  expect(await build()).toEqual({ "notes:T01": "regenerated" });
  rig.edit(".codex/agents/implementer.toml", "long", "no");
  expect(await build()).toEqual({ "notes:T01": "fresh" });
  rig.edit(".codex/agents/migration.toml", "move", "shift");
  expect(await build()).toEqual({ "notes:T01": "regenerated" });
});
