// What must a server do to keep a shared store? The port that the kinds of servers implement. It knows no digests: what is
// under a path is whatever somebody put there.

import type { Result } from "../../model/result.ts";

/** Why the server did not do it, in words that follow its address. Without secrets. */
export interface ServerFault {
  readonly detail: string;
}

export interface StoredObject {
  /** From the store's root. */
  readonly path: string;
  readonly bytes: number;
  /** When it was put there, in ms since the epoch. */
  readonly at: number;
}

/**
 * Paths are relative, such as `cas/<digest>`. Nothing rejects, and every call ends within the limits that the server was
 * opened with. An object that is there is replaced. Calls may overlap.
 */
export interface ObjectServer {
  /** Null where the server says that nothing is there. */
  get(path: string): Promise<Result<Uint8Array | null, ServerFault>>;
  put(path: string, bytes: Uint8Array): Promise<Result<void, ServerFault>>;
  /** What lies directly in a folder; null where this server lists nothing, which is no empty folder. */
  list(folder: string): Promise<Result<readonly StoredObject[] | null, ServerFault>>;
  /** One that is not there is success. */
  remove(path: string): Promise<Result<void, ServerFault>>;
}
