// How does a test have a fleet? Debian's redis-server, in a folder of its own, on loopback, ended with the test.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./authority.ts";
import { freePort } from "./free-port.ts";
import type { Machine } from "./wires.ts";

const PROGRAM = "/usr/bin/redis-server";

/** Why it cannot be tried here; null where it can. */
export const NO_REDIS = existsSync(PROGRAM) ? null : "no redis-server";

export interface RedisOptions {
  /** Whether what it holds survives a restart. */
  readonly keeps?: boolean;
  readonly password?: string;
  /** With it, TLS alone is spoken. */
  readonly certificate?: Certificate;
  /** Where it runs; default: here, on loopback. */
  readonly machine?: Machine;
}

export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "factory-redis-"));
  readonly #options: RedisOptions;
  #child: ChildProcess | null = null;

  private constructor(port: number, options: RedisOptions) {
    this.port = port;
    this.#options = options;
  }

  static async open(options: RedisOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  get url(): string {
    const { certificate, machine } = this.#options;
    return `${certificate === undefined ? "redis" : "rediss"}://${machine?.address ?? "127.0.0.1"}:${this.port}`;
  }

  async start(): Promise<void> {
    const { keeps = false, password, certificate, machine } = this.#options;
    const socket = join(this.#folder, "socket");
    const port = String(this.port);
    const args = [
      ...[
        "--bind",
        machine?.address ?? "127.0.0.1",
        "--unixsocket",
        socket,
        "--dir",
        this.#folder,
        "--save",
        "",
      ],
      ...(certificate === undefined ? ["--port", port] : tlsArgs(port, certificate)),
      ...["--appendonly", keeps ? "yes" : "no", "--appendfsync", "always"],
      ...(password === undefined ? [] : ["--requirepass", password]),
    ];
    // Others of its namespace may come by any address: who may is not what a test of wires is about.
    const open = machine === undefined ? [] : ["--protected-mode", "no"];
    const [program, ...all] = [...(machine?.inside ?? []), PROGRAM, ...args, ...open] as [
      string,
      ...string[],
    ];
    const child = spawn(program, all, { stdio: "ignore" });
    this.#child = child;
    while (!(await answers(socket))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** As a machine that goes down. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Whether it takes commands by now: while it loads what it kept, it does not. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write("PING\r\n"));
    socket.once("data", (bytes) => {
      resolve(/^(?:\+PONG|-NOAUTH)/.test(bytes.toString()));
      socket.destroy();
    });
    socket.once("error", () => resolve(false));
  });
}

function tlsArgs(port: string, { certificate, key, authority }: Certificate): readonly string[] {
  const files = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", authority];
  return ["--port", "0", "--tls-port", port, ...files, "--tls-auth-clients", "no"];
}
