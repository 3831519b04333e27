// Does the README tell the truth? A reader follows it to the letter, in a copy of this checkout: every command is run,
// every edit is made, and what the page shows is compared with what the screen shows.

import { execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Block, blocksOf, expectedExit, missingLines, stepsOf } from "./blocks.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** Costs another installation, and is what runs this very test. */
const NEVER_RUN = "npm ci && npm test\n";
const INSTALL = /^npm ci && /;

let base = "";
let port = 0;
const services: ReturnType<typeof spawn>[] = [];

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "factory-readme-")));
  mkdirSync(join(base, "home"));
  layCheckout(join(base, "spec-factory"));
  port = await freePort();
});

afterAll(() => {
  for (const service of services) service.kill("SIGKILL");
  if (process.env.FACTORY_RIG_KEEP === undefined)
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

test("the two commands of the set-up stand in blocks of their own", () => {
  const commands = blocksOf(README).map(({ text }) => text);
  expect(commands).toContain("npm ci && npx factory build\n");
  expect(commands).toContain(NEVER_RUN);
});

test("what the README says is what happens", { timeout: 600_000 }, async () => {
  for (const { block, shown } of stepsOf(README)) {
    if (block.text === NEVER_RUN) continue;
    const { code, printed } = await follow(block);
    const where = `README.md:${block.line}\n${printed}`;
    expect(code, where).toBe(expectedExit(block));
    expect(missingLines(shown ?? [], printed), where).toEqual([]);
  }
});

test("the projects that the page leaves behind are clean, and pass their own commands", {
  timeout: 300_000,
}, async () => {
  for (const id of ["shop-api", "shop-cli"]) {
    const cwd = join(base, "spec-factory", "projects", id);
    for (const command of ["git status --porcelain", "npm run typecheck", "npm run lint", "npm test"]) {
      const { code, printed } = await finish(spawn("sh", ["-e"], options(cwd)), command);
      expect(code, `${id}: ${command}\n${printed}`).toBe(0);
      if (command.startsWith("git")) expect(printed).toBe("");
    }
  }
});

test("the picture of the sample is the one that the command draws", () => {
  const pictures = blocksOf(README).filter(({ language }) => language === "mermaid");
  const drawn = execFileSync(process.execPath, ["bin/factory.js", "graph", "--format", "mermaid"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(pictures.map(({ text }) => text)).toEqual([drawn]);
});

/** What `git clone` and `npm ci` would lay down, without a second installation. */
function layCheckout(to: string): void {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const files = listed.split("\0").filter((path) => path !== "" && path !== "node_modules");
  for (const path of files) cpSync(join(ROOT, path), join(to, path));
  cpSync(join(ROOT, "dist"), join(to, "dist"), { recursive: true });
  symlinkSync(realpathSync(join(ROOT, "node_modules")), join(to, "node_modules"));
}

interface Followed {
  readonly code: number | null;
  readonly printed: string;
}

function follow(block: Block): Promise<Followed> {
  const at = block.words.indexOf("-C");
  const cwd = join(base, "spec-factory", at < 0 ? "." : (block.words[at + 1] as string));
  if (block.language === "diff") {
    return finish(spawn("git", ["apply", "--unidiff-zero", "-"], options(cwd)), block.text);
  }
  const shell = spawn("sh", ["-e"], options(cwd));
  return block.words.includes("service") ? serve(shell, block.text) : finish(shell, block.text);
}

function finish(child: ReturnType<typeof spawn>, input: string): Promise<Followed> {
  return new Promise((resolve) => {
    const printed = listen(child);
    child.once("close", (code) => resolve({ code, printed: printed() }));
    child.stdin?.end(input.replace(INSTALL, ""));
  });
}

/** Settles with the first line that the service prints. */
function serve(child: ReturnType<typeof spawn>, command: string): Promise<Followed> {
  services.push(child);
  return new Promise((resolve) => {
    const printed = listen(child);
    child.stdout?.on("data", () => printed().includes("\n") && resolve({ code: 0, printed: printed() }));
    child.once("close", (code) => resolve({ code, printed: printed() }));
    child.stdin?.end(`exec ${command}`);
  });
}

function listen(child: ReturnType<typeof spawn>): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

/** How a machine reaches the network, and where it keeps packages. */
const NETWORK =
  /^(npm_config_(registry|cache|userconfig)|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;

/** A reader's shell: only the port is ours, for the one of the page may be taken. */
function options(cwd: string): SpawnOptions {
  const path = (process.env.PATH ?? "").split(delimiter).filter((dir) => !dir.includes("node_modules"));
  return {
    cwd,
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => NETWORK.test(name))),
      PATH: [dirname(process.execPath), ...path].join(delimiter),
      HOME: join(base, "home"),
      LANG: "C.UTF-8",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Pat",
      GIT_AUTHOR_EMAIL: "pat@example.com",
      GIT_COMMITTER_NAME: "Pat",
      GIT_COMMITTER_EMAIL: "pat@example.com",
      PORT: String(port),
      SERVICE_URL: `http://127.0.0.1:${port}`,
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
