// How does a test have machines whose wires it can cut? A network namespace for each, joined by a bridge in one more. Nothing of the
// machine's own network is touched, and all of it goes with the namespaces.

import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a program runs: its address there, and what stands before its command. */
export interface Machine {
  readonly address: string;
  readonly inside: readonly string[];
}

/** Takes connections within a namespace, and hands them to a socket that every namespace sees. */
const DOOR = `require("node:net").createServer((from) => {
  const to = require("node:net").connect(process.argv[2]);
  for (const [a, b] of [[from, to], [to, from]]) a.on("error", () => b.destroy()).pipe(b);
}).listen(Number(process.argv[1]), "127.0.0.1", () => console.log("open"));`;

function ip(...args: readonly string[]): void {
  execFileSync("ip", args, { stdio: "pipe" });
}

/** Why it cannot be tried here; null where it can. */
export const NO_NAMESPACES = ((): string | null => {
  const name = `fw-${randomBytes(3).toString("hex")}`;
  try {
    ip("netns", "add", name);
  } catch {
    return "no network namespaces for this user";
  }
  try {
    ip("-n", name, "link", "add", "wires", "type", "bridge");
    return null;
  } catch {
    return "no bridges between network namespaces";
  } finally {
    ip("netns", "del", name);
  }
})();

export class Wires implements AsyncDisposable {
  readonly #id = randomBytes(3).toString("hex");
  readonly #names: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), "factory-wires-"));
  readonly #ends: (() => void)[] = [];

  constructor(names: readonly string[]) {
    this.#names = names;
    const hub = this.#hub;
    ip("netns", "add", hub);
    ip("-n", hub, "link", "add", "wires", "type", "bridge");
    ip("-n", hub, "link", "set", "wires", "up");
    for (const name of names) {
      const own = this.#space(name);
      ip("netns", "add", own);
      ip("-n", hub, "link", "add", name, "type", "veth", "peer", "name", "wire", "netns", own);
      ip("-n", hub, "link", "set", name, "master", "wires", "up");
      ip("-n", own, "addr", "add", `${this.#address(name)}/24`, "dev", "wire");
      for (const device of ["wire", "lo"]) ip("-n", own, "link", "set", device, "up");
    }
  }

  machine(name: string): Machine {
    return { address: this.#address(name), inside: ["ip", "netns", "exec", this.#space(name)] };
  }

  /** As a cable that is pulled out at its machine. */
  down(name: string): void {
    ip("-n", this.#hub, "link", "set", name, "down");
  }

  up(name: string): void {
    ip("-n", this.#hub, "link", "set", name, "up");
  }

  /** What is sent from there, or to it, is swallowed, and nobody is told. */
  swallow(name: string): void {
    ip("-n", this.#hub, "link", "set", name, "nomaster");
  }

  pass(name: string): void {
    ip("-n", this.#hub, "link", "set", name, "master", "wires");
  }

  /** A server of the test's own on loopback is there on the loopback of a machine, too. */
  async lead(port: number, name: string): Promise<void> {
    const path = join(this.#folder, String(port));
    const server = createServer((from) => {
      const to = connect(port, "127.0.0.1");
      from.on("error", () => to.destroy()).pipe(to);
      to.on("error", () => from.destroy()).pipe(from);
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const [program, ...args] = this.machine(name).inside as [string, ...string[]];
    const door = spawn(program, [...args, process.execPath, "-e", DOOR, String(port), path]);
    this.#ends.push(
      () => server.close(),
      () => door.kill("SIGKILL"),
    );
    await new Promise((resolve) => door.stdout.once("data", resolve));
  }

  get #hub(): string {
    return `fw-${this.#id}`;
  }

  #space(name: string): string {
    return `fw-${this.#id}-${name}`;
  }

  #address(name: string): string {
    return `10.83.0.${this.#names.indexOf(name) + 1}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end();
    for (const name of this.#names) ip("netns", "del", this.#space(name));
    ip("netns", "del", this.#hub);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
