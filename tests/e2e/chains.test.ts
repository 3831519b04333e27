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

test("a change of one's own is merged over a new draft below it, and whoever only read the file is foreseen", async () => {
  await using server = await ModelServer.listen(editor);
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", gates: [{ id: "check", run: "true" }], files: { "src/rides.txt": PLAIN } }],
    agents: { coder: { kind: "openai", model: "m", base_url: server.openai } },
    implementer: "coder",
  });
  rig.write({
    "projects.yaml": `${rig.read("projects.yaml")}prices: {m: {in: 1, out: 1}}\n`,
  });
  rig.feature(feature("A ride costs 5."));
  const env = { OPENAI_API_KEY: "sk-test" };
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
