// May a server take longer than the five minutes after which Node's own fetch gives up, before its first byte and between two?

import { execFile } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { beforeAll, expect, it } from "vitest";
import { companyNetwork, HOST } from "../rig/company-network.ts";
import { type WireServer, wireServer } from "./wire-server.ts";

let program: string;
beforeAll(async () => {
  program = join(mkdtempSync(join(tmpdir(), "factory patient ")), "patient-caller.mjs");
  const entry = join(import.meta.dirname, "patient-caller.ts");
  const banner = {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  };
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    banner,
  });
});

/** Answers the model's call in two halves, each when it is told to. */
function slowServer(): Promise<WireServer> {
  const signals = new EventEmitter();
  const [arrived, begin, end] = ["arrived", "/begin", "/end"].map((name) => once(signals, name));
  const said = (fields: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: fields, finish_reason: finish }] })}\n\n`;
  return wireServer(async (response, { url }) => {
    switch (url) {
      case "/silent":
        return;
      case "/half":
        return void response.writeHead(200).write("half");
      case "/arrived":
        await arrived;
        return void response.end();
      case "/begin":
      case "/end":
        signals.emit(url);
        return void response.end();
    }
    signals.emit("arrived");
    await begin;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(said({ content: "late, " }));
    await end;
    response.end(said({ content: "but whole" }, "stop"));
  });
}

it.each([["straight"], ["through a proxy"]])("holds for a request that goes %s", async (way) => {
  await using server = await slowServer();
  await using company = await companyNetwork(server.url);
  const at = way === "straight" ? [`${server.url}/v1`] : [`http://${HOST}/v1`, company.proxy];
  const { stdout } = await promisify(execFile)(process.execPath, [program, server.url, ...at]);
  expect(JSON.parse(stdout)).toMatchObject({
    headers: "UND_ERR_HEADERS_TIMEOUT",
    body: "UND_ERR_BODY_TIMEOUT",
    answer: { ok: true, value: { text: "late, but whole", end: "stop" } },
  });
  expect(server.seen.filter(({ url }) => url.endsWith("/chat/completions"))).toHaveLength(1);
});
