// How does a command run to its end, whatever it does? The answer is always a value: what it said, how it ended, and
// the promise that nothing it started is left. It does not know what the command is for, nor what its output means.
//
// node:child_process and not execa: we settle on `exit` and not on `close`, own the pipes so that they can be taken
// away from a grandchild that holds them, and must look at the child in the same tick in which it was made.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Reach } from "../model/reach.ts";
import { exceededBy, fileLimit } from "./child-bounds.ts";
import { type HostProxy, openHostProxy, refusalLine } from "./host-proxy.ts";
import { watchOverStarted } from "./living-families.ts";
import { bridged } from "./namespace-bridge.ts";
import { isCrowded, whenNotCrowded } from "./open-files.ts";
import { closeWriters, openOutputPipes } from "./output-pipes.ts";
import { ProcessFamily } from "./process-family.ts";
import { LineReader } from "./process-lines.ts";
import { CleanPipe, OutputLog, OutputWindow } from "./process-output.ts";
import { markOf, RUN_VARIABLE } from "./run-marks.ts";
import { isProgram, takeNumber } from "./run-number.ts";
import { type Command, confined, hasNamespaces, held, isConfined } from "./sandbox.ts";
import { dropTemporary, temporaryPath } from "./temporary-folders.ts";

export type ProcessSpec = {
  readonly cwd: string;
  /** The complete environment; PWD and the marker are added to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables of it whose values are taken out of all that is said, whatever their names look like. */
  readonly secrets?: readonly string[];
  readonly timeoutMs: number;
  /** Longest silence on stdout and stderr; null for programs that may think for as long as they like. */
  readonly idleMs?: number | null;
  /** Bytes of output kept in memory: its beginning and its end. */
  readonly outputLimit: number;
  /** File that receives the output as it comes, without the secrets of the environment. */
  readonly log?: string;
  readonly signal: AbortSignal;
  /** Unique name of this run; every process that carries it in FACTORY_RUN is ended with it. */
  readonly marker: string;
  /** Absolute folders in which nobody works but what this run started: who does is ended with it. */
  readonly own?: readonly string[];
  /** Ends only when told to, or with the last of what it started, where the command itself ended well. */
  readonly lasting?: boolean;
  /** What it may reach where a sandbox is open; absent for what is our own. */
  readonly reach?: Reach;
  /** What the process reads on stdin, to its end. Without it, stdin is closed. */
  readonly input?: string;
  /** Is told each line of stdout as it comes, which is then kept out of the output in memory. Must not throw. */
  readonly onLine?: (line: string) => void;
  /** Is told all that stdout and stderr bring, as it comes and without secrets. Must not throw. */
  readonly onOutput?: (bytes: Buffer, pipe: "stdout" | "stderr") => void;
} & (
  | { /** Run by /bin/sh. */ readonly command: string }
  | { readonly file: string; readonly args: readonly string[] }
);

export type ProcessEnd = HowItEnded & {
  readonly code: number | null;
  readonly signal: string | null;
  /**
   * stdout and stderr in order of arrival, as plain text without the secrets of the environment; stderr alone where
   * the lines of stdout are told.
   */
  readonly output: string;
  readonly truncated: boolean;
  /** Why the log stopped short of its cap; null where all is written. */
  readonly logError: string | null;
  readonly ms: number;
};

type HowItEnded =
  /** `not-found`: no such program. `not-started`: the system refused, and `output` says why. */
  Plain<"exited" | "timeout" | "cancelled" | "not-found" | "not-started"> | Exceeded;

interface Plain<E> {
  readonly end: E;
  readonly exceeded: null;
}

/** It took too much of the machine. */
interface Exceeded {
  readonly end: "exceeded";
  /** Of what, as a sentence. */
  readonly exceeded: string;
}

function plainly<E extends string>(end: E): Plain<E> {
  return { end, exceeded: null };
}

/** How long a process may take to leave after SIGTERM, in milliseconds. */
const GRACE = { exited: 500, timeout: 1000, cancelled: 1000, exceeded: 0 };
/** How long bytes that are already in the pipes may take to arrive once all writers are gone, in milliseconds. */
const DRAIN_MS = 500;
/** Node fires longer timers at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Never rejects. The child has its own process group and session. */
export async function runProcess(spec: ProcessSpec): Promise<ProcessEnd> {
  const began = performance.now();
  const window = new OutputWindow(spec.outputLimit);
  const log = new OutputLog(spec.log ?? null);
  const environment = { ...process.env, ...spec.env };
  const lines = spec.onLine && new LineReader(spec.onLine);
  const pipes = (["stdout", "stderr"] as const).map((pipe) => {
    const kept = (pipe === "stdout" ? lines : undefined) ?? window;
    return new CleanPipe(environment, spec.secrets ?? [], (bytes) => {
      kept.write(bytes);
      log.write(bytes);
      spec.onOutput?.(bytes, pipe);
    });
  });
  const finish = (how: HowItEnded & Pick<ProcessEnd, "code" | "signal">, said?: string): ProcessEnd => {
    for (const pipe of pipes) pipe.end();
    lines?.close();
    log.close();
    return {
      ...how,
      output: said ?? window.text(),
      truncated: window.truncated,
      logError: log.error,
      ms: Math.round(performance.now() - began),
    };
  };
  if (spec.signal.aborted) return finish({ ...plainly("cancelled"), code: null, signal: null });

  const means = await meansOf(spec);
  if ("error" in means) return finish(refusal(means.error, spec.cwd), means.error.message);
  const started = await start(spec, means);
  if ("error" in started) {
    await letGo(means);
    return finish(refusal(started.error, spec.cwd), started.error.message);
  }
  const { child, family, readers } = started;
  const stop = new Stop(spec);
  // As where it is numbered: git, and what else is our own, has no folders of its own.
  if (spec.own !== undefined) family.watch((pids) => stop.looked(pids));
  const closed = Promise.all(
    readers.map((pipe) => new Promise<void>((resolve) => pipe.once("close", resolve))),
  );
  for (const [at, pipe] of readers.entries()) {
    pipe.on("data", (bytes: Buffer) => {
      stop.heard();
      pipes[at]?.write(bytes);
    });
  }
  // A pipe that breaks has nothing more to say or to hear; how the process ended is what counts.
  for (const pipe of [child.stdin, ...readers]) pipe?.on("error", () => {});
  child.stdin?.end(spec.input);

  const exited = plainly("exited");
  const exit = new Promise<Plain<"exited">>((resolve) => child.once("exit", () => resolve(exited)));
  let how = await Promise.race([exit, stop.reason]);
  if (spec.lasting === true && how.end === "exited" && child.exitCode === 0)
    how = await Promise.race([family.gone().then(() => exited), stop.reason]);
  stop.disarm();
  await family.end(GRACE[how.end]);
  // How it ended is told a moment after it is gone.
  await Promise.race([Promise.all([closed, exit]), delay(DRAIN_MS)]);
  for (const pipe of readers) pipe.destroy();
  // On lines of their own, whatever the program said last.
  const refused = [...(means.proxy?.refused ?? [])].map((host) => `\n${refusalLine(host)}`);
  if (refused.length > 0) pipes[1]?.write(Buffer.from(refused.join("")));
  await letGo(means);
  return finish({ ...how, ...statusOf(child, isWrapped(spec)) });
}

/** What a confined child needs beside it. */
interface Means {
  /** Null for who reaches all or nobody by itself. */
  readonly proxy: HostProxy | null;
  /** Folder for its temporary files; null for who has a place of its own for them. */
  readonly temporary: string | null;
}

async function meansOf({ reach }: ProcessSpec): Promise<Means | { readonly error: NodeJS.ErrnoException }> {
  if (!isConfined(reach)) return { proxy: null, temporary: null };
  const onLoopback = !hasNamespaces();
  try {
    const temporary = onLoopback ? mkdtempSync(temporaryPath("child")) : null;
    const { network } = reach;
    return {
      temporary,
      proxy: typeof network === "boolean" ? null : await openHostProxy(network, { onLoopback }),
    };
  } catch (error) {
    return { error: error as NodeJS.ErrnoException };
  }
}

async function letGo({ proxy, temporary }: Means): Promise<void> {
  await proxy?.close();
  if (temporary !== null) dropTemporary(temporary);
}

/** Whether what we start is the sandbox, which ends all that is in it, and not the program itself. */
function isWrapped({ reach }: ProcessSpec): boolean {
  return isConfined(reach) && hasNamespaces();
}

type Started = {
  readonly child: ChildProcess;
  readonly family: ProcessFamily;
  /** stdout and stderr. */
  readonly readers: readonly Readable[];
};

/** Where no file descriptor is to be had, it is started once others have closed theirs. */
async function start(
  spec: ProcessSpec,
  means: Means,
): Promise<Started | { readonly error: NodeJS.ErrnoException }> {
  try {
    return await whenNotCrowded(async () => {
      const started = await startOnce(spec, means);
      if ("error" in started && isCrowded(started.error)) throw started.error;
      return started;
    });
  } catch (error) {
    if (!isCrowded(error)) throw error;
    return { error: error as NodeJS.ErrnoException };
  }
}

async function startOnce(
  spec: ProcessSpec,
  means: Means,
): Promise<Started | { readonly error: NodeJS.ErrnoException }> {
  watchOverStarted();
  const marker = markOf(spec.marker);
  if (!marker.ok) return { error: new Error(marker.failure.message) };
  const fifos = await openOutputPipes();
  const [stdout, stderr] = fifos?.writers ?? (["pipe", "pipe"] as const);
  const options: SpawnOptions = {
    cwd: spec.cwd,
    // Programs such as opencode believe PWD rather than the folder they are in.
    env: { ...spec.env, PWD: spec.cwd, [RUN_VARIABLE]: marker.value.value },
    stdio: [spec.input === undefined ? "ignore" : "pipe", stdout, stderr],
    detached: true,
  };
  try {
    const own = (spec.own ?? []).filter((folder) => existsSync(folder)).map((folder) => realpathSync(folder));
    const { file, args } = programOf(spec, marker.value.number, means);
    const child = spawn(file, [...args], options);
    if (child.pid !== undefined) {
      const readers = fifos?.readers ?? [child.stdout as Readable, child.stderr as Readable];
      const family = new ProcessFamily(child.pid, marker.value, { own, isWrapped: isWrapped(spec) });
      return { child, family, readers };
    }
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => child.once("error", resolve));
    for (const pipe of fifos?.readers ?? []) pipe.destroy();
    return { error };
  } catch (error) {
    for (const pipe of fifos?.readers ?? []) pipe.destroy();
    return { error: error as NodeJS.ErrnoException };
  } finally {
    if (fifos !== null) closeWriters(fifos);
  }
}

/** Who has folders of its own may start anything; git, which has none, is spared the detour. */
function programOf(spec: ProcessSpec, number: bigint, means: Means): Command {
  // What is not there is said best by the system.
  if (!("command" in spec) && (spec.own === undefined || !isProgram(spec.file, spec.env.PATH ?? "")))
    return spec;
  const plain = "command" in spec ? { file: "/bin/sh", args: ["-c", spec.command] } : spec;
  const { file, args } = isConfined(spec.reach) ? within(plain, spec, spec.reach, means) : plain;
  const take = takeNumber(number) + fileLimit();
  return take === ""
    ? { file, args }
    : { file: "/bin/sh", args: ["-c", `${take}exec "$@"`, "sh", file, ...args] };
}

function within(
  plain: Command,
  { cwd, env, lasting = false }: ProcessSpec,
  reach: Reach,
  { proxy, temporary }: Means,
): Command {
  const about = { cwd, env, temporary, proxyPort: proxy?.port ?? null };
  if (!hasNamespaces()) return confined(plain, { reach, ...about });
  if (proxy === null) return confined(held(plain, lasting), { reach, ...about });
  const led = { ...reach, reads: [...reach.reads, proxy.folder] };
  return confined(held(bridged(plain, proxy.socket), lasting), { reach: led, ...about });
}

/** Of a signal that ended a confined program, the sandbox tells the number, as shells do. */
function statusOf(child: ChildProcess, confined: boolean): Pick<ProcessEnd, "code" | "signal"> {
  const { exitCode: code, signalCode: signal } = child;
  const name = confined && code !== null ? SIGNALS.get(code - 128) : undefined;
  return name === undefined ? { code, signal } : { code: null, signal: name };
}

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

function refusal(
  error: NodeJS.ErrnoException,
  cwd: string,
): HowItEnded & Pick<ProcessEnd, "code" | "signal"> {
  // The system says ENOENT for a missing folder too, and blames the program for it.
  const missing = error.code === "ENOENT" && existsSync(cwd);
  return { ...plainly(missing ? "not-found" : "not-started"), code: null, signal: null };
}

/** Everything that can end a run from outside: its time, its silence, what it takes of the machine, its caller. */
class Stop {
  readonly reason: Promise<Plain<"timeout" | "cancelled"> | Exceeded>;
  #exceed: (what: string) => void = () => {};
  #timeout: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #disarm = () => {};

  constructor({ timeoutMs, idleMs, signal }: ProcessSpec) {
    this.reason = new Promise((resolve) => {
      const cancel = () => resolve(plainly("cancelled"));
      this.#exceed = (exceeded) => resolve({ end: "exceeded", exceeded });
      this.#timeout = setTimeout(() => resolve(plainly("timeout")), Math.min(timeoutMs, LONGEST_TIMER_MS));
      if (idleMs)
        this.#idle = setTimeout(() => resolve(plainly("timeout")), Math.min(idleMs, LONGEST_TIMER_MS));
      signal.addEventListener("abort", cancel, { once: true });
      this.#disarm = () => signal.removeEventListener("abort", cancel);
      if (signal.aborted) cancel();
    });
  }

  /** These run. */
  looked(pids: readonly number[]): void {
    const exceeded = exceededBy(pids);
    if (exceeded !== null) this.#exceed(exceeded);
  }

  heard(): void {
    this.#idle?.refresh();
  }

  disarm(): void {
    clearTimeout(this.#timeout);
    clearTimeout(this.#idle);
    this.#disarm();
  }
}
