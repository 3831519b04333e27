// What does a build cost that a program cancels and asks for again? What was answered is not paid for twice.

import { expect, test } from "vitest";
import { McpClient } from "../rig/mcp-client.ts";
import { type Asked, ModelServer, turnOf } from "../rig/model-server.ts";
import { finish, KEYS, smallWork, write } from "../rig/small-work.ts";

test("a cancelled build takes the answer that it waits for, and goes on from there when it is asked for again", async () => {
  let hold: (asked: Asked) => Promise<void> = async () => {};
  await using server = await ModelServer.listen(async (asked) => {
    await hold(asked);
    if (turnOf(asked) === 0) return { calls: [{ name: "read_file", input: { path: "package.json" } }] };
    return turnOf(asked) === 1 ? { calls: [write("src/T01.txt", "T01\n")] } : { calls: [finish] };
  });
  await using rig = await smallWork(server);
  await using mcp = await McpClient.over(rig, ["--write"], KEYS);
  const cancel = new AbortController();
  let answer = () => {};
  const isAsked = new Promise<void>((resolve) => {
    hold = (asked) => {
      if (turnOf(asked) !== 1) return Promise.resolve();
      resolve();
      return new Promise((go) => {
        answer = go;
      });
    };
  });
  const cancelled = mcp.call("build", {}, { signal: cancel.signal }).catch((error: Error) => error.message);
  await isAsked;
  cancel.abort("the person thought again");
  expect(await cancelled).toContain("the person thought again");
  // It is under way still, and what it waits for is paid.
  expect((await mcp.call("build", { wait: false })).codes).toEqual(["locked"]);
  hold = async () => {};
  answer();

  const built = await mcp.call("build");
  expect(built.document).toMatchObject({ ok: true, tasks: [{ id: "work:T01", action: "regenerated" }] });
  expect(await rig.git("app", "show", "main:src/T01.txt")).toBe("T01");
  expect(server.asked.map(turnOf)).toEqual([0, 1, 2]);
  const cost = await mcp.call("cost");
  expect(cost.document).toMatchObject({ total: { calls: 3 }, at_risk: { calls: 0 } });
  expect((await mcp.call("build")).document).toMatchObject({ ok: true, totals: { calls: 0 } });
  expect(server.asked).toHaveLength(3);
  expect(mcp.noise).toEqual([]);
});
