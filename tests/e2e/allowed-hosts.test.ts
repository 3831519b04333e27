// Does a program reach the hosts that `network` lists, and nobody else? In real namespaces, and over real connections: the other
// addresses of this machine's loopback stand for hosts. Where the machine has no bubblewrap, it is skipped by name.

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const ON = { FACTORY_SANDBOX: "require" };
const LISTED = "127.0.0.2";
const OTHER = "127.0.0.3";

const canConfine = (() => {
  try {
    const namespaces = ["--unshare-user", "--unshare-pid", "--unshare-net"];
    execFileSync("bwrap", ["--ro-bind", "/", "/", "--proc", "/proc", ...namespaces, "true"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    console.warn("skipped: lists of hosts, since bwrap is not here or may not make namespaces");
    return false;
  }
})();

/** Asks each host by the proxy of its environment, with and without a tunnel, and past it. */
const PROBE = `
const http = require("node:http"), net = require("node:net");
const way = new URL(process.env.http_proxy ?? "http://127.0.0.1:1");
const by = (order) => new Promise((resolve) => {
  const asked = http.request({ host: way.hostname, port: way.port, ...order });
  asked.on("response", (answer) => answer.resume().on("end", () => resolve(answer.statusCode)));
  asked.on("connect", (answer, socket) => { socket.destroy(); resolve(answer.statusCode); });
  asked.on("error", (error) => resolve(error.code));
  asked.end("body");
});
const past = (host, port) => new Promise((resolve) => {
  const socket = net.connect({ host, port, timeout: 2000 }, () => resolve("reached"));
  socket.on("error", (error) => resolve("nothing")).on("timeout", () => resolve("nothing"));
});
(async () => {
  for (const authority of process.argv.slice(2)) {
    const [host, port] = authority.split(":");
    const plain = await by({ method: "POST", path: "http://" + authority + "/asked?by=plain" });
    const tunnel = await by({ method: "CONNECT", path: authority });
    console.log(host, plain, tunnel, await past(host, port));
  }
  process.exit();
})();
`;

describe.runIf(canConfine)("a list of hosts", () => {
  let port: number;
  const asked: string[] = [];
  const servers: Server[] = [];

  beforeAll(async () => {
    port = await listening(0, LISTED);
    await listening(port, OTHER);
  });
  afterAll(() => {
    for (const server of servers) server.close();
  });

  function listening(at: number, host: string): Promise<number> {
    return new Promise((resolve) => {
      const server = createServer((request, response) => {
        asked.push(`${request.method} ${request.headers.host} ${request.url}`);
        request.resume().on("end", () => response.end("here"));
      }).listen(at, host, () => resolve((server.address() as AddressInfo).port));
      servers.push(server);
    });
  }

  async function workshop(network: readonly string[]): Promise<FactoryRig> {
    const rig = await FactoryRig.create({ projects: [{ id: "app" }] });
    rig.write({ "projects/app/probe.cjs": PROBE });
    await rig.commit("app", "Probe");
    const probe = `node probe.cjs ${LISTED}:${port} ${OTHER}:${port}`;
    await rig.declare({
      projects: [
        {
          id: "app",
          setup: `mkdir -p node_modules && ${probe} > node_modules/seen`,
          gates: [
            { id: "seen", run: `cat node_modules/seen && ${probe} | tee out && cmp out node_modules/seen` },
          ],
          network: [...network],
        },
      ],
      agents: {
        coder: {
          kind: "command",
          run: `mkdir -p src/notes; ${probe} > src/notes/T01.txt`,
          network: [...network],
        },
      },
      implementer: "coder",
    });
    rig.feature({ id: "notes", requirements: { R1: "A note." }, tasks: [{ id: "T01", generator: null }] });
    return rig;
  }

  test("setups, gates and agents reach what is listed, with and without a tunnel, and nobody else", async () => {
    await using rig = await workshop([LISTED]);
    const run = await rig.factoryWith(ON, "build");
    expect([run.code, run.stderr]).toEqual([0, expect.anything()]);
    expect(rig.read("projects/app/src/notes/T01.txt")).toBe(
      `${LISTED} 200 200 nothing\n${OTHER} 403 403 nothing\n`,
    );
    expect(new Set(asked)).toEqual(new Set([`POST ${LISTED}:${port} /asked?by=plain`]));
    expect(rig.read(".factory/tasks/notes/T01.log")).toContain(
      `factory: no way to ${OTHER}:${port}, which \`network\` does not list`,
    );
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("factory-hosts-"))).toEqual([]);
  });

  test("a port may be listed with its host, and what fails for the lack of a host names it", async () => {
    await using rig = await workshop([`${LISTED}:1`, `*.${LISTED}`]);
    await rig.declare({
      projects: [
        {
          id: "app",
          gates: [{ id: "ask", run: `printf unended >&2; node probe.cjs ${LISTED}:${port} | grep 200` }],
          network: [`${LISTED}:1`],
        },
      ],
      agents: { coder: { kind: "command", run: "true" } },
      implementer: "coder",
    });
    const run = await rig.factoryWith(ON, "build");
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      `It asked for ${LISTED}:${port}, which \`network\` does not list: add it to \`network\` of the gate or of the project app in projects.yaml, if it may go there.`,
    );
  });

  test("the person's own proxy stands on the way", async () => {
    await using rig = await workshop(["registry.invalid"]);
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"]}`);
      request.resume().on("end", () => response.end("here"));
    }).on("connect", (request, socket) => {
      seen.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"]}`);
      const far = connect(port, LISTED, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
      socket.on("error", () => far.destroy()).on("close", () => far.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const at = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await rig.declare({
      projects: [
        {
          id: "app",
          gates: [
            {
              id: "ask",
              run: `[ "$(node probe.cjs registry.invalid:443)" = "registry.invalid 200 200 nothing" ]`,
            },
          ],
          network: ["registry.invalid"],
        },
      ],
      agents: { coder: { kind: "command", run: "mkdir -p src/notes; echo a > src/notes/T01.txt" } },
      implementer: "coder",
    });
    const env = { ...ON, http_proxy: `http://me:secret@${at}`, https_proxy: `http://me:secret@${at}` };
    const run = await rig.factoryWith(env, "build");
    proxy.close();
    expect([run.code, run.stderr]).toEqual([0, expect.anything()]);
    const login = `Basic ${Buffer.from("me:secret").toString("base64")}`;
    expect(new Set(seen)).toEqual(
      new Set([
        `POST http://registry.invalid:443/asked?by=plain ${login}`,
        `CONNECT registry.invalid:443 ${login}`,
      ]),
    );
  });

  test("what is no host is refused with its place", async () => {
    await using rig = await workshop(["https://registry.example.com/path"]);
    const run = await rig.factory("validate");
    expect(run.code).toBe(2);
    expect(run.stdout + run.stderr).toContain("must be a host such as registry.example.com");
  });
});
