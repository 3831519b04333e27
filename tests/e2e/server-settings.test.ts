// Do builds and `factory doctor --call` reach models from within a company: by its proxy, under its certificate, with its
// headers, and past settings that its gateway refuses?

import { expect, test } from "vitest";
import { companyNetwork, HOST } from "../rig/company-network.ts";
import type { DiagnosticDocument } from "../rig/documents.ts";
import { documentOf } from "../rig/factory-rig.ts";
import { ModelServer } from "../rig/model-server.ts";
import type { Run } from "../rig/program.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";
import { WireGate } from "../rig/wire-gate.ts";

interface Report {
  readonly diagnostics: readonly DiagnosticDocument[];
  readonly facts: readonly { readonly subject: string; readonly says: string }[];
}

const REFUSED = {
  error: {
    message:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  },
};

const printed = ({ stdout, stderr }: Run) => stdout + stderr;

const PASSWORD = "proxy-password-1";

test("a build and `doctor --call` go through the proxy, learn what the gateway refuses, and show no secret", async () => {
  const worker = smallWorker({ in: 3000, out: 40 });
  await using server = await ModelServer.listen((asked) =>
    asked.system.includes("tested")
      ? { calls: [{ name: "report", input: { word: "ready" } }], tokens: { in: 90, out: 9 } }
      : worker(asked),
  );
  await using wire = await WireGate.open(server.url, {
    before: ({ body }) =>
      "max_tokens" in JSON.parse(body)
        ? {
            kind: "instead",
            status: 400,
            headers: { "content-type": "application/json" },
            body: JSON.stringify(REFUSED),
          }
        : null,
  });
  await using company = await companyNetwork(wire.gemini, `me:${PASSWORD}`);
  const agent = {
    base_url: `https://${HOST}/v1?api-version=7`,
    max_output_tokens: 500,
    headers: { "x-house": "$HOUSE_TOKEN" },
    extra_body: { reasoning_effort: "low" },
  };
  await using rig = await smallWork(
    { openai: "", gemini: "" },
    { agent, budget: { usd: 1 }, prices: { "house-model": { in: 1, out: 1 } } },
  );
  const variables = {
    ...KEYS,
    HOUSE_TOKEN: "house-token-0123",
    HTTPS_PROXY: company.proxy.replace("//", `//me:${PASSWORD}@`),
  };

  // Nobody trusts the company yet: told once, and nothing was sent.
  const untrusted = await rig.factoryWith(variables, "build");
  expect(untrusted.code).toBe(6);
  expect(printed(untrusted)).toMatch(/certificate that is not trusted.*\n?.*NODE_EXTRA_CA_CERTS/s);
  expect(company.asked).toEqual([`CONNECT ${HOST}:443`]);

  const trusted = { ...variables, NODE_EXTRA_CA_CERTS: company.certificate };
  const run = await rig.factoryWith(trusted, "build");
  expect(run.code, printed(run)).toBe(0);
  expect(printed(run).split("write `compat: {max_tokens: max_completion_tokens}`")).toHaveLength(2);
  const [refused, ...taken] = wire.exchanges;
  expect([JSON.parse(refused?.body ?? "").max_tokens, taken.length]).toEqual([500, 3]);
  for (const { url, headers, body } of taken) {
    expect([url, headers["x-house"]]).toEqual(["/v1/chat/completions?api-version=7", "house-token-0123"]);
    expect(JSON.parse(body)).toMatchObject({ max_completion_tokens: 500, reasoning_effort: "low" });
  }

  const doctor = await rig.factoryWith(trusted, "doctor", "--call", "--json");
  const { facts } = documentOf<Report>(doctor);
  const says = (subject: string) => facts.find((fact) => fact.subject === subject)?.says;
  expect(says("agent coder")).toContain(`through the proxy ${company.proxy} (HTTPS_PROXY)`);
  expect(says("call coder")).toMatch(
    /90 tokens in, 9 out.*calls tools; answers as a stream; tokens are counted; it cost \$0\.00.*compat: \{max_tokens/,
  );
  const poor = await rig.factoryWith({ ...trusted, HOUSE_TOKEN: "" }, "doctor", "--call", "--json");
  expect([poor.code, documentOf<Report>(poor).diagnostics.map(({ code }) => code)]).toEqual([
    1,
    expect.arrayContaining(["key-missing", "model-error"]),
  ]);
  const kept = rig
    .list(".factory")
    .map((path) => rig.read(path))
    .join("\n");
  for (const text of [printed(untrusted), printed(run), printed(doctor), printed(poor), kept])
    expect(text).not.toMatch(/proxy-password-1|house-token-0123/);
});
