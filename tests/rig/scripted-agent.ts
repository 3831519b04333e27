// How does a test play the agent? A rendezvous: every attempt of the factory waits for the test, which
// then writes, succeeds, fails or hangs it. So tests of order and concurrency need no sleeps.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Value } from "./specs.ts";

const PROGRAM = fileURLToPath(new URL("scripted-agent.mjs", import.meta.url));

interface Greeting {
  readonly task: string;
  readonly window: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

type Reply =
  | { readonly ok: true; readonly value: string | null }
  | { readonly ok: false; readonly message: string };

export class ScriptedAgent implements AsyncDisposable {
  readonly #server: Server;
  readonly #folder: string;
  readonly #arrived: ScriptedAttempt[] = [];
  readonly #waiting: ((attempt: ScriptedAttempt) => void)[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #counts = new Map<string, number>();
  readonly #arrivals: (() => void)[] = [];
  #total = 0;

  private constructor(server: Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
    server.on("connection", (socket) => this.#welcome(socket));
  }

  static async listen(): Promise<ScriptedAgent> {
    const folder = mkdtempSync(join(tmpdir(), "factory-agent-"));
    const server = createServer();
    const agent = new ScriptedAgent(server, folder);
    await new Promise<void>((resolve) => server.listen(agent.#socketPath, resolve));
    return agent;
  }

  /** Value of `run` in projects.yaml. */
  get run(): string {
    return `"${process.execPath}" "${PROGRAM}" "${this.#socketPath}" {{window}}`;
  }

  /** Number of attempts that have started and were not yet taken by `nextAttempt`. */
  get pending(): number {
    return this.#arrived.length;
  }

  /** The next attempt in order of arrival; waits for it. */
  async nextAttempt(): Promise<ScriptedAttempt> {
    const arrived = this.#arrived.shift();
    return arrived ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Settles when that many attempts have started in all, taken or not. */
  async arrival(count: number): Promise<void> {
    while (this.#total < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #socketPath(): string {
    return join(this.#folder, "agent.sock");
  }

  #welcome(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // A killed agent resets the connection; its attempt learns of it from the close.
    socket.on("error", () => socket.destroy());
    const lines = createInterface({ input: socket });
    lines.once("line", (line) => {
      const greeting = JSON.parse(line) as Greeting;
      const count = (this.#counts.get(greeting.task) ?? 0) + 1;
      this.#counts.set(greeting.task, count);
      this.#total++;
      for (const resolve of this.#arrivals.splice(0)) resolve();
      const attempt = new ScriptedAttempt(greeting, count, socket);
      lines.on("line", (reply) => attempt.hear(JSON.parse(reply) as Reply));
      const taker = this.#waiting.shift();
      if (taker === undefined) this.#arrived.push(attempt);
      else taker(attempt);
    });
  }
}

export class ScriptedAttempt {
  readonly task: string;
  /** Exact text of the window that the process was given. */
  readonly window: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Counts from 1 for each task. */
  readonly number: number;
  /** Settles when the agent process has gone, by itself or killed. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  readonly #replies: ((reply: Reply) => void)[] = [];

  constructor(greeting: Greeting, number: number, socket: Socket) {
    this.task = greeting.task;
    this.window = greeting.window;
    this.cwd = greeting.cwd;
    this.environment = greeting.environment;
    this.number = number;
    this.#socket = socket;
    this.gone = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  async write(path: string, text: string): Promise<void> {
    await this.#order({ do: "write", path, text });
  }

  async remove(path: string): Promise<void> {
    await this.#order({ do: "remove", path });
  }

  async read(path: string): Promise<string> {
    return (await this.#order({ do: "read", path })) ?? "";
  }

  /** Runs a shell command in the worktree, as the agent; its stdout. */
  async shell(command: string): Promise<string> {
    return (await this.#order({ do: "shell", command })) ?? "";
  }

  /** Writes FACTORY_RESULT. */
  async answer(value: Value): Promise<void> {
    await this.#order({ do: "answer", value });
  }

  async exit(code: number): Promise<void> {
    this.#send({ do: "exit", code });
    await this.gone;
  }

  /** Writes one file and ends well. */
  async succeed(path: string, text: string): Promise<void> {
    await this.write(path, text);
    await this.exit(0);
  }

  hear(reply: Reply): void {
    this.#replies.shift()?.(reply);
  }

  async #order(order: Readonly<Record<string, Value>>): Promise<string | null> {
    const reply = new Promise<Reply>((resolve, reject) => {
      this.#replies.push(resolve);
      void this.gone.then(() => reject(new Error(`the agent of ${this.task} is gone`)));
    });
    this.#send(order);
    const answer = await reply;
    if (!answer.ok) throw new Error(answer.message);
    return answer.value;
  }

  #send(order: Readonly<Record<string, Value>>): void {
    this.#socket.write(`${JSON.stringify(order)}\n`);
  }
}
