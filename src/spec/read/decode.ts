// Is a source file readable text at all? Bytes become text with `\n` line ends, or one finding says why not.
// The size is looked at first, so that a huge file costs nothing.

import type { Findings } from "../findings/findings.ts";
import type { SourceFile } from "./source.ts";

const MAX_SOURCE_BYTES = 1024 * 1024;

const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** The text of a source without BOM and carriage returns; null after a finding. */
export function decode(
  source: SourceFile,
  target: string | null,
  findings: Findings,
  limit = MAX_SOURCE_BYTES,
): string | null {
  const lines = linesIn(source, target, findings, limit);
  const forbidden = lines === null ? null : FORBIDDEN.exec(lines);
  if (lines === null || forbidden === null) return lines;
  const code = forbidden[0].charCodeAt(0).toString(16).padStart(4, "0").toUpperCase();
  findings.error("control-character", placeIn(source, target, lines.slice(0, forbidden.index)), {
    message: `${source.path} holds the control character U+${code}.`,
    fix: "Delete the character.",
  });
  return null;
}

/** The same, whatever characters it holds. */
export function linesIn(
  source: SourceFile,
  target: string | null,
  findings: Findings,
  limit: number,
): string | null {
  const { path, bytes } = source;
  const at = (before: string | null) => placeIn(source, target, before);
  if (bytes.length > limit) {
    findings.error("file-too-large", at(null), {
      message: `${path} has ${bytes.length} bytes; at most ${limit} are read.`,
      fix: "Split it into several features, or move material that is not a spec elsewhere.",
    });
    return null;
  }
  const text = decoded(bytes);
  if (text === null) {
    findings.error("invalid-utf8", at(validPrefix(bytes)), {
      message: `${path} is not valid UTF-8 from here on.`,
      fix: "Save the file as UTF-8.",
    });
    return null;
  }
  return text.replace(/\r\n?/g, "\n");
}

function placeIn({ path }: SourceFile, target: string | null, before: string | null) {
  return { target, place: { file: path, ...(before === null ? { line: 1, column: 1 } : endOf(before)) } };
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The only thing that a fatal decoder throws for.
    return null;
  }
}

/** The longest readable beginning, found by halving. */
function validPrefix(bytes: Uint8Array): string {
  const prefix = (length: number) => {
    try {
      // `stream` lets a character that is cut off at the end pass.
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
    } catch {
      return null;
    }
  };
  let valid = 0;
  let broken = bytes.length;
  while (broken - valid > 1) {
    const middle = (valid + broken) >> 1;
    if (prefix(middle) === null) broken = middle;
    else valid = middle;
  }
  return prefix(valid) ?? "";
}

function endOf(before: string): { line: number; column: number } {
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
