// Who gets in by HTTP? Programs that know the token, and nobody else: no page of another origin, none that made a name
// mean this address, no other program of the machine.

import { request } from "node:http";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { McpClient } from "../rig/mcp-client.ts";
import type { Program } from "../rig/program.ts";

const HELLO = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } },
});

interface Got {
  readonly status: number;
  readonly body: string;
}

function post(url: string, headers: Readonly<Record<string, string>>): Promise<Got> {
  const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers: { ...json, ...headers } }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject);
    sent.end(HELLO);
  });
}

/** The first line that it prints. */
async function lineOf({ child }: Program): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0] as string;
}

async function serve(rig: FactoryRig, env: Readonly<Record<string, string>> = {}) {
  const program = rig.startWith(env, "mcp", "--http", "--json");
  // The test reads one line, and the rest goes where it always goes.
  const { url, token } = JSON.parse(await lineOf(program)) as { url: string; token?: string };
  return { program, url, token };
}

test("over HTTP, whoever lacks the token, comes from another origin or by another name gets nothing", async () => {
  await using rig = await FactoryRig.create();
  const { program, url, token } = await serve(rig);
  const { host, port } = new URL(url);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  const authorization = `Bearer ${token}`;
  const refused: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
    [401, {}],
    [401, { authorization: "Bearer guessed" }],
    [401, { authorization: `Basic ${token}` }],
    [403, { authorization, origin: "https://evil.example" }],
    [403, { authorization, origin: "null" }],
    [403, { authorization, host: `evil.example:${port}` }],
    [403, { authorization, host: "127.0.0.1" }],
    [404, { authorization, "mcp-session-id": "somebody-elses" }],
  ];
  for (const [status, headers] of refused)
    expect(await post(url, headers), JSON.stringify(headers)).toEqual({ status, body: "" });
  expect(await post(`http://${host}/`, { authorization })).toEqual({ status: 404, body: "" });
  const let_in = await post(url, { authorization, origin: `http://${host}` });
  expect([let_in.status, let_in.body.includes("spec-factory")]).toEqual([200, true]);

  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization } },
  });
  // The library's own types do not agree on what may be absent.
  await using mcp = await McpClient.by(transport as Parameters<typeof McpClient.by>[0]);
  expect(await mcp.toolNames()).toContain("status");
  expect(await mcp.toolNames()).not.toContain("build");
  expect((await mcp.call("validate")).document).toMatchObject({ ok: true });
  await transport.terminateSession();
  program.child.kill("SIGTERM");
  expect((await program.done).code).toBe(130);
});

test("the token of the environment is taken and never told; what cannot be served is refused beforehand", async () => {
  await using rig = await FactoryRig.create();
  const secret = "a-token-that-nobody-guesses";
  const { program, url, token } = await serve(rig, { FACTORY_MCP_TOKEN: secret });
  expect(token).toBeUndefined();
  expect((await post(url, { authorization: `Bearer ${secret}` })).status).toBe(200);
  const taken = await rig.factoryWith({}, "mcp", "--http", "--port", new URL(url).port);
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining("EADDRINUSE")]);
  program.child.kill("SIGINT");
  expect((await program.done).stdout).not.toContain(secret);
  const short = await rig.factoryWith({ FACTORY_MCP_TOKEN: "short" }, "mcp", "--http");
  expect([short.code, short.stdout]).toEqual([2, ""]);
  expect((await rig.factory("mcp", "--port", "7733")).code).toBe(2);
  rig.remove("projects.yaml");
  const nowhere = await rig.factory("mcp");
  expect([nowhere.code, nowhere.stdout]).toEqual([2, ""]);
  expect(nowhere.stderr).toContain("there is no projects.yaml");
});
