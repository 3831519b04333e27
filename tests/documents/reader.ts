// Who follows a document to the letter? A reader with an empty home, who types its commands, makes its edits, and compares
// what it shows with what the screen shows. Which document, and where they stand, is the test's.

import { type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect } from "vitest";
import { type Block, expectedExit, missingLines, stepsOf } from "./blocks.ts";

type Child = ReturnType<typeof spawn>;

export interface Followed {
  readonly code: number | null;
  readonly printed: string;
}

/** How a machine reaches the network, and where it keeps packages. */
const NETWORK =
  /^(npm_config_(registry|cache|userconfig)|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;

export class Reader implements AsyncDisposable {
  /** Holds the reader's home and whatever they make. */
  readonly base: string;
  /** Where commands are typed, below the base. */
  readonly folder: string;
  readonly #port: number;
  readonly #services: Child[] = [];

  private constructor(folder: string, port: number) {
    this.base = realpathSync(mkdtempSync(join(tmpdir(), "factory-reader-")));
    this.folder = join(this.base, folder);
    this.#port = port;
    for (const name of ["home", "bin", folder]) mkdirSync(join(this.base, name));
  }

  static async sitDown(folder: string): Promise<Reader> {
    return new Reader(folder, await freePort());
  }

  /** Does as the document says, from its first block to its last. `skips` are blocks that are not followed. */
  async follow(document: { readonly name: string; readonly text: string }, skips: readonly string[] = []) {
    for (const { block, shown } of stepsOf(document.text)) {
      if (skips.includes(block.text)) continue;
      const { code, printed } = await this.#act(block);
      const where = `${document.name}:${block.line}\n${printed}`;
      expect(code, where).toBe(expectedExit(block));
      expect(missingLines(shown ?? [], printed), where).toEqual([]);
    }
  }

  type(command: string, cwd = this.folder): Promise<Followed> {
    return finish(spawn("sh", ["-e"], this.#options(cwd)), command);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of this.#services) service.kill("SIGKILL");
    if (process.env.FACTORY_RIG_KEEP === undefined)
      rmSync(this.base, { recursive: true, force: true, maxRetries: 5 });
  }

  #act(block: Block): Promise<Followed> {
    const at = block.words.indexOf("-C");
    const cwd = join(this.folder, at < 0 ? "." : (block.words[at + 1] as string));
    if (block.language === "diff")
      return finish(spawn("git", ["apply", "--unidiff-zero", "-"], this.#options(cwd)), block.text);
    if (!block.words.includes("service")) return this.type(block.text, cwd);
    const service = spawn("sh", ["-e"], this.#options(cwd));
    this.#services.push(service);
    return serve(service, block.text);
  }

  /** A reader's shell: only the port is ours, for the one of the page may be taken. */
  #options(cwd: string): SpawnOptions {
    const path = (process.env.PATH ?? "").split(delimiter).filter((dir) => !dir.includes("node_modules"));
    return {
      cwd,
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => NETWORK.test(name))),
        PATH: [join(this.base, "bin"), dirname(process.execPath), ...path].join(delimiter),
        HOME: join(this.base, "home"),
        LANG: "C.UTF-8",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: "Pat",
        GIT_AUTHOR_EMAIL: "pat@example.com",
        GIT_COMMITTER_NAME: "Pat",
        GIT_COMMITTER_EMAIL: "pat@example.com",
        PORT: String(this.#port),
        SERVICE_URL: `http://127.0.0.1:${this.#port}`,
      },
    };
  }
}

function finish(child: Child, input: string): Promise<Followed> {
  return new Promise((resolve) => {
    const printed = listen(child);
    child.once("close", (code) => resolve({ code, printed: printed() }));
    child.stdin?.end(input);
  });
}

/** Settles with the first line that the service prints. */
function serve(child: Child, command: string): Promise<Followed> {
  return new Promise((resolve) => {
    const printed = listen(child);
    child.stdout?.on("data", () => printed().includes("\n") && resolve({ code: 0, printed: printed() }));
    child.once("close", (code) => resolve({ code, printed: printed() }));
    child.stdin?.end(`exec ${command}`);
  });
}

function listen(child: Child): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
