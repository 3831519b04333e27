// How does a lock answer for its holder? By a socket that the kernel closes with the process: in the lock's own folder where
// that can have one, else in a place of the system.

import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { systemCode } from "../platform/file-failure.ts";

/** Its name in the lock's folder. */
export const SOCKET = "socket";
const LONGEST_PATH = 100;

/** A short way to a socket in a folder, for as long as `use` takes. */
export async function throughFolder<T>(
  folder: string,
  name: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= LONGEST_PATH || process.platform !== "linux") return use(path);
  const fd = openSync(folder, "r");
  return await use(`/proc/self/fd/${fd}/${name}`).finally(() => closeSync(fd));
}

interface Listening {
  readonly address: string;
  close(): Promise<void>;
}

/** Null where the file system has no sockets, and the system no other place for one. */
export async function listen(cradle: string, greeting: string): Promise<Listening | null> {
  const elsewhere = process.platform === "win32" ? "\\\\.\\pipe\\" : "/tmp/";
  const other = `${elsewhere}factory-${randomBytes(16).toString("hex")}`;
  const fits = process.platform === "linux" || Buffer.byteLength(join(cradle, SOCKET)) <= LONGEST_PATH;
  if (process.platform !== "win32" && fits) {
    const listening = throughFolder(cradle, SOCKET, (path) => listenAt(path, greeting));
    // The cradle may have been cleared away meanwhile: whoever fills it finds that out.
    const beside = await listening.catch((error: unknown) => {
      systemCode(error);
      return null;
    });
    if (beside !== null) return { ...beside, address: SOCKET };
  }
  return listenAt(other, greeting);
}

/** Its connections and itself keep no process alive: a lock that nobody released must not hang its holder. */
async function listenAt(address: string, greeting: string): Promise<Listening | null> {
  const waiting = new Set<Socket>();
  const server: Server = createServer((socket) => {
    waiting.add(socket);
    socket.unref();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => waiting.delete(socket));
    socket.write(greeting);
  });
  server.unref();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ path: address, exclusive: true, readableAll: true, writableAll: true }, resolve);
    });
  } catch (error) {
    systemCode(error);
    return null;
  }
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of waiting) socket.destroy();
      }),
  };
}
