// Does whoever writes a draft know what will judge it? Names and commands of gates, without a turn spent on guessing, and
// without a task that becomes stale because a gate is another.

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { type Asked, ModelServer, type Reply, turnOf, windowOf } from "../rig/model-server.ts";
import { KEYS, smallWork, taskOf, write } from "../rig/small-work.ts";

const PACKAGE = JSON.stringify({
  name: "app",
  type: "module",
  scripts: { lint: "tidy --all", docs: "paint" },
});
const GATES = [
  { id: "lint", run: "npm run lint -- --quiet || true" },
  { id: "test", run: "true" },
];

test.each(["openai", "gemini"] as const)(
  "a model over %s chooses among the gates of its task",
  async (kind) => {
    const reply = (asked: Asked): Reply =>
      turnOf(asked) === 0
        ? { calls: [write(`src/${taskOf(asked)}.txt`, "x\n"), { name: "run_gate", input: { gate: "test" } }] }
        : { calls: [{ name: "finish", input: {} }] };
    await using server = await ModelServer.listen(reply);
    await using rig = await smallWork(server, {
      kind,
      projects: [
        { id: "app", files: { "package.json": PACKAGE, "go.mod": "module app\n\ngo 1.22\n" }, gates: GATES },
      ],
    });
    expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
    const [asked] = server.asked;
    const tool = JSON.parse(asked?.declared.find((text) => text.includes("run_gate")) ?? "{}");
    expect(tool.description).toContain("lint: `npm run lint -- --quiet || true` (that is: tidy --all)");
    expect(tool.description).toContain("test: `true`");
    // The server of the test does not hand on in which form Gemini is told of arguments.
    if (kind === "openai")
      expect(tool.parameters.properties.gate).toMatchObject({ type: "string", enum: ["lint", "test"] });
    expect(windowOf(asked as Asked)).toContain("package.json: ES modules; lint = tidy --all; docs = paint");
    expect(windowOf(asked as Asked)).toContain("go.mod: module app; Go 1.22");
    expect(Buffer.byteLength(windowOf(asked as Asked))).toBeLessThan(3072);
    expect(server.asked.at(-1)?.messages.at(-1)?.text).toContain("test passed.");

    // A gate that is another judges what there is, and has nobody write it anew.
    const calls = server.asked.length;
    rig.edit("projects.yaml", 'run: "true"', 'run: "true || false"');
    const build = await rig.factoryWith(KEYS, "build", "--json");
    expect(JSON.parse(build.stdout).tasks).toMatchObject([{ action: "reverified" }]);
    expect(server.asked).toHaveLength(calls);
  },
);

test("a program is told of the gates in its window, as far as there is room", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "package.json": PACKAGE }, gates: GATES }],
    agents: {
      coder: {
        kind: "command",
        run: "cp $FACTORY_WINDOW {{workspace}}/seen.md; echo 1 > one.txt",
        timeout: "1m",
      },
    },
    implementer: "coder",
  });
  const feature = (text: string) => ({
    id: "one",
    requirements: { R1: text },
    tasks: [{ id: "T01", generator: null, files: ["one.txt"], acceptance: ["one"] }],
  });
  rig.feature(feature("One."));
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("seen.md")).toMatch(
    /## What judges your change.*\n\n- lint: `npm run lint.*\n- test: `true`\n- package/,
  );
  rig.feature(feature("One. ".repeat(535)));
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("seen.md")).not.toContain("npm run lint");
});
