// Does a workspace build through the real opencode, set up as somebody would who knows opencode and not us?

import { delimiter } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Model } from "../agents/presets/workshop.ts";
import { folderOf } from "../rig/coding-cli.ts";
import { asBuild, FactoryRig, type RigOptions } from "../rig/factory-rig.ts";

// model-line.test.ts drives it through the whole line in every run of the suite.
const programs = process.env.FACTORY_TEST_CLIS === undefined ? null : await folderOf("opencode");
const model = await Model.start();
afterAll(() => model.server.stop());

const SETTINGS = {
  provider: {
    mock: {
      npm: "@ai-sdk/openai-compatible",
      options: { baseURL: `${model.server.url}/v1`, apiKey: "{env:MOCK_API_KEY}" },
      models: { "plain-test": { tool_call: true, cost: { input: 1, output: 2 } } },
    },
  },
};

const ENVIRONMENT = {
  PATH: `${programs}${delimiter}${process.env.PATH}`,
  MOCK_API_KEY: "sk-mock",
  OPENCODE_DISABLE_MODELS_FETCH: "1",
};
const CODER = {
  kind: "command",
  preset: "opencode",
  agent: "implementer",
  model: "mock/plain-test",
  env: ["MOCK_API_KEY"],
};
const OPTIONS: RigOptions = {
  agents: { coder: CODER },
  implementer: "coder",
  limits: { attempts: 1, rebases: 0 },
};

describe.skipIf(programs === null)("opencode", () => {
  test("drafts two tasks at once, in the role that init wrote for it, and leaves the workspace as it was", async () => {
    await using rig = await FactoryRig.create(OPTIONS);
    rig.feature({
      id: "notes",
      requirements: { R1: "A note has a text.", R2: "A note has a date." },
      tasks: [
        { id: "T01", requirements: ["R1"], generator: null },
        { id: "T02", requirements: ["R2"], generator: null },
      ],
    });
    rig.write({ "opencode.json": JSON.stringify(SETTINGS) });
    expect((await rig.factory("init", "--with", "opencode")).code).toBe(0);
    const settings = rig.read("opencode.json");
    model.calls("A note has a text.", "write", { filePath: "src/notes/T01.txt", content: "text\n" });
    model.calls("A note has a date.", "write", { filePath: "src/notes/T02.txt", content: "date\n" });

    const build = asBuild(await rig.factoryWith(ENVIRONMENT, "build", "--json"));
    expect([build.code, build.actions]).toEqual([
      0,
      { "notes:T01": "regenerated", "notes:T02": "regenerated" },
    ]);
    const usage = { calls: 2, tokens: { in: 2100, out: 70, cached: 0 }, usd: expect.closeTo(0.00224) };
    expect(build.document).toMatchObject({ tasks: [usage, usage] });

    expect(rig.read("opencode.json")).toBe(settings);

    const requests = model.asked("You implement one task");
    expect(requests).toHaveLength(4);
    expect(requests.filter((body) => body.includes("has a text") && body.includes("has a date"))).toEqual([]);
    expect((await rig.factory("build")).code).toBe(0);
    expect(model.asked("You implement one task")).toHaveLength(4);
  });

  test("is set up by the project's own settings too, and what it writes beside them is no draft", async () => {
    const role = "---\ndescription: Implements\nmode: primary\n---\nYou are OF THE PROJECT.\n";
    await using rig = await FactoryRig.create({
      ...OPTIONS,
      projects: [
        {
          id: "app",
          files: { "opencode.json": JSON.stringify(SETTINGS), ".opencode/agent/implementer.md": role },
        },
      ],
    });
    rig.feature({
      id: "marks",
      requirements: { R1: "A mark has a colour." },
      tasks: [{ id: "T01", requirements: ["R1"], generator: null }],
    });
    model.calls("A mark has a colour.", "write", { filePath: "src/marks/T01.txt", content: "colour\n" });
    const build = asBuild(await rig.factoryWith(ENVIRONMENT, "build", "--json"));
    expect([build.code, build.actions]).toEqual([0, { "marks:T01": "regenerated" }]);
    expect(model.asked("You are OF THE PROJECT.")).toHaveLength(2);
  });
});
