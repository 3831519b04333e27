// Does a sandbox hold what is in it? A program may be called like one and hold nothing, or be held back itself. So a child tries
// to write outside and to reach the network, and what counts is what arrived here, not what anybody says.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";

/** What a sandbox that may write nowhere and reach nobody makes of a command. */
export type Confine = (command: { readonly file: string; readonly args: readonly string[] }) => {
  readonly file: string;
  readonly args: readonly string[];
};

export type Probed =
  | { readonly kind: "held" }
  /** It ran, and something got out, in words that follow "a program in it". */
  | { readonly kind: "unheld"; readonly detail: string }
  /** It did not run, or the same cannot be done here without a sandbox either. */
  | { readonly kind: "refused"; readonly detail: string };

const PROBE_MS = 10_000;
const RAN = "the probe has run";

/**
 * By the two programs that are there wherever the factory is, since every build that has work waits for it. git ends with 128
 * where nobody answers its call, and says at its end that it ran.
 */
const DEEDS = `{ echo out > "$1"; } 2> /dev/null
git ls-remote "git://127.0.0.1:$2/probe" > /dev/null
[ $? -eq 128 ] && echo "${RAN}"`;

export async function probeSandbox(confine: Confine): Promise<Probed> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "factory-probe-"));
  const server = createServer((socket) => socket.destroy());
  try {
    const port = await listening(server);
    if (port === null) return { kind: "refused", detail: "it cannot be tried without a loopback" };
    let calls = 0;
    server.on("connection", () => calls++);
    const file = join(folder, "out");
    const { said, complaint } = await run(
      confine({ file: "/bin/sh", args: ["-c", DEEDS, "sh", file, String(port)] }),
    );
    if (existsSync(file)) return { kind: "unheld", detail: "wrote a file outside" };
    if (calls > 0) return { kind: "unheld", detail: "reached the network" };
    if (said.includes(RAN)) return { kind: "held" };
    return { kind: "refused", detail: complaint.trim().split("\n")[0] || "it did not answer" };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function listening(server: Server): Promise<number | null> {
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(address === null || typeof address === "string" ? null : address.port);
    });
  });
}

function run({
  file,
  args,
}: ReturnType<Confine>): Promise<{ readonly said: string; readonly complaint: string }> {
  // No settings of a person, which may name another way to a server.
  const env = { PATH: process.env.PATH ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: devNull };
  return new Promise((resolve) => {
    const child = spawn(file, [...args], { env, stdio: ["ignore", "pipe", "pipe"], timeout: PROBE_MS });
    let said = "";
    let complaint = "";
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString("utf8");
    });
    child.stderr.on("data", (bytes: Buffer) => {
      complaint += bytes.toString("utf8");
    });
    child.once("error", ({ message }) => resolve({ said: "", complaint: message }));
    child.once("close", () => resolve({ said, complaint }));
  });
}
