// How does a run of GitHub Actions read what we say? Commands of its log, which begin with `::`, and a log in which no text
// of a stranger is such a command.

import type { Diagnostic } from "../model/diagnostic.ts";
import { diagnosticLine } from "./build-text.ts";

/**
 * The command that stands a finding beside its line. `folder` is the workspace's from the root of the repository, empty
 * where it is the root.
 */
export function annotation(diagnostic: Diagnostic, folder: string): string {
  const { severity, code, file, line, column } = diagnostic;
  const properties = {
    // What lies outside of the repository has no line that a host could show.
    ...(file === null || file.startsWith("/") ? {} : { file: folder === "" ? file : `${folder}/${file}` }),
    ...(line === null ? {} : { line }),
    ...(column === null ? {} : { col: column }),
    title: code,
  };
  const listed = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  const text = diagnosticLine(diagnostic).slice(severity.length + 1);
  return `::${severity} ${listed.join(",")}::${data(text)}`;
}

/** Opens a part of the log that is folded until somebody wants to read it; `END_OF_GROUP` closes it. */
export function groupCommand(title: string): string {
  return `::group::${data(title)}`;
}

export const END_OF_GROUP = "::endgroup::";

/**
 * The text without a line that would be a command: neither `::name::` at the beginning of one, blanks before it or not,
 * nor the older `##[name]`, which counts anywhere. A blank is put between.
 */
export function defused(text: string): string {
  return text.replace(/^([\s\u0085\uFEFF]*):(?=:)/gm, "$1: ").replace(/##(?=\[)/g, "## ");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
