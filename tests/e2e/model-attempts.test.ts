// What happens when models write the code? Attempts over the real protocols, with the real binary: tools, gates, evidence,
// a review, a rebase that writes the spec, and what the windows held.

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { GREETING_TEST_GATE, GREETING_TESTS, greetingSource } from "../rig/greeting.ts";
import { type Asked, ModelServer, type Reply, turnOf, windowOf } from "../rig/model-server.ts";

const PACKAGE = JSON.stringify({ name: "app", type: "module" });

const FEATURE = `---
project: app
---
# Greeting

## Requirements

- R1: A greeting names the person.
- R2: An empty name is greeted as a friend.

## Success Criteria

- Everyone is greeted.
`;

const BACKLOG = `version: 1
tasks:
  # The only task there is.
  - id: T01
    title: Greeting
    description: Write a function that greets.
    requirements: [R1, R2]
    scope:
      files_hint: [src/greet.js, tests/greet.test.js]
    acceptance:
      - greets a person by name
      - greets a friend where there is no name # as R2 says
`;

const PLAN = `# Plan\n\n${[
  ...["Problem Statement", "Requirements", "Architecture", "Test Plan", "Risks & Mitigations"],
  "Implementation Steps",
]
  .map((name) => `## ${name}\n\nAs asked.\n`)
  .join("\n")}`;

interface Cast {
  readonly implement: (asked: Asked, session: number) => Reply;
  readonly review?: (asked: Asked) => Reply;
  readonly rebase?: (asked: Asked) => Reply;
}

/** Sessions are told apart by their first turn: each begins with nothing but its window. */
function play(cast: Cast) {
  let sessions = 0;
  return (asked: Asked): Reply => {
    if (asked.system.includes("You review"))
      return cast.review?.(asked) ?? { text: '{"verdict":"approve","findings":[]}' };
    if (asked.system.includes("You improve the text of one task"))
      return cast.rebase?.(asked) ?? { text: "" };
    if (turnOf(asked) === 0) sessions++;
    return cast.implement(asked, sessions);
  };
}

const write = (path: string, content: string) => ({ name: "write_file", input: { path, content } });
const finish = { name: "finish", input: { summary: "done" } };

async function workshop(
  server: ModelServer,
  kind: "openai" | "gemini",
  routing: Record<string, string> = {},
) {
  const rig = await FactoryRig.create({
    projects: [
      {
        id: "app",
        gates: [GREETING_TEST_GATE],
        files: { "package.json": PACKAGE, "tests/start.test.js": "" },
      },
    ],
    agents: { coder: { kind, model: "house-model", base_url: server[kind] } },
    implementer: "coder",
    routing,
    limits: { attempts: 2, rebases: 1 },
  });
  rig.write({ "specs/greeting/feature.md": FEATURE, "specs/greeting/BACKLOG.yaml": BACKLOG });
  return rig;
}

const KEYS = { OPENAI_API_KEY: "sk-test-0123456789", GEMINI_API_KEY: "gm-test-0123456789" };

test.each(["openai", "gemini"] as const)("a model over %s writes a task with its tools", async (kind) => {
  await using server = await ModelServer.listen(
    play({
      implement: (asked) => {
        switch (turnOf(asked)) {
          case 0:
            return { calls: [{ name: "read_file", input: { path: "package.json" } }] };
          case 1:
            return {
              calls: [
                write("src/greet.js", greetingSource("friend")),
                write("tests/greet.test.js", GREETING_TESTS),
              ],
            };
          case 2:
            return { calls: [{ name: "run_gate", input: { gate: "test" } }] };
          default:
            return { calls: [finish] };
        }
      },
    }),
  );
  await using rig = await workshop(server, kind);
  const run = await rig.factoryWith(KEYS, "build", "--json");
  expect(run.stderr).not.toContain("sk-test");
  expect(JSON.parse(run.stdout)).toMatchObject({
    ok: true,
    tasks: [{ id: "greeting:T01", action: "regenerated", attempts: 1, agent: "coder", calls: 4 }],
  });
  expect(await rig.git("app", "show", "main:src/greet.js")).toContain("friend");
  const [first] = server.asked;
  expect(Buffer.byteLength(windowOf(first as Asked))).toBeLessThan(3072);
  expect(windowOf(first as Asked)).toContain("[greeting:T01.A2]");
  expect(server.asked[1]?.messages.at(-1)?.text).toMatch(/name.*app/);
  expect(server.asked[3]?.messages.at(-1)?.text).toContain("passed");
  // Nothing changed, so nobody is asked again; nor is anybody after a file changed that was not read.
  expect((await rig.factoryWith(KEYS, "build", "--json")).code).toBe(0);
  expect(server.asked).toHaveLength(4);
});

test("a failed attempt, a review that asks for changes and a rebase lead to a better spec and then to code", async () => {
  const drafts: Record<number, string> = { 1: "nobody", 2: "friend", 3: "friend" };
  await using server = await ModelServer.listen(
    play({
      implement: (asked, session) => {
        if (turnOf(asked) > 0) return { calls: [finish] };
        const source = greetingSource(drafts[session] ?? "friend");
        return { calls: [write("src/greet.js", source), write("tests/greet.test.js", GREETING_TESTS)] };
      },
      review: (asked) =>
        [
          {
            text: JSON.stringify({
              verdict: "request_changes",
              findings: ["Nothing says how long a name may be."],
            }),
          },
          { text: "I have no objections, I think." },
          { text: JSON.stringify({ verdict: "approve", findings: [] }) },
        ][server.in("You review").indexOf(asked)] ?? { status: 400, message: "asked once too often" },
      rebase: () => ({
        text: "```yaml\nid: T01\ntitle: Greeting\ndescription: Write a pure function that greets, in one line.\n```",
      }),
    }),
  );
  await using rig = await workshop(server, "openai", { reviewer: "coder", rebase: "coder" });
  const run = await rig.factoryWith(KEYS, "build", "--json");
  expect([run.code, JSON.parse(run.stdout).tasks[0]]).toMatchObject([
    0,
    { action: "regenerated", attempts: 3 },
  ]);

  const sessions = server.in("You implement").filter((asked) => turnOf(asked) === 0);
  expect(sessions).toHaveLength(3);
  // Each session begins with its window and nothing else; the second knows in one line why the first failed.
  expect(sessions.map(({ messages }) => messages.length)).toEqual([1, 1, 1]);
  const [first, second, third] = sessions.map(windowOf) as [string, string, string];
  expect(first).not.toContain("Don't");
  expect(second.match(/^- Don't .*gate test said/gm)).toHaveLength(1);
  expect(third).toContain("in one line");
  expect(third).not.toContain("Don't");
  for (const window of [first, second, third]) expect(Buffer.byteLength(window)).toBeLessThan(3072);

  const [review, unread, repaired] = server.in("You review");
  // The draft of a reviewer who cannot be read is not thrown away: the reviewer alone is asked again.
  expect(windowOf(repaired as Asked)).toContain("it holds no verdict");
  expect(windowOf(repaired as Asked).startsWith(windowOf(unread as Asked).trimEnd())).toBe(true);
  expect(server.in("You review")).toHaveLength(3);
  expect(review?.messages.map(({ text }) => text).join()).toContain("+export const greet");
  expect(review?.messages.map(({ text }) => text).join()).not.toContain("Write a function that greets");
  expect(review?.tools).toEqual(["list_files", "read_file", "search"]);

  const backlog = rig.read("specs/greeting/BACKLOG.yaml");
  expect(backlog).toBe(
    BACKLOG.replace("Write a function that greets.", "Write a pure function that greets, in one line."),
  );
  expect((await rig.factoryWith(KEYS, "build", "--json")).code).toBe(0);
  expect(server.in("You implement").filter((asked) => turnOf(asked) === 0)).toHaveLength(3);
});

test("a plan that came to nothing is told again for nothing, and retry asks anew only whoever was refused", async () => {
  let backlog = "I would rather not.";
  await using server = await ModelServer.listen((asked) => {
    if (asked.system.includes("You cut a plan")) return { text: backlog };
    if (asked.system.includes("You merge the doc")) return { text: PLAN };
    if (/You (write down what|plan how)/.test(asked.system)) return { text: "# Notes\n\nNothing to add.\n" };
    if (turnOf(asked) > 0) return { calls: [finish] };
    return {
      calls: [write("src/greet.js", greetingSource("friend")), write("tests/greet.test.js", GREETING_TESTS)],
    };
  });
  await using rig = await workshop(server, "openai", { planner: "coder" });
  rig.remove("specs/greeting/BACKLOG.yaml");
  const refused = await rig.factoryWith(KEYS, "build");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("factory retry greeting") });
  const asked = server.asked.length;
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(1);
  expect(server.asked).toHaveLength(asked);
  backlog = BACKLOG;
  expect((await rig.factoryWith(KEYS, "retry", "greeting")).code).toBe(0);
  expect(server.in("You cut a plan")).toHaveLength(4);
  expect(server.in("You merge the doc")).toHaveLength(1);
  expect(rig.read("specs/greeting/BACKLOG.yaml")).toContain("greets a friend");
});

test("what a rebase wrote down of a broken gate leaves the window once the gate is mended, and stays in the spec", async () => {
  const lesson = "Don't say Hello: the gate refuses the word.";
  await using server = await ModelServer.listen(
    play({
      implement: (asked) => {
        if (turnOf(asked) > 0) return { calls: [finish] };
        const files = [
          write("src/greet.js", greetingSource("friend")),
          write("tests/greet.test.js", GREETING_TESTS),
        ];
        return { calls: files };
      },
      rebase: () => ({
        text: `\`\`\`yaml\nid: T01\ntitle: Greeting\ncontext:\n  negative_evidence: [${JSON.stringify(lesson)}]\n\`\`\``,
      }),
    }),
  );
  await using rig = await workshop(server, "openai", { rebase: "coder" });
  const words = { id: "words", run: "! grep -rn Hello src" };
  await rig.declare({
    projects: [{ id: "app", gates: [GREETING_TEST_GATE, words] }],
    agents: { coder: { kind: "openai", model: "house-model", base_url: server.openai } },
    implementer: "coder",
    routing: { rebase: "coder" },
    limits: { attempts: 1, rebases: 1 },
  });
  const windows = () =>
    server
      .in("You implement")
      .filter((asked) => turnOf(asked) === 0)
      .map(windowOf);
  expect((await rig.factoryWith(KEYS, "build", "--json")).code).toBe(1);
  expect(windows().map((window) => window.includes(lesson))).toEqual([false, true]);
  expect(rig.read("specs/greeting/BACKLOG.yaml")).toContain("Don't say Hello");

  // Nothing was mended: what was learnt holds, and so does what the last attempt taught.
  expect((await rig.factoryWith(KEYS, "build", "--json")).code).toBe(1);
  const again = windows()[2] as string;
  expect(again).toContain(lesson);
  expect(again).toContain("gate words said");

  rig.edit("projects.yaml", "grep -rn Hello", "grep -rn Hallo");
  expect((await rig.factoryWith(KEYS, "build", "--json")).code).toBe(0);
  expect(windows()).toHaveLength(4);
  expect(windows()[3]).not.toContain("Don't");
  expect(rig.read("specs/greeting/BACKLOG.yaml")).toContain("Don't say Hello");
  const settled = JSON.parse((await rig.factoryWith(KEYS, "build", "--json")).stdout);
  expect(settled.tasks).toMatchObject([{ action: "fresh" }]);
});
