// What does a window show of an upstream output? As much as its language lets us tell apart from its bodies, and of all
// else that it is there. The compiler is loaded only when an interface has to be extracted.

import { digestOfBytes } from "../model/digest.ts";
import type { Interface } from "../model/surface.ts";
import { typescriptSurface } from "./typescript-surface.ts";

/** Bumped when the extraction changes, so that remembered interfaces of an older one are not trusted. */
export const INTERFACE_VERSION = 2;

const TYPESCRIPT = /\.(?:ts|tsx|mts|cts)$/;
const TEST = /(?:^|\/)(?:tests?|__tests__)\/|\.(?:test|spec)\.[cm]?tsx?$/;

/** Whether the path can have an interface that windows show: a TypeScript source that is not a test. */
export function hasInterface(path: string): boolean {
  return TYPESCRIPT.test(path) && !TEST.test(path);
}

/** Extracted from the one file alone and therefore deterministic. */
export async function declaredInterface(path: string, content: Uint8Array): Promise<Interface> {
  const source = Buffer.from(content).toString("utf8");
  const lines = source.replace(/\n$/, "").split("\n").length;
  const surface = await typescriptSurface(path, source);
  return surface === null ? named(path, content, lines) : { path, lines, ...surface };
}

/** The bottom of the ladder: every change of the file counts. */
function named(path: string, content: Uint8Array, lines: number): Interface {
  const text = `(${content.byteLength} bytes, sha256 ${digestOfBytes(content).slice(0, 16)})`;
  return { path, text, rung: "named", declarations: [], lines };
}
