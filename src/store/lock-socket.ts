// How does a process hold a name that the kernel takes back when it dies? By listening on it. On Linux and Windows the
// name is no file. Elsewhere it is one that outlives its owner, so names are numbered: the highest that answers holds,
// and a dead one is followed, never taken over (two who both found it dead could each remove the other's).
// It does not know what is locked.

import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, realpathSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { digestOf } from "../model/digest.ts";
import { systemCode } from "../platform/file-failure.ts";

/** Both members throw system errors; a name that somebody else holds is not one. */
export interface LockSocket {
  /** Null where another process holds the name. The greeting is sent to all who connect. */
  claim(greeting: string): Promise<Claim | null>;
  /** Where the holder listens, as far as can be told. */
  address(): string | null;
}

export interface Claim {
  release(): Promise<void>;
}

// A socket's path fits into 104 bytes on the tightest system.
const LONGEST_PATH = 100;

/** The socket of a workspace, by the real path of `root` and the user: both are the same for whoever would collide. */
export function lockSocket(root: string, platform: NodeJS.Platform): LockSocket {
  const user = process.getuid?.() ?? 0;
  const real = realpathSync.native(root);
  const name = `factory-${user}-${digestOf("build-lock/1", [real, user]).slice(0, 32)}`;
  if (platform === "linux") return named(`\0${name}`);
  if (platform === "win32") return named(`\\\\.\\pipe\\${name}`);
  const near = join(real, ".factory", "lock");
  return numbered(join(near, "000000000000.claim").length <= LONGEST_PATH ? near : join("/tmp", name));
}

function named(address: string): LockSocket {
  return {
    address: () => address,
    async claim(greeting) {
      const listening = await listen(address, greeting);
      return listening === "taken" ? null : { release: () => listening.close() };
    },
  };
}

function numbered(folder: string): LockSocket {
  const pathOf = (number: number) => join(folder, String(number).padStart(12, "0"));
  return {
    address() {
      const highest = numbersIn(folder).at(-1);
      return highest === undefined ? null : pathOf(highest);
    },
    async claim(greeting) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (;;) {
        const highest = numbersIn(folder).at(-1) ?? 0;
        if (highest > 0 && (await answers(pathOf(highest)))) return null;
        // It listens before it gets its number, so that no one ever finds the number dead at birth.
        const cradle = join(folder, `${randomBytes(6).toString("hex")}.claim`);
        const listening = await listen(cradle, greeting);
        if (listening === "taken") continue;
        const mine = highest + 1;
        const won = linkIfFree(cradle, pathOf(mine)) && numbersIn(folder).at(-1) === mine;
        removeIfThere(cradle);
        if (!won) {
          // Somebody was faster, or far ahead while we slept: our number, if we got one, is below theirs.
          await listening.close();
          continue;
        }
        clear(folder, mine);
        return { release: () => listening.close() };
      }
    },
  };
}

/** Its connections and itself keep no process alive: a lock that nobody released must not hang its holder. */
async function listen(address: string, greeting: string): Promise<{ close(): Promise<void> } | "taken"> {
  const waiting = new Set<Socket>();
  const server: Server = createServer((socket) => {
    waiting.add(socket);
    socket.unref();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => waiting.delete(socket));
    socket.write(`${greeting}\n`);
  });
  server.unref();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ path: address, exclusive: true }, resolve);
    });
  } catch (error) {
    if (systemCode(error) === "EADDRINUSE") return "taken";
    throw error;
  }
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of waiting) socket.destroy();
      }),
  };
}

/** Only a refusal is a death certificate: whatever else keeps us out may be alive. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", (error) => {
      resolve(!["ECONNREFUSED", "ENOENT"].includes(systemCode(error)));
    });
  });
}

function numbersIn(folder: string): readonly number[] {
  return readdirSync(folder, { encoding: "utf8" })
    .filter((name) => /^[0-9]{12}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** What others left; whoever is about to claim and loses its file to this finds the lock held anyway. */
function clear(folder: string, mine: number): void {
  for (const name of readdirSync(folder)) {
    if (name.endsWith(".claim") || Number(name) < mine) removeIfThere(join(folder, name));
  }
}

function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (["EEXIST", "ENOENT"].includes(systemCode(error))) return false;
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}
