// `factory mcp`: serve the workspace to coding programs by the Model Context Protocol, over stdio or HTTP on loopback.

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "../../model/failure.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { VERSION } from "../package-version.ts";

/** Of a token that a program is registered with; without it, each start makes one. */
const TOKEN = "FACTORY_MCP_TOKEN";
const SHORTEST = 16;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const wrong = misuse(invocation);
  if (wrong !== null) return invocation.refuse(wrong);
  const { root, packageRoot, writer } = invocation;
  const place = { root, packageRoot, writer };
  const serving = { place, version: VERSION, writes: invocation.flag("write") };
  const interrupt = new AbortController();
  const away = invocation.onInterrupt(interrupt);
  try {
    if (invocation.flag("http")) return await overHttp(invocation, serving, interrupt.signal);
    const { serveStdio } = await import("../../mcp/stdio-wire.ts");
    await serveStdio(serving, interrupt.signal);
    return interrupt.signal.aborted ? EXIT.interrupted : EXIT.done;
  } finally {
    away();
  }
}

async function overHttp(
  invocation: Invocation,
  serving: Parameters<typeof import("../../mcp/http-wire.ts")["serveHttp"]>[0],
  end: AbortSignal,
): Promise<ExitCode> {
  const { serveHttp } = await import("../../mcp/http-wire.ts");
  const given = process.env[TOKEN];
  const token = given ?? randomBytes(24).toString("base64url");
  const wire = await serveHttp(serving, { port: invocation.number("port") ?? 0, token });
  if (!wire.ok) return invocation.refuse(wire.failure);
  const { url } = wire.value;
  if (invocation.json)
    invocation.printJsonLine({ schema: 1, url, ...(given === undefined ? { token } : {}) });
  else
    invocation.print([
      `listening at ${url}`,
      given === undefined ? `token: ${token}` : `the token is that of ${TOKEN}`,
    ]);
  if (!end.aborted) await new Promise((resolve) => end.addEventListener("abort", resolve, { once: true }));
  await wire.value.close();
  return EXIT.interrupted;
}

function misuse(invocation: Invocation): Failure | null {
  // A program that somebody works with is registered to start us, wherever it is started: also as an agent of a build.
  const task = process.env.FACTORY_TASK;
  if (task !== undefined) {
    const message = `this is the build's own agent of ${task}, and the workspace is not for it to steer`;
    return { reason: "usage", message, fix: "Nothing is to be done: the agent works without these tools." };
  }
  const usage = (message: string, fix: string): Failure => ({ reason: "usage", message, fix });
  if (invocation.number("port") !== null && !invocation.flag("http"))
    return usage("--port is for --http", "Add `--http`, or leave `--port` out.");
  if (invocation.flag("http") && (process.env[TOKEN]?.length ?? SHORTEST) < SHORTEST)
    return usage(
      `${TOKEN} has fewer than ${SHORTEST} characters`,
      "Set a longer one that nobody can guess, or none: then each start makes one.",
    );
  if (!existsSync(join(invocation.root, "projects.yaml")))
    return usage(
      `there is no projects.yaml in ${invocation.root}`,
      "Run `factory init` there, or name the workspace with -C DIR.",
    );
  return null;
}
