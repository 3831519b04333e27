// What does an edit at the head of a chain cost, where several tasks change one file and their agents read it first?

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { type Asked, ModelServer, type Reply, turnOf, windowOf } from "../rig/model-server.ts";

const MIDDLE = Array.from({ length: 8 }, (_, line) => `line ${line}`);
const PLAIN = [...MIDDLE, ""].join("\n");

/** Reads all that is there, as models do, and then writes its own line: at the top, at the end, or into another file. */
function editor(asked: Asked): Reply {
  const window = windowOf(asked);
  const task = /Task rides:(T\d\d)/.exec(window)?.[1] ?? "";
  const said = /- R\d: (.*)/.exec(window)?.[1] ?? "";
  const files = ["src/rides.txt", ...(task === "T03" ? ["src/notes.txt"] : [])];
  if (turnOf(asked) === 0) return { calls: files.map((path) => ({ name: "read_file", input: { path } })) };
  const [seen = ""] = asked.messages.flatMap(({ text }) => (text.includes("line 0") ? [text] : [])).slice(-1);
  const lines = seen.split("\n").map((line) => line.replace(/^\s*\d+[\t|:]\s?/, ""));
  const body = lines
    .slice(lines.findIndex((line) => /^(head|line 0)/.test(line)))
    .filter((line) => line !== "");
  const text = { T01: ["head", said, ...MIDDLE], T02: [...body, `tail: ${said}`] }[task];
  const [path, content] =
    text === undefined ? ["src/notes.txt", `${said}\n`] : ["src/rides.txt", `${text.join("\n")}\n`];
  return {
    calls: [
      { name: "write_file", input: { path, content } },
      { name: "finish", input: { summary: "done" } },
    ],
  };
}

const task = (id: string, requirement: string, more: object = {}) => {
  return { id, generator: null, requirements: [requirement], files: ["src/rides.txt"], ...more };
};

const env = { OPENAI_API_KEY: "sk-test" };

function feature(price: string) {
  return {
    id: "rides",
    requirements: { R1: price, R2: "Dogs ride for free.", R3: "Rides are told in the notes." },
    tasks: [
      task("T01", "R1"),
      task("T02", "R2", { dependsOn: ["T01"] }),
      task("T03", "R3", { dependsOn: ["T02"], files: ["src/notes.txt"] }),
    ],
  };
}

async function chain(server: ModelServer, more: object = {}): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", gates: [{ id: "check", run: "true" }], files: { "src/rides.txt": PLAIN } }],
    agents: { coder: { kind: "openai", model: "m", base_url: server.openai } },
    implementer: "coder",
    ...more,
  });
  rig.write({
    "projects.yaml": `${rig.read("projects.yaml")}prices: {m: {in: 1, out: 1}}\n`,
  });
  rig.feature(feature("A ride costs 5."));
  return rig;
}

test("a change of one's own is merged over a new draft below it, and whoever only read the file is foreseen", async () => {
  await using server = await ModelServer.listen(editor);
  await using rig = await chain(server);
  const first = await rig.factoryWith(env, "build");
  expect([first.code, first.stderr]).toEqual([0, expect.anything()]);
  const product = () => rig.git("app", "show", "main:src/rides.txt");
  expect(await product()).toBe(
    ["head", "A ride costs 5.", ...MIDDLE, "tail: Dogs ride for free."].join("\n"),
  );

  rig.feature(feature("A ride costs 6."));
  const status = await rig.factory("status");
  expect(status.stdout).toContain("its change to src/rides.txt is merged again if that file changes");
  expect(status.stdout).toContain("is drafted again if src/rides.txt, which its agent read, changes");
  const dry = await rig.factory("build", "--dry-run");
  expect(dry.stdout).toMatch(/1 task to draft: about \$\S+; 1 task more if what they read changes: about \$/);

  server.asked.length = 0;
  const second = JSON.parse((await rig.factoryWith(env, "build", "--json")).stdout);
  const actions = second.tasks.map((each: { id: string; action: string }) => `${each.id} ${each.action}`);
  expect(actions).toEqual(["rides:T01 regenerated", "rides:T02 rebased", "rides:T03 regenerated"]);
  expect(server.asked.filter((asked) => windowOf(asked).includes("rides:T02"))).toEqual([]);
  expect(await product()).toBe(
    ["head", "A ride costs 6.", ...MIDDLE, "tail: Dogs ride for free."].join("\n"),
  );
  expect(await rig.status()).toEqual({ "rides:T01": "fresh", "rides:T02": "fresh", "rides:T03": "fresh" });
});

test("a reviewer judges a change that was merged over a new draft, and nobody else is asked where it approves", async () => {
  let answer: object = { verdict: "approve", findings: [] };
  const isReview = ({ system }: Asked) => system.includes("You review");
  const ofT02 = (asked: Asked) => windowOf(asked).includes("rides:T02.A1");
  const reply = (asked: Asked): Reply => {
    if (!isReview(asked)) return editor(asked);
    return { text: JSON.stringify(ofT02(asked) ? answer : { verdict: "approve", findings: [] }) };
  };
  await using server = await ModelServer.listen(reply);
  await using rig = await chain(server, { routing: { reviewer: "coder" } });
  const build = async (price: string | null = null) => {
    server.asked.length = 0;
    if (price !== null) rig.feature(feature(price));
    const run = await rig.factoryWith(env, "build", "--json");
    const { tasks } = JSON.parse(run.stdout);
    const action = tasks.find((each: { id: string }) => each.id === "rides:T02").action;
    const reviews = server.asked.filter((asked) => isReview(asked) && ofT02(asked)).map(windowOf);
    const drafts = server.asked.filter(
      (asked) => !isReview(asked) && windowOf(asked).includes("Task rides:T02"),
    );
    return { code: run.code, action, reviews, drafts: drafts.map(windowOf), text: run.stdout + run.stderr };
  };
  const product = () => rig.git("app", "show", "main:src/rides.txt");
  const first = await build();
  expect([first.code, first.reviews.length], first.text).toEqual([0, 1]);
  expect(first.reviews[0]).not.toContain("What others have changed");

  const merged = await build("A ride costs 6.");
  expect([merged.code, merged.action, merged.drafts], merged.text).toEqual([0, "rebased", []]);
  expect(merged.reviews).toEqual([
    expect.stringMatching(
      /\+tail: Dogs[\s\S]*What others have changed[\s\S]*-A ride costs 5\.\n\+A ride costs 6\./,
    ),
  ]);
  expect((await build()).reviews).toEqual([]);

  answer = { verdict: "request_changes", findings: ["src/rides.txt: dogs cost 7, too."] };
  const refused = await build("A ride costs 7.");
  expect([refused.action, refused.reviews.length > 0], refused.text).toEqual(["failed", true]);
  expect(refused.drafts[0]).toContain("src/rides.txt: dogs cost 7, too.");
  answer = { verdict: "approve", findings: [] };
  expect(await build("A ride costs 6.")).toMatchObject({ code: 0, drafts: [] });

  answer = { verdict: "cannot_judge", findings: ["The fare of dogs is nowhere."] };
  const waits = await build("A ride costs 8.");
  expect([waits.code, waits.action, waits.drafts], waits.text).toEqual([5, "blocked", []]);
  expect((await rig.status())["rides:T02"]).toBe("blocked");
  expect((await build()).code).toBe(5);
  expect((await rig.factory("approve", "rides:T02")).code).toBe(0);
  const approved = await build();
  expect([approved.code, approved.reviews, approved.drafts], approved.text).toEqual([0, [], []]);
  expect(await product()).toBe(
    ["head", "A ride costs 8.", ...MIDDLE, "tail: Dogs ride for free."].join("\n"),
  );
});
