// Can a queue and a store be reached whose certificates a company signed itself, and is anything else refused in words that say what to
// do? A real Redis and a real nginx that speak TLS alone, and an authority made by openssl.

import { expect, test } from "vitest";
import { Authority, type Certificate } from "../rig/authority.ts";
import { FactoryRig } from "../rig/factory-rig.ts";
import { FleetWorker } from "../rig/fleet.ts";
import { NginxStore, NO_NGINX } from "../rig/nginx-store.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";

const PASSWORD = "hunter2-of-the-fleet";

async function workspace(store: string, fleet: string): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.feature({ id: "bills", requirements: { R1: "A bill costs 5." }, tasks: [{ id: "T01" }] });
  rig.write({
    "projects.yaml": `${rig.read("projects.yaml")}store:\n  url: ${store}\nfleet:\n  url: ${fleet}\n`,
  });
  return rig;
}

/** With a variable in place of the password. */
function addressOf({ port }: RedisServer, user = ""): string {
  return `rediss://${user}:$QUEUE_LOGIN@127.0.0.1:${port}`;
}

async function servers(certificate: Certificate) {
  const redis = await RedisServer.open({ certificate, password: PASSWORD });
  return { redis, store: await NginxStore.open({ certificate }) };
}

const codesIn = (stdout: string): readonly string[] =>
  JSON.parse(stdout)
    .diagnostics.map(({ code }: { code: string }) => code)
    .filter((code: string) => code !== "criteria-unproven");

test.skipIf(NO_REDIS !== null || NO_NGINX !== null)(
  "whoever names the authority works by TLS; without it nothing is sent, and the sentence says so",
  async () => {
    using authority = new Authority();
    const { redis, store } = await servers(authority.signs("IP:127.0.0.1"));
    await using _ = redis;
    await using __ = store;
    await using rig = await workspace(store.url, addressOf(redis));
    const env = { QUEUE_LOGIN: PASSWORD };
    const trusting = { ...env, NODE_EXTRA_CA_CERTS: authority.certificate };

    const doubtful = await rig.factoryWith(env, "worker");
    expect([doubtful.code, doubtful.stderr]).toEqual([
      6,
      expect.stringMatching(/has a certificate that is not trusted: .*NODE_EXTRA_CA_CERTS or SSL_CERT_FILE/),
    ]);
    await using worker = await FleetWorker.start({
      ...{ name: "first", store: store.url, fleet: addressOf(redis) },
      // Either variable will do.
      env: { ...env, SSL_CERT_FILE: authority.certificate },
    });
    const built = await rig.factoryWith(trusting, "build", "--json");
    expect([built.code, codesIn(built.stdout)], built.stderr).toEqual([0, []]);
    expect(worker.said).toContain("bills:T01  gate check passed");

    await using other = await workspace(store.url, addressOf(redis));
    const alone = await other.factoryWith(env, "build", "--json");
    expect([alone.code, codesIn(alone.stdout).toSorted()], alone.stderr).toEqual([
      0,
      ["fleet-left-alone", "store-left-alone"],
    ]);
    const told = JSON.parse(alone.stdout).diagnostics.filter(({ code }: { code: string }) =>
      code.endsWith("left-alone"),
    );
    for (const { message } of told) expect(message).toMatch(/has a certificate that is not trusted/);
  },
);

test.skipIf(NO_REDIS !== null || NO_NGINX !== null)(
  "a certificate for another name, a wrong password and a wrong user are told apart",
  async () => {
    using authority = new Authority();
    const { redis, store } = await servers(authority.signs("IP:127.0.0.1"));
    await using _ = redis;
    await using __ = store;
    await using rig = await workspace(store.url, addressOf(redis));
    const trusting = { NODE_EXTRA_CA_CERTS: authority.certificate };
    const said = async (env: Readonly<Record<string, string>>, fleet: string) => {
      const run = await rig.factoryWith({ ...trusting, ...env }, "worker", "--fleet", fleet);
      expect(run.code).toBe(6);
      expect(run.stderr).not.toContain(PASSWORD);
      return run.stderr.split("\n")[0];
    };
    const refused = "refuses the name or the password of its address";
    expect(await said({ QUEUE_LOGIN: "wrong" }, addressOf(redis))).toContain(refused);
    expect(await said({ QUEUE_LOGIN: PASSWORD }, addressOf(redis, "joe"))).toContain(refused);
    expect(await said({}, `rediss://127.0.0.1:${redis.port}`)).toContain("asks for a password");
    expect(await said({}, `redis://127.0.0.1:${redis.port}`)).toMatch(
      /cannot be reached: .*ECONNRESET; one that speaks TLS hangs up on `redis:/,
    );
    await using plain = await RedisServer.open();
    expect(await said({}, `rediss://127.0.0.1:${plain.port}`)).toContain(
      "ETIMEDOUT; one that speaks no TLS says nothing to `rediss://`",
    );

    await using elsewhere = await RedisServer.open({ certificate: authority.signs("DNS:queue.example.com") });
    const misnamed = await said({}, elsewhere.url);
    expect(misnamed).toMatch(/not trusted: .*altnames.*for whoever runs the server to mend/);
  },
);
