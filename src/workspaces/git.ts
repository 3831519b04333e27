// How is git called? Always with an explicit repository and an environment built from nothing, so that neither
// the caller's shell, nor a person's configuration, nor a file that an agent wrote decides what a command does.

import { randomUUID } from "node:crypto";
import { devNull } from "node:os";
import type { SimpleGit } from "simple-git";
import type { Failure } from "../model/failure.ts";
import { withoutCredentials } from "../model/remote.ts";
import { failed, type Result, success } from "../model/result.ts";
import { watchOverStarted } from "../platform/living-families.ts";
import { type ProcessEnd, type ProcessSpec, runProcess } from "../platform/process.ts";
import { GIT_RUN, markOf, RUN_VARIABLE } from "../platform/run-marks.ts";
import { type GitAnswer, GitAnswers } from "./git-answers.ts";
import { environment, type GitPlace, ownEnvironment, wayOut } from "./git-environment.ts";
import { startGit } from "./git-process.ts";

// Hooks and the file-system monitor are programs, and an automatic gc would outlive the command.
const SETTINGS = [
  `core.hooksPath=${devNull}`,
  "core.fsmonitor=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "core.quotePath=false",
];
// An index in two parts, one of them beside the repository, is none that can be copied and put back.
const AS_PERSON = [...SETTINGS, "core.splitIndex=false"];

/** Time for a large repository over a slow line. */
const TRANSFER_MS = 60 * 60 * 1000;

const ANSWERS = new GitAnswers();

/** One repository as git sees it. Methods never reject; a command that fails is the failure `git`. */
export class Git {
  readonly place: GitPlace;
  readonly #env: Readonly<Record<string, string>>;
  readonly #settings: readonly string[];
  #simple: Promise<SimpleGit> | null = null;

  constructor(place: GitPlace) {
    this.place = place;
    this.#env = place.asPerson ? ownEnvironment(place) : environment(place);
    const settings = place.asPerson ? AS_PERSON : SETTINGS;
    this.#settings = place.durable ? [...settings, "core.fsync=all"] : settings;
  }

  /** The same repository with another index, work tree, or both. */
  at(change: Pick<GitPlace, "workTree" | "indexFile" | "objects">): Git {
    return new Git({ ...this.place, ...change });
  }

  /** The same repository as its owner's git sees it; hooks do not run. */
  asPerson(): Git {
    return new Git({ ...this.place, asPerson: true });
  }

  /** For questions whose answer follows from the objects that they name by id: it never changes, so it is asked for once. */
  lookUp(args: readonly string[], codes: readonly number[] = [0]): Promise<Result<GitAnswer>> {
    return ANSWERS.of([this.place.gitDir, ...args].join("\0"), () => this.ask(args, "", codes));
  }

  /** For questions: no input, text for an answer, exit code 0. The text is not trimmed. */
  async text(...args: readonly string[]): Promise<Result<string>> {
    const marked = marker();
    if (!marked.ok) return marked;
    try {
      this.#simple ??= this.#connect(marked.value);
      return success(await (await this.#simple).raw([...args]));
    } catch (error) {
      const { GitError } = await import("simple-git");
      if (error instanceof Exit) return failed(failureOf(args, error.code, error.stderr));
      if (error instanceof GitError) return failed(failureOf(args, null, error.message));
      throw error;
    }
  }

  /** Like `text`, for an answer of one line, which comes without its line end. */
  async line(...args: readonly string[]): Promise<Result<string>> {
    const text = await this.text(...args);
    return text.ok ? success(text.value.replace(/\r?\n$/, "")) : text;
  }

  /**
   * For commands with input, bytes for an answer, or no answer at all. It goes past simple-git, which offers
   * no way to write standard input per call and waits 50 ms after every command that prints nothing.
   */
  async feed(args: readonly string[], input: Uint8Array | string = ""): Promise<Result<Buffer>> {
    const answer = await this.ask(args, input, [0]);
    return answer.ok ? success(answer.value.stdout) : answer;
  }

  /**
   * For the one command that speaks to another repository: over https, over ssh, or on this machine's disk, and with
   * nobody there to be asked for a password. An abort ends it.
   */
  async transfer(args: readonly string[], signal: AbortSignal): Promise<Result<null>> {
    // git's helpers hold on to its pipes when it is ended, so all of its family is.
    const ended = await runProcess({
      file: "git",
      args: [...this.#settings.flatMap((setting) => ["-c", setting]), ...args],
      cwd: this.place.workTree ?? this.place.gitDir,
      env: { ...this.#env, ...wayOut(process.env), GIT_ALLOW_PROTOCOL: "file:https:ssh" },
      timeoutMs: TRANSFER_MS,
      outputLimit: 16 * 1024,
      signal,
      marker: randomUUID(),
    });
    if (ended.end === "cancelled") return failed({ reason: "cancelled" });
    if (ended.end === "exited" && ended.code === 0) return success(null);
    const late = ended.end === "timeout" ? "it took too long, and was ended" : "";
    return failed(failureOf(args, ended.code, `${ended.output}\n${late}`));
  }

  /**
   * For a command that starts programs of the person's, such as one that signs: without a terminal, so that none of them can
   * wait there for an answer. The lines of its stdout, and how it ended.
   */
  async running(
    args: readonly string[],
    how: Pick<ProcessSpec, "input" | "env" | "timeoutMs" | "signal">,
  ): Promise<ProcessEnd & { readonly lines: readonly string[] }> {
    const lines: string[] = [];
    const ended = await runProcess({
      file: "git",
      args: [...this.#settings.flatMap((setting) => ["-c", setting]), ...args],
      cwd: this.place.workTree ?? this.place.gitDir,
      outputLimit: 16 * 1024,
      marker: randomUUID(),
      onLine: (line) => lines.push(line),
      ...how,
      env: { ...this.#env, ...how.env },
    });
    return { ...ended, lines };
  }

  /** Like `feed`, with the exit codes that are answers and no failures. */
  async ask(
    args: readonly string[],
    input: Uint8Array | string,
    codes: readonly number[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Result<GitAnswer>> {
    const marked = marker();
    if (!marked.ok) return marked;
    const ended = await startGit([...this.#settings.flatMap((setting) => ["-c", setting]), ...args], {
      input,
      cwd: this.place.workTree ?? this.place.gitDir,
      env: { ...this.#env, ...marked.value, ...env },
    });
    const { code, signal, stdout, stderr } = ended;
    if (code !== null && codes.includes(code)) return success({ code, stdout });
    const failure = failureOf(args, code, stderr);
    return failed(signal === null ? failure : { ...failure, signal });
  }

  async #connect(marked: Readonly<Record<string, string>>): Promise<SimpleGit> {
    const { simpleGit } = await import("simple-git");
    const simple = simpleGit({
      baseDir: this.place.workTree ?? this.place.gitDir,
      config: [...this.#settings],
      // It guards against settings that come from outside. Ours are constants, and they turn these things off.
      allowEnvironment: Object.keys({ ...this.#env, ...marked }),
      unsafe: { allowUnsafeHooksPath: true, allowUnsafeFsMonitor: true, allowUnsafeConfigPaths: true },
      completion: { onClose: true, onExit: false },
      errors: (error, result) =>
        error ?? (result.exitCode === 0 ? undefined : new Exit(result.exitCode, result.stdErr)),
    });
    return simple.env({ ...this.#env, ...marked });
  }
}

/** By which a git is found that a killed build left; whoever ends by itself ends it, too. */
function marker(): Result<Readonly<Record<string, string>>> {
  watchOverStarted();
  const marked = markOf(GIT_RUN);
  if (!marked.ok) return marked;
  const { value } = marked.value;
  return success(value === GIT_RUN ? {} : { [RUN_VARIABLE]: value });
}

class Exit extends Error {
  readonly code: number;
  readonly stderr: string;

  constructor(code: number, stderr: readonly Buffer[]) {
    super(`git exited with ${code}`);
    this.code = code;
    this.stderr = Buffer.concat(stderr).toString("utf8");
  }
}

function failureOf(
  args: readonly string[],
  code: number | null,
  stderr: string,
): Extract<Failure, { reason: "git" }> {
  const told = { command: `git ${args.join(" ")}`, stderr: stderr.trim() };
  return {
    reason: "git",
    command: withoutCredentials(told.command),
    code,
    stderr: withoutCredentials(told.stderr),
  };
}
