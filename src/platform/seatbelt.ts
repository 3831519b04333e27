// In which words is macOS told what a child reaches? A profile of Seatbelt, for `sandbox-exec`: nothing but what it allows, and
// of two rules that fit, the later one counts. It looks at nothing, and knows neither slots nor homes.
//
// There are no namespaces: a child sees which processes run, though not their environment, and has no `/tmp` and home of its own.

import { dirname } from "node:path";

/** `hide`: neither read nor written. `read`: no more than that, also below a place that is written. Absolute, without links. */
export interface SeatbeltPlace {
  readonly path: string;
  readonly how: "hide" | "read" | "write";
}

export interface SeatbeltReach {
  /** A place comes after those that it lies in. */
  readonly places: readonly SeatbeltPlace[];
  /** All, nobody, or a port of the loopback alone. */
  readonly network: boolean | { readonly port: number };
}

export const SEATBELT = "/usr/bin/sandbox-exec";

/** What libraries of the system ask others for: names of users, the log, certificates, settings. None opens or starts anything. */
const SERVICES = [
  "com.apple.bsd.dirhelper",
  "com.apple.cfprefsd.agent",
  "com.apple.cfprefsd.daemon",
  "com.apple.diagnosticd",
  "com.apple.logd",
  "com.apple.SystemConfiguration.configd",
  "com.apple.system.logger",
  "com.apple.system.notification_center",
  "com.apple.system.opendirectoryd.libinfo",
  "com.apple.system.opendirectoryd.membership",
  "com.apple.trustd.agent",
];

const DEVICES = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/dtracehelper"];

const BASE = [
  "(version 1)",
  "(deny default)",
  "(allow process-exec process-fork)",
  "(allow process-info* signal (target same-sandbox))",
  "(allow sysctl-read)",
  // Environments of other processes.
  '(deny sysctl-read (sysctl-name-prefix "kern.procargs"))',
  "(allow ipc-posix-sem ipc-posix-shm*)",
  "(allow pseudo-tty)",
  `(allow mach-lookup ${SERVICES.map((name) => `(global-name ${quotedPath(name)})`).join(" ")})`,
  "(allow file-read*)",
  `(allow file-write* ${DEVICES.map((path) => `(literal ${quotedPath(path)})`).join(" ")} (subpath "/dev/fd"))`,
  '(allow file-ioctl (subpath "/dev"))',
];

export function seatbeltProfile({ places, network }: SeatbeltReach): string {
  const shown = places.filter(({ how }) => how !== "hide").map(({ path }) => path);
  const above = [...new Set(shown.flatMap(foldersAbove))].sort();
  return [
    ...BASE,
    ...places.flatMap(ruleOf),
    // Whoever asks for its own folder by its whole path looks at each folder above it, though into none of them.
    ...above.map((path) => `(allow file-read-metadata (literal ${quotedPath(path)}))`),
    ...networkRules(network),
    "",
  ].join("\n");
}

function ruleOf({ path, how }: SeatbeltPlace): readonly string[] {
  const place = `(subpath ${quotedPath(path)})`;
  switch (how) {
    case "hide":
      return [`(deny file-read* file-write* ${place})`];
    case "read":
      return [`(allow file-read* ${place})`, `(deny file-write* ${place})`];
    case "write":
      return [`(allow file-read* file-write* ${place})`];
  }
}

function networkRules(network: SeatbeltReach["network"]): readonly string[] {
  if (network === true) return ["(allow network*)", "(allow system-socket)"];
  if (network === false) return [];
  return [`(allow network-outbound (remote ip "localhost:${network.port}"))`, "(allow system-socket)"];
}

/** As a string of a profile: all but its own two marks stands for itself. */
export function quotedPath(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&")}"`;
}

function foldersAbove(path: string): readonly string[] {
  const above: string[] = [];
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) above.push(folder);
  return [...above, "/"];
}
