// May this process read keys and set its terminal? Only the job that the shell has in the foreground may: any other is stopped
// for it by the system.

import { procText } from "./proc-text.ts";

/** Cheap enough for every frame of a view. Only Linux tells; elsewhere it is taken for no. */
export function isForegroundJob(): boolean {
  const stat = procText("/proc/self/stat");
  // Behind the name, which may hold anything: state, parent, group, session, terminal, and the group in the foreground.
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return group !== undefined && group === foreground;
}
