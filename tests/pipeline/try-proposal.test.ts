// What is tried where a setup fails, and what is told of each that failed?

import { expect, test } from "vitest";
import type { Failure } from "../../src/model/failure.ts";
import { failed, success } from "../../src/model/result.ts";
import { tryEach } from "../../src/pipeline/upkeep/try-proposal.ts";
import { gate, type Proposal } from "../../src/spec/survey/proposal.ts";

const proposal = (kind: string, instead?: Proposal): Proposal => ({
  ...{ kind, setup: `install with ${kind}`, keep: [], advice: [] },
  gates: [gate("test", "pytest", { source: "tests" })],
  ...(instead === undefined ? {} : { instead }),
});

const setupFailed = (command: string | null): Failure => ({
  ...{ reason: "setup-failed", command: command ?? "" },
  evidence: [],
});

test("each that is tried instead is told with what kept back the one before it", async () => {
  const first = proposal("uv", proposal("pip", proposal("what is here")));
  const told: string[] = [];
  const trial = async ({ kind, setup }: Proposal) =>
    kind === "what is here" ? success(undefined) : failed(setupFailed(setup));
  const outcome = await tryEach(first, trial, (failure, instead) => {
    told.push(
      `${instead?.kind} after ${failure.reason === "setup-failed" ? failure.command : failure.reason}`,
    );
  });
  expect(told).toEqual(["pip after install with uv", "what is here after install with pip"]);
  expect(outcome).toMatchObject({ proposal: { kind: "what is here" }, failure: null });
});

test("where nothing holds, the first stands with its own failure, and that of the last is told, too", async () => {
  const told: (readonly [string, string | null])[] = [];
  const outcome = await tryEach(
    proposal("uv", proposal("pip")),
    async ({ setup }) => failed(setupFailed(setup)),
    (failure, instead) => {
      told.push([failure.reason === "setup-failed" ? failure.command : "", instead?.kind ?? null]);
    },
  );
  expect(told).toEqual([
    ["install with uv", "pip"],
    ["install with pip", null],
  ]);
  expect(outcome).toMatchObject({
    proposal: { kind: "uv" },
    failure: { reason: "setup-failed", command: "install with uv" },
  });
});
