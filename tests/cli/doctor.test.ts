// Does `factory doctor` see what is wrong, say what to do, and touch nothing?

import { statSync } from "node:fs";
import { expect, test } from "vitest";
import type { DiagnosticDocument } from "../rig/documents.ts";
import { documentOf, type FactoryRig, FactoryRig as Rig } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import { shop } from "../rig/shop.ts";

interface Report {
  readonly ok: boolean;
  readonly diagnostics: readonly DiagnosticDocument[];
  readonly facts: readonly { readonly subject: string; readonly says: string }[];
}

/** Made anew for every project: the same object twice would be written with an alias. */
const gates = () => [{ id: "check", run: "sh check.sh", canary: { "src/canary.ts": "BROKEN" } }];

async function report(rig: FactoryRig): Promise<Report & { readonly code: number | null; codes: string[] }> {
  const run = await rig.factory("doctor", "--json");
  const document = documentOf<Report>(run);
  // These gates report no tests, which is no matter of these tests.
  const codes = document.diagnostics.map(({ code }) => code).filter((code) => code !== "criteria-unproven");
  return { ...document, code: run.code, codes };
}

test("a workspace in good order has nothing to say but facts", async () => {
  await using rig = await shop({ projects: ["app", "client"].map((id) => ({ id, gates: gates() })) });
  expect((await rig.build()).code).toBe(0);
  const { ok, code, codes, facts } = await report(rig);
  expect([ok, code, codes]).toEqual([true, 0, []]);
  expect(facts.map(({ subject }) => subject)).toEqual([
    "factory",
    "node",
    "git",
    "platform",
    "disk",
    "workspace",
    "sandbox",
    "specs",
    "app/",
    "client/",
    "agent local",
    "store",
    "slots",
    "journal",
  ]);
});

test("gates that nobody saw fail, and programs that are not there, are warnings with a next step", async () => {
  await using rig = await Rig.create({
    agents: { coder: { kind: "command", run: "no-such-program --in {{window}}" } },
  });
  const { code, diagnostics } = await report(rig);
  expect(code).toBe(0);
  expect(diagnostics.map((one) => [one.severity, one.code])).toEqual([
    ["warning", "gate-without-canary"],
    ["warning", "agent-missing"],
  ]);
  for (const { fix } of diagnostics) expect(fix).not.toBe("");
  const lines = rig.read("projects.yaml").split("\n");
  const declared = diagnostics.map(({ file, line }) => [file, lines[(line ?? 0) - 1]]);
  expect(declared).toEqual([
    ["projects.yaml", expect.stringMatching(/gates|id: /)],
    ["projects.yaml", expect.stringContaining("coder")],
  ]);
});

test("a key that is not set, a program that is not there and a price that nobody knows are told before a build needs them", async () => {
  await using rig = await Rig.create({
    projects: [{ id: "app", gates: gates() }],
    agents: {
      coder: { kind: "openai", model: "gpt-5.4" },
      scout: { kind: "gemini", model: "house-model", api_key_env: "SCOUT_KEY" },
      own: { kind: "openai", model: "own-model", base_url: "http://127.0.0.1:1/v1" },
      cli: { kind: "command", preset: "codex" },
    },
    budget: { usd: 5 },
    prices: { "own-model": { in: 0, out: 0 } },
  });
  const { code, diagnostics, facts } = await report(rig);
  expect(code).toBe(1);
  expect(diagnostics.map((one) => [one.severity, one.code, one.message])).toEqual([
    ["error", "key-missing", "agent coder: the environment variable OPENAI_API_KEY is not set"],
    ["error", "key-missing", "agent scout: the environment variable SCOUT_KEY is not set"],
    ["error", "agent-missing", "agent cli: codex is not on PATH"],
    ["warning", "price-unknown", expect.stringContaining("The price of house-model is not known")],
  ]);
  expect(facts.find(({ subject }) => subject === "agent own")?.says).toContain("without a key");
  const validate = await rig.factory("validate");
  expect([validate.code, validate.stdout]).toEqual([
    0,
    expect.stringContaining('prices: {"house-model": {in: USD, out: USD}}'),
  ]);
});

test("a project that is missing, or lacks its branch, is an error", async () => {
  await using rig = await Rig.create({
    projects: [
      { id: "gone", repository: "absent", gates: gates() },
      { id: "other", branch: "main", gates: gates() },
    ],
  });
  await rig.git("other", "branch", "--move", "main", "trunk");
  const { code, ok, codes } = await report(rig);
  expect([code, ok, codes]).toEqual([1, false, ["project-missing", "branch-missing"]]);
});

test("a person's work, a lock file of git and a product that waits are told, and stay as they are", async () => {
  await using rig = await Rig.create({ projects: [{ id: "app", gates: gates() }] });
  rig.feature({ id: "products", requirements: { R1: "A product has a name." }, tasks: [{ id: "T01" }] });
  rig.write({ "projects/app/check.sh": `${rig.read("projects/app/check.sh")}# mine\n` });
  await rig.build();
  const index = statSync(rig.path("projects/app/.git/index")).mtimeMs;
  expect((await report(rig)).codes).toEqual(["dirty-worktree", "unmerged-product"]);
  expect(statSync(rig.path("projects/app/.git/index")).mtimeMs).toBe(index);
  rig.write({ "projects/app/.git/refs/heads/main.lock": "" });
  expect((await report(rig)).codes).toContain("git-lock");
  expect(rig.read("projects/app/.git/refs/heads/main.lock")).toBe("");
});

test("a damaged blob, what is in quarantine and a torn journal are told, and not moved", async () => {
  await using rig = await shop({ projects: ["app", "client"].map((id) => ({ id, gates: gates() })) });
  await rig.build();
  const [blob = ""] = rig.list(".factory/store/blobs");
  const [trace = ""] = rig.list(".factory/store/traces");
  const [journal = ""] = rig.list(".factory/journal");
  rig.write({
    [blob]: "damaged",
    [trace]: "damaged",
    ".factory/store/quarantine/abc": "damaged before",
    [journal]: rig.read(journal).slice(0, -20),
    ".factory/worktrees/app-products-T01-draft-1/file": "left",
  });
  const { code, codes } = await report(rig);
  expect([code, codes]).toEqual([0, ["damaged-blob", "quarantine", "leftover-worktree", "journal-torn"]]);
  // Without an index everything is looked at, as in a copy of a workspace.
  rig.remove(".factory/index");
  for (const words of [
    ["doctor"],
    ["status"],
    ["explain", "products:T01"],
    ["log", "products"],
    ["build", "--dry-run"],
  ]) {
    await rig.factory(...words);
    expect([words, rig.read(blob), rig.read(trace)]).toEqual([words, "damaged", "damaged"]);
  }
  expect(rig.list(".factory/store/quarantine")).toEqual([".factory/store/quarantine/abc"]);
});

test("while a build runs, its worktrees and its journal are no findings", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await Rig.create({
    projects: [{ id: "app", gates: gates() }],
    agents: { coder: { kind: "command", run: agent.run } },
    implementer: "coder",
  });
  rig.feature({ id: "products", requirements: { R1: "A product has a name." }, tasks: [{ id: "T01" }] });
  const build = rig.start("build");
  const attempt = await agent.nextAttempt();
  const { codes, facts } = await report(rig);
  expect(codes).toEqual([]);
  expect(facts.map(({ subject }) => subject)).toContain("build");
  await attempt.exit(1);
  const again = await agent.nextAttempt();
  await again.exit(1);
  await build.done;
});

test("outside a workspace it still looks at the machine", async () => {
  await using rig = await Rig.create();
  rig.remove("projects.yaml");
  const { code, codes, facts } = await report(rig);
  expect([code, codes]).toEqual([0, ["no-workspace"]]);
  expect(facts.map(({ subject }) => subject)).toContain("git");
});

test("specs with errors are an error that points to validate", async () => {
  await using rig = await shop();
  rig.edit("specs/products/BACKLOG.yaml", "- R2\n", "- R9\n");
  const { code, codes } = await report(rig);
  expect([code, codes[0]]).toEqual([1, "invalid-spec"]);
});
