// Who is told what holds for every task, and what comes of a change of it?

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { type Asked, ModelServer, type Reply, windowOf } from "../rig/model-server.ts";
import { KEYS } from "../rig/small-work.ts";

test("rules of the workspace and of a project are told, and a change of them is a reason of its own", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app" }, { id: "site" }],
    agents: {
      coder: {
        kind: "command",
        run: "cp $FACTORY_WINDOW {{workspace}}/$FACTORY_ROLE.md; echo x >> {{workspace}}/drafts; echo 1 > one.txt",
        timeout: "1m",
      },
      judge: {
        kind: "command",
        run: `cp $FACTORY_WINDOW {{workspace}}/review.md; echo '{"verdict": "approve", "findings": []}'`,
        timeout: "1m",
      },
    },
    implementer: "coder",
    routing: { reviewer: "judge" },
  });
  for (const project of ["app", "site"])
    rig.feature({
      id: `one-${project}`,
      projects: [project],
      requirements: { R1: "One." },
      tasks: [{ id: "T01", generator: null, files: ["one.txt"], acceptance: ["one"] }],
    });
  const drafts = () => rig.read("drafts").length / 2;
  expect((await rig.build()).code).toBe(0);
  const before = drafts();

  // Nothing is stale because nothing is said.
  expect((await rig.build()).code).toBe(0);
  expect(drafts()).toBe(before);

  rig.edit("projects.yaml", "version: 1\n", "version: 1\nrules: RULES.md\n");
  const missing = await rig.factory("validate");
  expect([missing.code, missing.stdout + missing.stderr]).toEqual([
    2,
    expect.stringContaining("missing-rules-file"),
  ]);
  rig.write({ "RULES.md": "# House\n\n- No package without a licence.\n" });
  const status = await rig.factory("status");
  expect(status.stdout).toContain("rules workspace RULES.md changed (RULES.md:1)");
  expect((await rig.build()).code).toBe(0);
  expect(drafts()).toBe(2 * before);
  const told =
    /## Rules that hold for every task\n\n```markdown\n# House\n\n- No package without a licence\.\n```/;
  for (const file of rig.list(".factory/tasks").filter((path) => path.endsWith("T01.context.md")))
    expect(rig.read(file)).toMatch(told);
  expect(rig.read("review.md")).toMatch(told);

  // Lines of one project are told to its tasks alone.
  rig.edit(
    "projects.yaml",
    "    path: projects/site\n",
    "    path: projects/site\n    rules: [Pages have a title.]\n",
  );
  const dry = await rig.factory("status", "--json");
  const stale = (JSON.parse(dry.stdout).tasks as { project: string; verdict: string }[]).filter(
    ({ verdict }) => verdict !== "fresh",
  );
  expect(stale.map(({ project }) => project)).toEqual(["site"]);
  rig.write({ "RULES.md": "# House\n\n- No package at all.\n" });
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(".factory/tasks/one-site/T01.context.md")).toMatch(
    /No package at all\.\n```\n+- Pages have a title\./,
  );
  expect(rig.read(".factory/tasks/one-app/T01.context.md")).not.toContain("Pages");
});

test("whoever plans is told the rules, and whose they are", async () => {
  const reply = (asked: Asked): Reply =>
    asked.system.includes("three planners who work side by side") ? { text: "A document." } : { text: "no" };
  await using server = await ModelServer.listen(reply);
  await using rig = await FactoryRig.create({
    projects: [{ id: "app" }, { id: "site" }],
    agents: { house: { kind: "openai", model: "house-model", base_url: server.openai } },
    implementer: "house",
    routing: { planner: "house", backlog: "house" },
  });
  rig.edit("projects.yaml", "version: 1\n", "version: 1\nrules: [Every file has a licence.]\n");
  rig.edit(
    "projects.yaml",
    "    path: projects/site\n",
    "    path: projects/site\n    rules: [Pages have a title.]\n",
  );
  const about = "\n## Requirements\n\n- R1: A bill costs 5.\n";
  rig.write({
    "specs/bills/feature.md": `---\ntitle: Bills\nprojects: [app, site]\n---\n${about}`,
    "specs/fees/feature.md": `---\ntitle: Fees\nproject: app\n---\n${about}`,
  });
  await rig.factoryWith(KEYS, "plan", "bills");
  const both = server.asked.map((asked) => windowOf(asked));
  // Three documents, and twice their merger, who is refused.
  expect(both).toHaveLength(5);
  for (const window of both)
    expect(window).toContain(
      "## Rules that hold for every task\n\n- Every file has a licence.\n- In site: Pages have a title.\n",
    );
  await rig.factoryWith(KEYS, "plan", "fees");
  const one = server.asked.slice(both.length).map((asked) => windowOf(asked));
  expect(one).toHaveLength(5);
  for (const window of one) {
    expect(window).toContain("- Every file has a licence.\n");
    expect(window).not.toContain("Pages have a title.");
  }
});

test("rules that leave no task room are told before anything is built", async () => {
  await using rig = await FactoryRig.create({
    agents: { coder: { kind: "command", run: "echo 1 > one.txt" } },
    implementer: "coder",
  });
  rig.feature({
    id: "one",
    requirements: { R1: "One." },
    tasks: [{ id: "T01", generator: null, files: ["one.txt"], acceptance: ["one"] }],
  });
  rig.edit("projects.yaml", "version: 1\n", "version: 1\nrules: RULES.md\n");
  rig.write({ "RULES.md": "No clock. ".repeat(400) });
  const large = await rig.factory("validate");
  expect([large.code, large.stdout + large.stderr]).toEqual([
    2,
    expect.stringMatching(/rules workspace RULES\.md \(3\.9 KB\).*\[window-too-large\]/),
  ]);
  rig.write({ "RULES.md": "No clock.\n" });
  expect((await rig.factory("validate")).code).toBe(0);
});
