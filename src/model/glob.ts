// Which paths does a pattern of `files_hint` cover? `*`, `**` and `?` are special and nothing else is, so that routes
// such as `app/[id]/(shop)/page.tsx` are plain paths. It knows nothing of disks.

import picomatch from "picomatch";

const LITERAL = /[\\()[\]{}!+@|^$.#]/g;

export function isGlob(pattern: string): boolean {
  return pattern.includes("*") || pattern.includes("?");
}

/** True for the paths that one pattern covers. Dot files count as files. */
export function globMatcher(pattern: string): (path: string) => boolean {
  if (!isGlob(pattern)) return (path) => path === pattern;
  // What is below a folder is not the folder: a file of its name is none of these.
  const below = pattern.replace(/\/\*\*$/, "/**/*");
  const matches = picomatch(below.replace(LITERAL, "\\$&"), { dot: true, nonegate: true, noextglob: true });
  return (path) => matches(path);
}

/** The folder that all matches lie in: the segments before the first special one, `""` for the root. */
export function globBase(pattern: string): string {
  const segments = pattern.split("/");
  const special = segments.findIndex(isGlob);
  return (special < 0 ? segments.slice(0, -1) : segments.slice(0, special)).join("/");
}
