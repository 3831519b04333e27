// Which paths may a person or an agent name inside a project? Judged by spelling alone, the same on every
// operating system; what is on a disk (links, twins, special files) is for the hands to look at.

import { posix } from "node:path";
import type { HostilePath } from "./failure.ts";

const MAX_PATH_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const DRIVE = /^[A-Za-z]:/;
/** Code points that HFS+ leaves out when it compares names. */
const INVISIBLE = /\u200c|\u200d|[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff\u00ad]/g;
/** What turns text around, or is seen by nobody. Joiners stay where scripts and emoji need them: after no ASCII. */
const UNSEEN =
  /(?:^|[\u0000-\u007f])[\u200c\u200d]|(?![\u200c\u200d])(?:[\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f)/u;
/** What is left of bytes that are no text. */
const NO_TEXT = /\ufffd|\p{Cs}/u;
const GIT = /^(?:\.git|git~\d+)$/;
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/;
const encoder = new TextEncoder();

/**
 * What is wrong with a path relative to a project, or null. Segments are separated by `/`; empty and `.` segments are
 * refused too, so that one file has one spelling. Globs may pass through here: `*` and `?` are not looked at.
 */
export function pathFault(path: string): HostilePath | null {
  if (CONTROL.test(path)) return "control-character";
  const slashed = path.replaceAll("\\", "/");
  if (slashed.startsWith("/") || DRIVE.test(slashed)) return "absolute";
  const segments = slashed.split("/");
  if (segments.includes("..")) return "parent";
  if (isLonger(path, MAX_PATH_BYTES)) return "too-long";
  for (const segment of segments) {
    const fault = segmentFault(segment);
    if (fault !== null) return fault;
  }
  return (path.includes("\\") ? "reserved-name" : null) ?? unseenIn(path);
}

/** Names that do not say on a screen what they are: two files look like one, or one like another. */
export function unseenIn(name: string): "invisible-character" | "not-utf8" | null {
  if (NO_TEXT.test(name)) return "not-utf8";
  return UNSEEN.test(name) ? "invisible-character" : null;
}

/** The path in quotes, with everything that nobody sees spelled out. */
export function spelledOut(path: string): string {
  return JSON.stringify(path).replace(
    /[\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

function segmentFault(segment: string): HostilePath | null {
  // NTFS drops trailing dots and spaces and reads what follows a colon as the name of a stream.
  const visible = segment.replace(INVISIBLE, "").toLowerCase();
  const name = trimmedEnd(visible.slice(0, colonOf(visible)));
  if (GIT.test(name)) return "git-folder";
  if (segment === "" || segment === ".") return "reserved-name";
  if (name === "." || name === "..") return "parent";
  if (segment.endsWith(".") || segment.endsWith(" ")) return "reserved-name";
  if (DEVICE.test(trimmedEnd(name.split(".", 1)[0] ?? ""))) return "reserved-name";
  return isLonger(segment, MAX_SEGMENT_BYTES) ? "too-long" : null;
}

function colonOf(name: string): number {
  const at = name.indexOf(":");
  return at < 0 ? name.length : at;
}

/** A loop, because a regular expression anchored at the end backtracks quadratically over runs of dots. */
function trimmedEnd(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === "." || name[end - 1] === " ")) end--;
  // Names of dots alone keep their meaning: `.. ` is `..`.
  return end === 0 ? name.replaceAll(" ", "") : name.slice(0, end);
}

function isLonger(text: string, bytes: number): boolean {
  // No UTF-16 unit takes more than three bytes, so most texts need no encoding to be judged.
  return text.length * 3 > bytes && encoder.encode(text).length > bytes;
}

/** The same for all spellings that are one file on some disk: case and Unicode's ways of composing do not count. */
export function foldedPath(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Every folder above the paths. */
export function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) folders.add(path.slice(0, at));
  }
  return folders;
}

/** One spelling of a path that a person wrote: without `./` before it. */
export function canonicalPath(path: string): string {
  return path.replace(/^(?:\.\/+)+/, "");
}

/**
 * A path of a repository as a project says it whose root is that folder: `src/a.ts` in it, `../b/src/a.ts` beside it. Every
 * file of the repository has one such path, and the root `""` says them as they are.
 */
export function seenFrom(root: string, path: string): string {
  if (root === "") return path;
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  const own = root.split("/");
  const segments = path.split("/");
  let shared = 0;
  while (shared < Math.min(own.length, segments.length - 1) && own[shared] === segments[shared]) shared++;
  return "../".repeat(own.length - shared) + segments.slice(shared).join("/");
}

/** The way back: what a project with that root says, as a path of the repository. */
export function inRepository(root: string, path: string): string {
  return root === "" ? path : posix.join(root, path);
}

/** Whether what a project says lies beside its root, and not in it. */
export function isBeside(path: string): boolean {
  return path.startsWith("../");
}
