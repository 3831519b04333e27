// A build is killed at each step of a call; the next one pays only for what was never answered.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { expect, test } from "vitest";
import type { PaidAnswer } from "../../src/model/conversation.ts";
import type { Result } from "../../src/model/result.ts";
import { tempFolder, value } from "../store/temp-folder.ts";
import { asking, bench, coder, purpose } from "./payment.ts";
import { answers, type Provider, provider } from "./provider.ts";

const folder = tempFolder();

async function payerProgram(): Promise<string> {
  const program = join(folder(), "payer.mjs");
  const entry = join(import.meta.dirname, "payer.ts");
  await build({ entryPoints: [entry], outfile: program, bundle: true, platform: "node", format: "esm" });
  return program;
}

/** Runs a build up to the step and kills it there without a warning. */
async function killedAt(step: string, server: Provider): Promise<void> {
  const program = await payerProgram();
  const child = spawn(process.execPath, [program, folder(), server.url, step], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    expect(line).toBe(`at ${step}`);
    if (step === "sent") await server.arrived(1);
    child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
}

async function nextBuild(server: Provider): Promise<{ got: Result<PaidAnswer>; told: string[] }> {
  const { paid, told, calls } = await bench(folder(), server.url);
  const got = await paid.askFor(coder, purpose)(asking("a"));
  value(calls.close());
  return { got, told: told.map(({ type }) => type) };
}

test.each([
  // Nothing was sent, but nobody can know that: the call is told, and sent once more.
  { step: "intent", requests: [0, 1], told: ["call-at-risk", "call-ended"], replayed: false },
  { step: "sent", requests: [1, 2], told: ["call-at-risk", "call-ended"], replayed: false },
  { step: "answered", requests: [1, 2], told: ["call-at-risk", "call-ended"], replayed: false },
  { step: "stored", requests: [1, 1], told: ["call-ended"], replayed: true },
  { step: "done", requests: [1, 1], told: ["call-ended"], replayed: true },
])("a build killed at `$step` lets the next one send $requests.1 in all", async (expected) => {
  await using server = await provider(answers("done"));
  await killedAt(expected.step, server);
  expect(server.seen).toHaveLength(expected.requests[0] as number);
  const { got, told } = await nextBuild(server);
  expect(value(got).answer.text).toBe("done");
  expect(value(got).replayed ?? false).toBe(expected.replayed);
  expect(told).toEqual(expected.told);
  expect(server.seen).toHaveLength(expected.requests[1] as number);
  expect((await nextBuild(server)).told).toEqual(["call-ended"]);
  expect(server.seen).toHaveLength(expected.requests[1] as number);
});
