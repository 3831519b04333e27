// How is a git started that answers a question? By a shell that is started once, and small: a process that starts another
// one copies the map of its own memory first, which for ours takes longer than most answers do (four to eight times as
// long as for the shell, measured at 100 MB). A build starts git some sixty times. It knows no repository and judges no
// answer.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { whenNotCrowded } from "../platform/open-files.ts";
import { dropTemporary, temporaryPath } from "../platform/temporary-folders.ts";

export interface GitStart {
  /** All that it gets on its stdin; where that is nothing, its stdin ends at once. */
  readonly input: Uint8Array | string;
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface GitEnd {
  /** Null where a signal ended it, or where it could not be started. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  /** What it wrote there; of one that could not be started, why. */
  readonly stderr: string;
}

/** Exit code of the shell's own where the folder is not there. With those of a program that cannot be started, no git's. */
const NO_FOLDER = 125;
const NOT_STARTED: readonly number[] = [NO_FOLDER, 126, 127];
/** What git says for a wrong use, and a shell for the first signal. No signal that anybody sends is told by it. */
const WRONG_USE = 129;
/** How git ends that cannot go on. */
const DIED = 128;
/** Room that the words of git have to have. */
const WORDS_BYTES = 64 * 1024;

/** Variables that no shell reads or sets for itself. Any other goes through `env`: one more program to start. */
const FOR_GIT_ALONE = /^(PATH|HOME|XDG_CONFIG_HOME|LC_ALL|(GIT|FACTORY)_\w+)$/;

let current: Shell | null = null;

/** Never rejects. */
export async function startGit(args: readonly string[], start: GitStart): Promise<GitEnd> {
  try {
    // Who watches for weeks may find the folder swept away.
    if (current?.isUsable === false) current.end();
    while (current?.isUsable !== true) current = await whenNotCrowded(() => Shell.start());
    return await current.run(["git", ...args], start);
  } catch (error) {
    return { code: null, signal: null, stdout: Buffer.alloc(0), stderr: String(error) };
  }
}

process.on("exit", () => current?.end());

class Shell {
  readonly #child: ChildProcess;
  /** Of what commands read and write: a pipe has no end that two could tell apart. */
  readonly #folder = mkdtempSync(temporaryPath("git"));
  readonly #waiting = new Map<string, (end: number | string) => void>();
  #started = 0;
  #said = "";

  private constructor() {
    // An interrupt is for the factory, which goes on to ask git what it leaves behind.
    const script = "trap : INT HUP\n";
    this.#child = spawn("/bin/sh", [], {
      cwd: "/",
      env: {},
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#hear(chunk.toString("latin1")));
    this.#child.stdin?.on("error", () => {});
    this.#child.once("error", ({ message }) => this.#gone(message));
    // What it started goes on without it, and answers.
    this.#child.once("exit", () => this.#leave());
    this.#child.once("close", () => this.#gone("it was ended"));
    this.#child.stdin?.write(script);
    this.#hold(false);
  }

  /** Throws as the system does where it starts no more. */
  static async start(): Promise<Shell> {
    const shell = new Shell();
    if (shell.#child.pid === undefined) throw (await once(shell.#child, "error"))[0];
    return shell;
  }

  get isUsable(): boolean {
    return existsSync(this.#folder);
  }

  async run(command: readonly string[], { input, cwd, env }: GitStart): Promise<GitEnd> {
    const name = String(this.#started++);
    const [stdin, stdout, stderr] = ["in", "out", "err"].map((end) =>
      join(this.#folder, `${name}.${end}`),
    ) as [string, string, string];
    const isFed = input.length > 0;
    if (isFed) await whenNotCrowded(() => writeFileSync(stdin, input));
    const files = `>${quoted(stdout)} 2>${quoted(stderr)}`;
    const words = [...withVariables(env), ...command.map(quoted), `<${quoted(isFed ? stdin : "/dev/null")}`];
    // Neither in parentheses nor with `exec`: a shell copies itself for these, and starts a plain command without.
    const asked = `if cd ${quoted(resolve(cwd))} ${files}; then unset PWD OLDPWD; ${words.join(" ")} ${files}`;
    const ended = new Promise<number | string>((settle) => this.#waiting.set(name, settle));
    this.#hold(true);
    const ending = `else (exit ${NO_FOLDER}); fi; echo "${name} $?"`;
    // Asking for its jobs, a shell buries those that have ended.
    this.#child.stdin?.write(`{ ${asked}; ${ending}; } & jobs >/dev/null\n`);
    const code = await ended;
    if (this.#waiting.size === 0) this.#hold(false);
    if (typeof code === "string") throw new Error(`the shell that starts git is gone: ${code}`);
    const answer = await whenNotCrowded(() => ({
      stdout: readFileSync(stdout),
      stderr: readFileSync(stderr, "utf8"),
    }));
    // git dies with a word. Where it left none, what took the room for its work may have taken that for the word.
    if (code === DIED && answer.stderr === "") answer.stderr = noRoomAt(stderr);
    for (const file of [stdin, stdout, stderr]) dropTemporary(file);
    const signal = code > WRONG_USE ? signalOf(code - 128) : null;
    return { ...answer, code: signal !== null || NOT_STARTED.includes(code) ? null : code, signal };
  }

  end(): void {
    this.#child.kill("SIGKILL");
    dropTemporary(this.#folder);
  }

  #hear(text: string): void {
    const lines = `${this.#said}${text}`.split("\n");
    this.#said = lines.pop() ?? "";
    for (const line of lines) {
      const [name = "", code] = line.split(" ");
      this.#waiting.get(name)?.(Number(code));
      this.#waiting.delete(name);
    }
  }

  #leave(): void {
    if (current === this) current = null;
  }

  #gone(why: string): void {
    this.#leave();
    for (const settle of this.#waiting.values()) settle(why);
    this.#waiting.clear();
    dropTemporary(this.#folder);
  }

  /** Whether the factory stays for it. */
  #hold(isNeeded: boolean): void {
    // One that could not be started has none.
    const handles = [this.#child, ...(this.#child.stdio ?? [])] as readonly (ChildProcess | Socket | null)[];
    for (const handle of handles) {
      if (isNeeded) handle?.ref();
      else handle?.unref();
    }
  }
}

/** Words before those of a command that give it these variables and no others. */
function withVariables(env: Readonly<Record<string, string>>): readonly string[] {
  const variables = Object.entries(env);
  if (variables.every(([name]) => FOR_GIT_ALONE.test(name)))
    return variables.map(([name, value]) => `${name}=${quoted(value)}`);
  return ["/usr/bin/env", "-i", ...variables.map(([name, value]) => quoted(`${name}=${value}`))];
}

/** One word of a shell, whatever is in it. Neither a command nor a variable can hold a zero byte. */
function quoted(text: string): string {
  if (text.includes("\0")) throw new Error(`no word of a command: ${JSON.stringify(text)}`);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Why nothing could be written there; empty where it can. */
function noRoomAt(path: string): string {
  try {
    writeFileSync(path, Buffer.alloc(WORDS_BYTES));
    return "";
  } catch (error) {
    return `its words could not be kept: ${(error as Error).message}`;
  }
}

function signalOf(number: number): string | null {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}
