// Does the whole line hold over real wires? A request in plain words is planned by three planners, cut into tasks, written
// with tools, refused by a gate, by a reviewer, said better by a rebase, and accepted; by models and by a coding program.

import { delimiter } from "node:path";
import { expect, test } from "vitest";
import { folderOf } from "../rig/coding-cli.ts";
import { FactoryRig } from "../rig/factory-rig.ts";
import { GREETING_TEST_GATE, GREETING_TESTS, greetingSource } from "../rig/greeting.ts";
import { type Asked, ModelServer, type Reply, turnOf } from "../rig/model-server.ts";
import type { Value } from "../rig/specs.ts";

const FEATURE = `---
title: Greeting
project: app
---

## User Story

As a guest I want to be greeted, so that I feel at home.

## Requirements

- R1: A greeting names the person.
- R2: An empty name is greeted as a friend.
`;

const SECRET_OF_A_PLANNER =
  "the lighthouse keeper counts seventeen grey herons before breakfast every single day";

const SECTIONS = ["Problem Statement", "Requirements", "Architecture", "Test Plan", "Risks & Mitigations"];
const PLAN = `# Greeting\n\n${[...SECTIONS, "Implementation Steps"].map((name) => `## ${name}\n\nAs the request says.\n`).join("\n")}`;

const BACKLOG = `version: 1
feature: greeting
tasks:
  # The only task there is.
  - id: T01
    title: Greeting
    description: Write a function that greets.
    requirements: [R1, R2]
    scope: {files_hint: [src/greet.js, tests/greet.test.js]}
    acceptance:
      - greets a person by name
      - greets a friend where there is no name # as R2 says
`;

const all = ({ system, messages }: Asked) => [system, ...messages.map(({ text }) => text)].join("\n");
const isRole = (words: string) => (asked: Asked) => all(asked).includes(words);
const ROLES = {
  planner: isRole("three planners who work side by side"),
  merger: isRole("You merge the documents"),
  backlog: isRole("You cut a plan into tasks"),
  implementer: isRole("You implement one task"),
  reviewer: isRole("You review one change"),
  rebase: isRole("You improve the text of one task"),
};

/** The files of a draft, with the tools that the agent has. */
function writes(asked: Asked, files: Readonly<Record<string, string>>): Reply {
  const own = asked.tools.includes("write_file");
  const calls = Object.entries(files).map(([path, content]) =>
    own
      ? { name: "write_file", input: { path, content } }
      : { name: "write", input: { filePath: path, content } },
  );
  return { calls: own ? [...calls, { name: "finish", input: { summary: "done" } }] : calls };
}

function script() {
  let drafts = 0;
  let reviews = 0;
  return (asked: Asked): Reply => {
    if (ROLES.planner(asked)) return { text: `# What I think\n\n${SECRET_OF_A_PLANNER}\n` };
    if (ROLES.merger(asked)) return { text: PLAN };
    if (ROLES.backlog(asked)) return { text: `\`\`\`yaml\n${BACKLOG}\`\`\`` };
    if (ROLES.reviewer(asked)) {
      const findings = reviews++ === 0 ? ["Nothing says how long a name may be."] : [];
      return {
        text: JSON.stringify({ verdict: findings.length > 0 ? "request_changes" : "approve", findings }),
      };
    }
    if (ROLES.rebase(asked))
      return { text: "id: T01\ntitle: Greeting\ndescription: Write a pure function that greets.\n" };
    if (turnOf(asked) > 0) return { text: "It is done." };
    const friend = drafts++ === 0 ? "nobody" : "friend";
    return writes(asked, { "src/greet.js": greetingSource(friend), "tests/greet.test.js": GREETING_TESTS });
  };
}

async function workshop(agents: Readonly<Record<string, Value>>, planner = "coder"): Promise<FactoryRig> {
  const files = { "package.json": '{"name": "app", "type": "module"}\n', "tests/start.test.js": "" };
  const rig = await FactoryRig.create({
    projects: [{ id: "app", gates: [GREETING_TEST_GATE], files }],
    agents,
    implementer: "coder",
    routing: { planner, backlog: planner, reviewer: "coder", rebase: "coder" },
    limits: { attempts: 2, rebases: 1 },
  });
  rig.write({ "specs/greeting/feature.md": FEATURE });
  return rig;
}

interface Shown {
  readonly server: ModelServer;
  readonly rig: FactoryRig;
}

/** What must hold whoever the agents are. */
async function expectTheLine({ server, rig }: Shown, env: Readonly<Record<string, string>>) {
  const run = await rig.factoryWith(env, "build", "--json");
  expect([run.code, JSON.parse(run.stdout).tasks]).toMatchObject([
    0,
    [{ id: "greeting:T01", action: "regenerated", attempts: 3 }],
  ]);
  expect(await rig.git("app", "show", "main:src/greet.js")).toContain("friend");
  expect(rig.read("specs/greeting/PLAN.md")).toBe(PLAN);
  expect(rig.read("specs/greeting/BACKLOG.yaml")).toBe(
    BACKLOG.replace("Write a function that greets.", "Write a pure function that greets."),
  );

  const first = server.asked.filter((asked) => turnOf(asked) === 0);
  const sessions = (role: keyof typeof ROLES) => first.filter(ROLES[role]);
  expect(sessions("planner")).toHaveLength(3);
  expect(sessions("implementer")).toHaveLength(3);
  for (const asked of first) expect(asked.messages).toHaveLength(1);
  for (const asked of [...sessions("implementer"), ...sessions("reviewer"), ...sessions("rebase")])
    expect(all(asked)).not.toContain(SECRET_OF_A_PLANNER);
  for (const asked of sessions("reviewer")) {
    expect(all(asked)).toContain("+export const greet");
    expect(all(asked)).not.toContain("Write a function that greets");
  }
  const before = server.asked.length;
  expect((await rig.factoryWith(env, "build")).code).toBe(0);
  expect(server.asked).toHaveLength(before);
}

test.each(["openai", "gemini"] as const)("over %s", async (kind) => {
  await using server = await ModelServer.listen(script());
  await using rig = await workshop({ coder: { kind, model: "house-model", base_url: server[kind] } });
  await expectTheLine(
    { server, rig },
    { OPENAI_API_KEY: "sk-test-0123456789", GEMINI_API_KEY: "gm-test-0123456789" },
  );
  const windows = server.asked.filter((asked) => turnOf(asked) === 0 && ROLES.implementer(asked));
  for (const { messages } of windows) expect(Buffer.byteLength(messages[0]?.text ?? "")).toBeLessThan(3072);
});

const opencode = await folderOf("opencode");

// Programs that plan are tried in planning.test.ts; this one takes ten seconds for each start.
test.skipIf(opencode === null)(
  "planned by a model, and through the real opencode, in worktrees",
  { timeout: 400_000 },
  async () => {
    await using server = await ModelServer.listen(script());
    await using rig = await workshop(
      {
        coder: { kind: "command", preset: "opencode", model: "house/plain", env: ["HOUSE_KEY"] },
        hosted: { kind: "openai", model: "house-model", base_url: server.openai },
      },
      "hosted",
    );
    const options = { baseURL: server.openai, apiKey: "{env:HOUSE_KEY}" };
    const house = { npm: "@ai-sdk/openai-compatible", options, models: { plain: { tool_call: true } } };
    rig.write({ "opencode.json": JSON.stringify({ provider: { house } }) });
    expect((await rig.factory("init", "--with", "opencode")).code).toBe(0);
    const PATH = `${opencode}${delimiter}${process.env.PATH}`;
    await expectTheLine(
      { server, rig },
      { PATH, HOUSE_KEY: "sk-mock", OPENAI_API_KEY: "sk-mock", OPENCODE_DISABLE_MODELS_FETCH: "1" },
    );
  },
);
