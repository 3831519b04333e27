// How is git called? Always with an explicit repository and an environment built from nothing, so that neither
// the caller's shell, nor a person's configuration, nor a file that an agent wrote decides what a command does.

import { randomUUID } from "node:crypto";
import { devNull } from "node:os";
import { execa } from "execa";
import type { SimpleGit } from "simple-git";
import type { Failure } from "../model/failure.ts";
import { withoutCredentials } from "../model/remote.ts";
import { failed, type Result, success } from "../model/result.ts";
import { watchOverStarted } from "../platform/living-families.ts";
import { type ProcessEnd, type ProcessSpec, runProcess } from "../platform/process.ts";
import { GIT_RUN, markOf, RUN_VARIABLE } from "../platform/run-marks.ts";
import { type GitAnswer, GitAnswers } from "./git-answers.ts";

/** The identity of every commit that the factory makes; people's own commits keep theirs. */
export const IDENTITY = { name: "spec-factory", email: "spec-factory@localhost" } as const;

/** Where a command works. Whatever is left out is git's default for the repository. */
export interface GitPlace {
  readonly gitDir: string;
  /** Also the current folder of the command. */
  readonly workTree?: string;
  readonly indexFile?: string;
  /** Where new objects go, instead of into the repository; it borrows the repository's own. */
  readonly objects?: string;
  /** Flush everything that is written: for repositories that people own. The factory's own are derived state. */
  readonly durable?: boolean;
  /** With the settings, credentials and programs of whoever runs the factory: for what is theirs alone. */
  readonly asPerson?: boolean;
}

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
    const result = await execa("git", [...this.#settings.flatMap((setting) => ["-c", setting]), ...args], {
      input,
      cwd: this.place.workTree ?? this.place.gitDir,
      env: { ...this.#env, ...marked.value, ...env },
      extendEnv: false,
      encoding: "buffer",
      maxBuffer: Number.POSITIVE_INFINITY,
      stripFinalNewline: false,
      reject: false,
    });
    const code = result.exitCode ?? null;
    if (code !== null && codes.includes(code)) return success({ code, stdout: Buffer.from(result.stdout) });
    const stderr = Buffer.from(result.stderr ?? []).toString("utf8");
    const failure = failureOf(args, code, stderr === "" ? (result.shortMessage ?? "") : stderr);
    return failed(result.signal === undefined ? failure : { ...failure, signal: result.signal });
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

/** Variables by which a caller's shell would send git to another place, or to other objects, paths and attributes in it. */
const PLACES =
  /^GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|INDEX_VERSION|COMMON_DIR|PREFIX|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_.*|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|ATTR_SOURCE|(GLOB|NOGLOB|ICASE)_PATHSPECS|QUARANTINE_PATH)$/;

function ownEnvironment(place: GitPlace): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).filter(([name]) => !PLACES.test(name));
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    ...placeVariables(place),
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
  };
}

function placeVariables(place: GitPlace): Readonly<Record<string, string>> {
  return {
    GIT_DIR: place.gitDir,
    ...(place.workTree === undefined ? {} : { GIT_WORK_TREE: place.workTree }),
    ...(place.indexFile === undefined ? {} : { GIT_INDEX_FILE: place.indexFile }),
    ...(place.objects === undefined ? {} : { GIT_OBJECT_DIRECTORY: place.objects }),
  };
}

function environment(place: GitPlace): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? "",
    // Folders that do not exist: no ~/.gitconfig, no ~/.config/git/ignore, no credentials.
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
    LC_ALL: "C",
    ...placeVariables(place),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_ALLOW_PROTOCOL: "",
    GIT_AUTHOR_NAME: IDENTITY.name,
    GIT_AUTHOR_EMAIL: IDENTITY.email,
    GIT_COMMITTER_NAME: IDENTITY.name,
    GIT_COMMITTER_EMAIL: IDENTITY.email,
  };
}

/** What a machine needs to get out of its network, and an ssh that asks nobody. */
function wayOut(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = [
    ...["SSH_AUTH_SOCK", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR"],
    ...["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"],
  ];
  const given = names.flatMap((name): [string, string][] => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const GIT_SSH_COMMAND = "ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=20";
  return { ...Object.fromEntries(given), GIT_SSH_COMMAND };
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
