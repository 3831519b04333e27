// How is a child kept to its folder? On Linux by bubblewrap, on macOS by Seatbelt: it reads the system, writes what its run
// names, and finds nothing else of the workspace and of homes. One sandbox is open per process, as there is one table of
// our children; where none is, children run as the person would run them. It does not know what a run is for.
//
// bubblewrap makes namespaces, and is started with the child's environment, so no /proc in there shows ours. SECURITY.md says what is promised.

import { existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, dirname, isAbsolute, join, sep } from "node:path";
import type { Reach, SandboxMode } from "../model/reach.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Workspace } from "../model/workspace.ts";
import { boundChildren } from "./child-bounds.ts";
import { systemCode } from "./file-failure.ts";
import { homeView, type Mount } from "./home-view.ts";
import { proxyVariables } from "./host-proxy.ts";
import { isProgram } from "./run-number.ts";
import { probeSandbox } from "./sandbox-probe.ts";
import { SEATBELT, type SeatbeltReach, seatbeltProfile } from "./seatbelt.ts";

/** Whether children of this machine can be confined, and if not, why. */
export type SandboxState =
  | { readonly kind: "bubblewrap" | "seatbelt" }
  | {
      readonly kind: "none";
      /** `unheld`: there is one, and a program that was tried in it got out. */
      readonly why: "off" | "missing" | "refused" | "system" | "unheld";
      readonly detail: string;
    };

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

type Environment = Readonly<Record<string, string>>;

/** `off` and `require` in it beat the workspace's `auto`. */
const SANDBOX_VARIABLE = "FACTORY_SANDBOX";

const PROGRAM = "bwrap";
/** Not of control groups, which are read-only in there: a JVM whose group lies outside of what it sees ends with an error of its own. */
const NAMESPACES = ["--unshare-user", "--unshare-pid", "--unshare-ipc"];
const BOND = ["--die-with-parent", "--new-session"];
/** Settings of the kernel are root's to write, and the factory may be run by root. */
const KERNEL = ["acpi", "bus", "fs", "irq", "scsi", "sys", "sysrq-trigger"].map((name) => `/proc/${name}`);
const SYSTEM = [
  ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
  ...KERNEL.flatMap((path) => ["--ro-bind-try", path, path]),
];
/**
 * What root may do in there: use its own files, whoever they belong to, as it may outside. All else would let it take off what is
 * laid over the workspace. Nobody else has any such right, and bubblewrap lets nobody else choose.
 */
const OF_ROOT = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"];
const RIGHTS =
  process.getuid?.() === 0
    ? ["--cap-drop", "ALL", ...OF_ROOT.flatMap((right) => ["--cap-add", `CAP_${right}`])]
    : [];
/** What others keep there is none of the child's business: sockets of servers and of agents for keys, files of neighbours. */
const HIDDEN =
  process.platform === "darwin"
    ? ["/Users", "/Volumes", "/private/tmp", "/private/var/folders", "/private/var/root", "/private/var/tmp"]
    : ["/dev/shm", "/home", "/root", "/run", "/tmp", "/var/tmp"];
/** Of these a system has its programs, and the addresses of its name servers. */
const READ_IN_HIDDEN = ["/run/NetworkManager/resolv.conf", "/run/current-system", "/run/systemd/resolve"];

let open: {
  readonly root: string;
  readonly isForAll: boolean;
  readonly kind: "bubblewrap" | "seatbelt";
} | null = null;
let probed: Promise<SandboxState> | null = null;

/**
 * From now on, runs that say what they reach are confined, where that can be: all of this workspace, or, where its mode is
 * `off`, those that insist. What they may take of the machine is bounded everywhere. Fails with `sandbox-unavailable`.
 */
export async function openSandbox(
  { sandbox: mode = "auto", agents, limits }: Pick<Workspace, "agents" | "limits" | "sandbox">,
  root: string,
): Promise<Result<void>> {
  boundChildren(limits.programs);
  const isForAll = modeInForce(mode) !== "off";
  const isInsisted = agents.some((agent) => agent.kind === "command" && (agent.sandbox ?? "off") !== "off");
  const state = await sandboxState(isForAll ? mode : isInsisted ? "require" : "off");
  open = state.kind === "none" ? null : { root: real(root), isForAll, kind: state.kind };
  if (modeInForce(mode) === "require" && state.kind === "none" && state.why !== "off")
    return failed({ reason: "sandbox-unavailable", why: state.why, detail: state.detail });
  return success(undefined);
}

/** What children of a workspace with that mode get. Asks the system once. */
export async function sandboxState(mode: SandboxMode): Promise<SandboxState> {
  if (modeInForce(mode) === "off") return { kind: "none", why: "off", detail: "" };
  probed ??= probe();
  return probed;
}

export function isSandboxOpen(): boolean {
  return open !== null;
}

/** Whether a run with that reach is confined. */
export function isConfined(reach: Pick<Reach, "insists"> | undefined): reach is Reach {
  return open !== null && reach !== undefined && (open.isForAll || reach.insists === true);
}

/** Whether such a run, if it is confined, has processes, a network and temporary files of its own. */
export function hasNamespaces(): boolean {
  return open?.kind === "bubblewrap";
}

function modeInForce(mode: SandboxMode): SandboxMode {
  const said = process.env[SANDBOX_VARIABLE];
  return mode === "auto" && (said === "off" || said === "require") ? said : mode;
}

/**
 * A sandbox is gone with its first program, and all that is in it. So that is a shell, which stays until it is alone where it
 * was asked to end, and where a program that lasts went to the background.
 */
export function held({ file, args }: Command, lasting: boolean): Command {
  return { file: "/bin/sh", args: ["-c", HOLD, "sh", lasting ? "lasts" : "", file, ...args] };
}

/** Alone: with the sandbox's own first process. What this shell itself would say of how the program ended is no output of it. */
const HOLD = `lasts=$1 asked=; shift; trap asked=1 TERM; exec 3>&2 2>/dev/null; "$@" 2>&3 3>&-; code=$?; exec 3>&-
[ -n "$asked" ] || { [ -n "$lasts" ] && [ $code -eq 0 ]; } || exit $code
while :; do n=0; for p in /proc/[0-9]*; do n=$((n+1)); done; [ $n -gt 2 ] || exit $code; sleep \${asked:+.}1; done`;

export interface Confinement {
  readonly reach: Reach;
  readonly cwd: string;
  readonly env: Environment;
  /** Without namespaces: a folder for its temporary files, and the port of the proxy where `network` is a list. */
  readonly temporary: string | null;
  readonly proxyPort: number | null;
}

/** What to start in the place of a command, so that it reaches what it may. */
export function confined(command: Command, confinement: Confinement): Command {
  if (open === null) throw new Error("bug: no sandbox is open");
  const { reach, cwd } = confinement;
  const places = placesOf(open.root, confinement);
  if (open.kind === "seatbelt") return belted(command, places, confinement);
  const inOrder = places.flatMap(({ from, to, how }) =>
    how === "hide" ? ["--tmpfs", to] : [how === "read" ? "--ro-bind" : "--bind", from, to],
  );
  return {
    file: PROGRAM,
    args: [
      ...[
        ...NAMESPACES,
        ...(reach.network === true ? [] : ["--unshare-net"]),
        ...BOND,
        ...RIGHTS,
        ...SYSTEM,
        ...inOrder,
      ],
      // What is written beside its own folder is refused, rather than lost.
      ...["--remount-ro", open.root, "--setenv", "TMPDIR", "/tmp", "--chdir", real(cwd), "--"],
      ...[command.file, ...command.args],
    ],
  };
}

function belted(
  { file, args }: Command,
  places: readonly Place[],
  { reach, temporary, proxyPort }: Confinement,
): Command {
  const network = typeof reach.network === "boolean" ? reach.network : { port: proxyPort ?? 0 };
  const own = temporary === null ? [] : [{ path: real(temporary), how: "write" } as const];
  const all: SeatbeltReach["places"] = [...places.map(({ to, how }) => ({ path: to, how })), ...own];
  const variables = [
    ...(temporary === null ? [] : [`TMPDIR=${temporary}`]),
    ...(proxyPort === null ? [] : proxyVariables(proxyPort)),
  ];
  const profile = seatbeltProfile({ places: all, network });
  return { file: SEATBELT, args: ["-p", profile, "/usr/bin/env", ...variables, file, ...args] };
}

interface Place {
  readonly from: string;
  readonly to: string;
  readonly how: Mount["how"] | "hide";
}

/** What is hidden and shown, each after what it lies in; of several for one place the last counts. */
function placesOf(root: string, { reach, env }: Confinement): readonly Place[] {
  const home = env.HOME === undefined || env.HOME === "/" ? null : real(env.HOME);
  const hidden = [...HIDDEN, root, ...(home === null ? [] : [home])].map(real).filter(isFolder);
  const isHidden = (path: string) => hidden.some((folder) => path.startsWith(`${folder}${sep}`));
  const view = home === null ? [] : homeView(home, env, reach, join(root, ".factory", "downloads"));
  const shown = view.flatMap((each) => (each.how === "read" ? [each] : writable(each, isHidden(each.to))));
  const programs = programFolders(env, isHidden, shown);
  const named = [...reach.reads, ...reach.named, ...installedWith(root, reach.named)];
  const read = [...READ_IN_HIDDEN, ...programs, ...named].map((path) => mount(path, "read"));
  const steps: readonly Place[] = [
    ...hidden.map((to) => ({ from: to, to, how: "hide" as const })),
    ...[...read, ...shown, ...reach.writes.map((path) => mount(path, "write"))]
      .map(placed)
      .filter(
        ({ from, to, how }) =>
          existsSync(from) && (how === "write" || (isHidden(to) && !hidden.includes(to))),
      ),
  ];
  const byPlace = new Map(steps.map((step) => [step.to, step]));
  return [...byPlace.values()].sort((a, b) => (a.to < b.to ? -1 : 1));
}

/** Whoever runs a program of the workspace has what that is installed with. */
function installedWith(root: string, named: readonly string[]): readonly string[] {
  const isOwn = named.some((path) => path.startsWith(`${root}${sep}`));
  return isOwn ? [join(root, "node_modules"), join(root, "package.json")] : [];
}

/** Where the programs on PATH lie, each with the folder that it is a part of, where no more of that is chosen with care. */
function programFolders(
  env: Environment,
  isHidden: (path: string) => boolean,
  shown: readonly Mount[],
): readonly string[] {
  const paths = [dirname(process.execPath), ...(env.PATH ?? "").split(delimiter)].filter(isAbsolute);
  return paths.map((path) => {
    const parent = dirname(path);
    const isChosen = shown.some(({ to }) => to.startsWith(`${parent}${sep}`));
    return basename(path) === "bin" && isHidden(parent) && !isChosen ? parent : path;
  });
}

/** What is kept elsewhere than in a home has its place there: nothing can be put over what the system lacks. */
function writable({ from, to, how }: Mount, isHome: boolean): readonly Mount[] {
  const folder = isHome ? from : to;
  try {
    mkdirSync(folder, { recursive: true });
    return [{ from: folder, to, how }];
  } catch (error) {
    // The person may not write there either.
    systemCode(error);
    return [];
  }
}

function mount(path: string, how: Mount["how"]): Mount {
  return { from: path, to: path, how };
}

/** Its source without links, and its place as the child spells it, below a folder without links. */
function placed({ from, to, how }: Mount): Mount {
  return { from: real(from), to: join(real(dirname(to)), basename(to)), how };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

async function probe(): Promise<SandboxState> {
  const program = process.platform === "darwin" ? SEATBELT : process.platform === "linux" ? PROGRAM : null;
  if (program === null) return { kind: "none", why: "system", detail: process.platform };
  const isThere = program === PROGRAM ? isProgram(program, process.env.PATH ?? "") : existsSync(program);
  if (!isThere) return { kind: "none", why: "missing", detail: program };
  const kind = program === PROGRAM ? "bubblewrap" : "seatbelt";
  const probed = await probeSandbox(({ file, args }) =>
    kind === "bubblewrap"
      ? {
          file: program,
          args: [...NAMESPACES, "--unshare-net", ...BOND, ...RIGHTS, ...SYSTEM, "--", file, ...args],
        }
      : { file: program, args: ["-p", seatbeltProfile({ places: [], network: false }), file, ...args] },
  );
  return probed.kind === "held" ? { kind } : { kind: "none", why: probed.kind, detail: probed.detail };
}
