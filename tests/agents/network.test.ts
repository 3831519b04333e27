// Do requests leave as the environment says: by which proxy, past which, and trusting whom?

import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { modelOf } from "../../src/agents/providers/model.ts";
import { exchangeOpenai } from "../../src/agents/providers/openai-exchange.ts";
import { type CompanyNetwork, companyNetwork, HOST } from "../rig/company-network.ts";
import { answer, declarationOf, failure, KEY } from "./model-contract.ts";
import { deadAddress, document, type WireServer, wireServer } from "./wire-server.ts";

const ANSWER = { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] };

let server: WireServer;
let company: CompanyNetwork;
beforeAll(async () => {
  server = await wireServer(document(200, ANSWER));
  company = await companyNetwork(server.url);
});
afterAll(async () => {
  await company[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  company.asked.length = 0;
});

const modelAt = (at: string, variables: NodeJS.ProcessEnv) =>
  modelOf(exchangeOpenai, declarationOf("openai", at), { ACME_API_KEY: KEY, ...variables });

const PLAIN = `http://${HOST}/v1`;
const SECURE = `https://${HOST}/v1`;

describe("a proxy", () => {
  it.each([
    ["HTTP_PROXY", PLAIN, `POST ${PLAIN}/chat/completions`],
    ["http_proxy", PLAIN, `POST ${PLAIN}/chat/completions`],
    ["ALL_PROXY", PLAIN, `POST ${PLAIN}/chat/completions`],
    ["HTTPS_PROXY", SECURE, `CONNECT ${HOST}:443`],
    ["https_proxy", SECURE, `CONNECT ${HOST}:443`],
  ])("is used that %s names", async (name, at, asked) => {
    const variables = { [name]: company.proxy.replace("http://", ""), SSL_CERT_FILE: company.certificate };
    expect((await answer(modelAt(at, variables))).text).toBe("Hi");
    expect(company.asked).toEqual([asked]);
  });

  it.each([["*"], ["localhost, .corp.test"], ["corp.test:80"], [`other.test ${HOST.toUpperCase()}`]])(
    "is passed by where NO_PROXY says %s",
    async (exceptions) => {
      const told = await failure(modelAt(PLAIN, { HTTP_PROXY: company.proxy, NO_PROXY: exceptions }));
      expect(told).toMatchObject({ cause: "network", outcome: "no-answer" });
      expect(company.asked).toEqual([]);
    },
  );

  it("is used where NO_PROXY names others", async () => {
    const others = "orp.test,corp.test:8080,10.0.0.0/8,models.corp.test.example";
    await answer(modelAt(PLAIN, { HTTP_PROXY: company.proxy, no_proxy: others }));
    expect(company.asked).toHaveLength(1);
  });

  it("is never asked for this machine", async () => {
    const variables = { HTTP_PROXY: await deadAddress() };
    expect((await answer(modelAt(`${server.url}/v1`, variables))).text).toBe("Hi");
  });

  it("gets the name and the password of its address, and shows neither", async () => {
    await using strict = await companyNetwork(server.url, "me@corp:p ss/word");
    const [scheme, rest] = strict.proxy.split("//");
    const named = (words: string) => ({
      HTTP_PROXY: `${scheme}//${words}@${rest}`,
      HTTPS_PROXY: `${scheme}//${words}@${rest}`,
      SSL_CERT_FILE: strict.certificate,
    });
    for (const at of [PLAIN, SECURE]) {
      const right = modelAt(at, named("me%40corp:p%20ss%2Fword"));
      expect((await answer(right)).text).toBe("Hi");
      const wrong = await failure(modelAt(at, named("me:wrong-one")));
      expect(wrong).toMatchObject({ cause: "proxy", status: 407, outcome: "no-answer" });
      expect(JSON.stringify(wrong)).not.toMatch(/me:|wrong-one/);
    }
  });

  it("that is not there is named, without its password", async () => {
    const dead = (await deadAddress()).replace("//", "//me:secret-word@");
    const told = await failure(modelAt(SECURE, { HTTPS_PROXY: dead }));
    expect(told).toMatchObject({
      cause: "network",
      detail: expect.stringMatching(/through the proxy http:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\)$/),
      outcome: "no-answer",
    });
  });

  it.each([
    ["socks5://127.0.0.1:1", /kind socks5.*have an http port, too/],
    ["http://a b", /HTTP_PROXY holds no address/],
  ])("that nobody can use is told: %s", async (value, words) => {
    const told = await failure(modelAt(PLAIN, { HTTP_PROXY: value }));
    expect(told).toMatchObject({
      cause: "proxy",
      detail: expect.stringMatching(words),
      outcome: "no-answer",
    });
  });
});

describe("a certificate", () => {
  const direct = () => `https://127.0.0.1:${company.tlsPort}/v1`;

  it("that nobody trusts is told as such, since nothing was sent", async () => {
    const before = server.seen.length;
    expect(await failure(modelAt(direct(), {}))).toMatchObject({
      cause: "certificate",
      detail: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
      outcome: "no-answer",
    });
    expect(await failure(modelAt(SECURE, { HTTPS_PROXY: company.proxy }))).toMatchObject({
      cause: "certificate",
      outcome: "no-answer",
    });
    expect(server.seen).toHaveLength(before);
  });

  it("is trusted where SSL_CERT_FILE holds it", async () => {
    expect((await answer(modelAt(direct(), { SSL_CERT_FILE: company.certificate }))).text).toBe("Hi");
  });

  it("is looked for in a file that is not there, or holds none, and that is told", async () => {
    const empty = `${company.certificate}.empty`;
    writeFileSync(empty, "nothing\n");
    for (const [file, words] of [
      ["/no/such/file", /cannot be read \(ENOENT\)/],
      [empty, /holds no certificate/],
    ] as const) {
      const told = await failure(modelAt(direct(), { SSL_CERT_FILE: file }));
      expect(told).toMatchObject({ cause: "proxy", detail: expect.stringMatching(words) });
    }
  });
});

it.each([["http://127.0.0.1:9/v1"], ["http://me:secret-word@127.0.0.1:8080/v1"]])(
  "an address that no request goes to is told as such: %s",
  async (at) => {
    const told = await failure(modelAt(at, {}));
    expect(told).toMatchObject({
      cause: "refused",
      detail: expect.stringMatching(/^no request goes/),
      outcome: "no-answer",
    });
    expect(JSON.stringify(told)).not.toContain("secret-word");
  },
);
