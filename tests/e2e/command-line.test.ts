// Does the command line keep the contract of flags, targets, JSON and exit codes?

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ValidateDocument } from "../rig/documents.ts";
import { asBuild, documentOf } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import { builtShop, everyTask, ORDERS, shop } from "../rig/shop.ts";

const ESCAPE = "\u001b";

test.each([
  ["an unknown command", ["biuld"]],
  ["an unknown flag", ["build", "--jbos=2"]],
  ["a number of jobs that is none", ["build", "-j", "many"]],
  ["no jobs at all", ["build", "-j0"]],
  ["an unknown target", ["build", "nowhere"]],
  ["an unknown task", ["build", "products:T99"]],
  ["explain without a target", ["explain"]],
])("%s is a usage error on stderr with exit code 2", async (_what, args) => {
  await using rig = await shop();
  const run = await rig.factory(...args);
  expect(run.code).toBe(2);
  expect(run.stdout).toBe("");
  expect(run.stderr).not.toBe("");
  expect(run.stderr).not.toMatch(/\bat .*\.js:\d+/);
});

test("help and version answer on stdout", async () => {
  await using rig = await shop();
  const help = await rig.factory("--help");
  expect(help.code).toBe(0);
  for (const command of ["build", "status", "explain", "check", "verify", "accept", "absorb", "discard"]) {
    expect(help.stdout).toMatch(new RegExp(`^ +${command}\\b`, "m"));
  }
  const version = await rig.factory("--version");
  expect([version.code, version.stdout]).toEqual([0, "0.1.0\n"]);
});

const DOCUMENTS: readonly (readonly [readonly string[], number])[] = [
  [["validate"], 0],
  [["status"], 0],
  [["explain", "products:T01"], 0],
  [["graph"], 0],
  [["build", "--dry-run"], 0],
  [["check"], 3],
  [["doctor"], 0],
];

test.each(DOCUMENTS)("%s --json prints one document and nothing else", async (args, code) => {
  await using rig = await shop();
  const run = await rig.factory(...args, "--json");
  expect(run.code).toBe(code);
  expect(documentOf<{ schema: number }>(run).schema).toBe(1);
  expect(run.stdout.endsWith("\n")).toBe(true);
});

test("an error is a JSON document too, with exit code 2", async () => {
  await using rig = await shop();
  rig.edit("specs/products/BACKLOG.yaml", "- R2\n", "- R9\n");
  for (const args of [["validate"], ["build"], ["status"]]) {
    const run = await rig.factory(...args, "--json");
    expect(run.code).toBe(2);
    const { schema, diagnostics } = documentOf<ValidateDocument>(run);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect([schema, errors.map(({ file }) => file)]).toEqual([1, ["specs/products/BACKLOG.yaml"]]);
  }
});

test("a build's document has every field of the contract", async () => {
  await using rig = await shop();
  const build = await rig.build("products:T01");
  expect(build.document).toMatchObject({
    schema: 1,
    ok: true,
    tasks: [
      {
        id: "products:T01",
        project: "app",
        action: "regenerated",
        reasons: [{ code: "never-built" }],
        attempts: 1,
        agent: "local",
        calls: 0,
        tokens: { in: 0, out: 0, cached: 0 },
        usd: 0,
        window_bytes: expect.any(Number),
        ms: expect.any(Number),
      },
    ],
    totals: { calls: 0, tokens: { in: 0, out: 0, cached: 0 }, usd: 0, ms: expect.any(Number) },
    diagnostics: ["app/", "client/"].map((target) => ({ code: "criteria-unproven", target })),
  });
});

test("check is 3 until everything is built, and again after an edit", async () => {
  await using bare = await shop();
  expect((await bare.factory("check")).code).toBe(3);
  await using rig = await builtShop();
  expect((await rig.factory("check")).code).toBe(0);
  rig.edit("specs/products/feature.md", "has a name", "has a label");
  expect((await rig.factory("check")).code).toBe(3);
});

const TARGETS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["products"], ["products:T01", "products:T02", "products:T03"]],
  [["products:T02"], ["products:T02"]],
  [["app/"], ["money:T01", "products:T01", "products:T02", "products:T03"]],
  [["m*"], ["money:T01", "money:T02", "money:T03"]],
  [["*:T03"], ["money:T03", "products:T03"]],
  [
    ["products:T01", "money:T03"],
    ["money:T03", "products:T01"],
  ],
  // A target brings what it depends on.
  [["orders"], ["money:T02", "orders:T01"]],
];

test.each(TARGETS)("the target %s builds what it names and what that needs", async (targets, wanted) => {
  await using rig = await shop();
  const build = await rig.build(...targets);
  expect(build.code).toBe(0);
  const done = Object.entries(build.actions).filter(([, action]) => action === "regenerated");
  expect(done.map(([id]) => id).sort()).toEqual(wanted);
});

test.each([
  ["prodcuts", "`products`"],
  ["T03", "`money:T03` or `products:T03`"],
  ["app", "`app/`"],
  ["products/", "`products`"],
  ["products:T1", "`products:T01`"],
  ["prodcuts:T02", "`products:T02`"],
  ["products/T02", "`products:T02`"],
  ["Client/", "`client/`"],
  ["specs/products", "`products`"],
  ["specs/products/feature.md", "`products`"],
])("%s names nothing, and the message says what was meant: %s", async (target, meant) => {
  await using rig = await shop();
  for (const command of ["build", "graph"]) {
    const run = await rig.factory(command, target);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(`Did you mean ${meant}?`);
  }
});

test("what a message about an unknown target points to lists every task", async () => {
  await using rig = await builtShop();
  const { stderr } = await rig.factory("build", "nowhere");
  expect(stderr).toContain("`factory status '*'`");
  expect((await rig.factory("status")).stdout).toMatch(/^\d+ tasks in 2 projects up to date\n$/);
  const listed = (await rig.factory("status", "*")).stdout;
  for (const id of Object.keys(everyTask("fresh"))) {
    const [feature, local] = id.split(":") as [string, string];
    expect(listed).toMatch(new RegExp(`^${feature}$`, "m"));
    expect(listed).toMatch(new RegExp(`^ +\\S+ fresh +${local} `, "m"));
  }
  for (const command of [
    ["approve", "prodcuts:T02"],
    ["answer", "prodcuts:T02", "Yes."],
  ])
    expect((await rig.factory(...command)).stderr).toContain("Did you mean `products:T02`?");
  expect((await rig.factory("approve", "ap/")).stderr).toContain("Did you mean `app/`?");
});

test("building by targets, one after the other, ends in the same product", async () => {
  await using whole = await builtShop();
  await using parts = await shop();
  for (const target of ["orders", "app/", "money:T03"]) expect((await parts.build(target)).code).toBe(0);
  expect((await parts.build()).actions).toEqual(everyTask("fresh"));
  for (const id of ["app", "client"]) expect(await parts.tree(id)).toBe(await whole.tree(id));
});

test("-C builds the workspace of another folder", async () => {
  await using rig = await builtShop();
  const here = await rig.factory("-C", "..", "build");
  expect(here.code).toBe(2);
  const there = asBuild(await rig.factory("-C", rig.root, "build", "--json"));
  expect([there.code, there.actions]).toEqual([0, everyTask("fresh")]);
});

test("quiet says nothing where all is well, and the failure where it is not", async () => {
  await using rig = await builtShop();
  rig.edit("specs/products/feature.md", "has a name", "has a label");
  const well = await rig.factory("build", "--quiet");
  expect([well.code, well.stdout, well.stderr]).toEqual([0, "", ""]);
  rig.edit("specs/products/feature.md", "has a label", "is BROKEN");
  const ill = await rig.factory("build", "--quiet");
  expect(ill.code).toBe(1);
  expect(ill.stderr + ill.stdout).toContain("products:T01");
});

test("nothing that is piped has colours or moves the cursor", async () => {
  await using rig = await shop();
  for (const args of [["build"], ["status"], ["explain", "products:T01"], ["build", "--no-color"]]) {
    const run = await rig.factory(...args);
    expect(run.stdout + run.stderr).not.toContain(ESCAPE);
  }
  const forced = await rig.factoryWith({ FORCE_COLOR: "1", NO_COLOR: "1" }, "status");
  expect(forced.stdout).not.toContain(ESCAPE);
});

test.each([[["--help"]], [["graph"]], [["status", "--json"]], [["build", "--force", "--json"]]])(
  "a reader of %s that leaves early is no error",
  async (args) => {
    await using rig = await builtShop();
    const program = rig.start(...args);
    program.child.stdout?.destroy();
    program.child.stderr?.destroy();
    expect((await program.done).code).toBe(0);
    expect((await rig.build()).actions).toEqual(everyTask("fresh"));
  },
);

test("a state folder that cannot be made stops what needs it, with its path, and not what only reads", async () => {
  await using rig = await shop();
  rig.write({ ".factory": "a file\n" });
  for (const command of ["build", "gc"]) {
    const run = await rig.factory(command);
    expect(run.code, command).toBe(1);
    expect(run.stderr).toContain(".factory");
    expect(run.stderr).not.toContain("this is a bug");
  }
  expect((await rig.factory("status")).code).toBe(0);
});

test("help of a command lists what every command takes, and a wrong word points there", async () => {
  await using rig = await shop();
  const help = await rig.factory("explain", "--help");
  expect(help.stdout).toMatch(/^ +--json\b/m);
  expect(help.stdout).toMatch(/^ +-C, /m);
  expect((await rig.factory("explain")).stderr).toContain("`factory explain --help`");
  expect((await rig.factory("build", "--jbos")).stderr).toContain("`factory build --help`");
});

test("locked builds what needs no model, and refuses to start one", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await shop({ agents: { scripted: { kind: "command", run: agent.run } } });
  const paid = { ...ORDERS, tasks: [{ id: "T01", generator: null, agent: "scripted" }] };
  expect((await rig.build("--locked")).code).toBe(0);
  rig.feature(paid);
  const refused = await rig.build("--locked");
  expect(refused.code).not.toBe(0);
  expect(agent.pending).toBe(0);
  expect(refused.stdout + refused.stderr).toContain("orders:T01");

  const build = rig.start("build");
  await (await agent.nextAttempt()).succeed("src/orders/T01.txt", "text\n");
  expect((await build.done).code).toBe(0);
  expect((await rig.build("--locked")).actions).toEqual(everyTask("fresh"));
});

test("fail-fast starts nothing after a failure, and keep-going is the default", async () => {
  await using rig = await shop();
  rig.edit("specs/products/feature.md", "A product has a name.", "A product is BROKEN.");
  const going = await rig.build("-j1", "products");
  expect(going.code).toBe(1);
  expect(going.actions).toEqual({
    "products:T01": "failed",
    "products:T02": "regenerated",
    "products:T03": "regenerated",
  });
  const fast = await rig.build("-j1", "--fail-fast", "--force", "products");
  expect(fast.code).toBe(1);
});

test("the graph is told as text, Mermaid, DOT and JSON", async () => {
  await using rig = await shop();
  for (const [args, shows] of [
    [["graph"], "orders:T01"],
    [["graph", "--mermaid"], "-->"],
    [["graph", "--dot"], "digraph"],
    [["graph", "--json"], '"schema"'],
  ] as const) {
    const run = await rig.factory(...args);
    expect(run.code, args.join(" ")).toBe(0);
    expect(run.stdout).toContain(shows);
  }
});

test("init makes a workspace that builds", async () => {
  await using rig = await shop();
  const fresh = mkdtempSync(join(tmpdir(), "factory-fresh-"));
  expect((await rig.factory("-C", fresh, "init")).code).toBe(0);
  expect((await rig.factory("-C", fresh, "validate")).code).toBe(0);
  expect((await rig.factory("-C", fresh, "build")).code).toBe(0);
  rmSync(fresh, { recursive: true });
});

test("what a person follows is beside the task", async () => {
  await using rig = await builtShop();
  const folder = ".factory/tasks/products";
  expect(JSON.parse(rig.read(`${folder}/T01.status.json`))).toBeTypeOf("object");
  expect(rig.read(`${folder}/T01.context.md`)).toContain("A product has a name.");
  expect(rig.read(`${folder}/T01.notes.md`)).not.toBe("");
});

test("gc after a build takes nothing that the next one needs", async () => {
  await using rig = await builtShop();
  expect((await rig.factory("gc")).code).toBe(0);
  expect((await rig.build()).actions).toEqual(everyTask("fresh"));
  expect((await rig.factory("verify")).code).toBe(0);
});
