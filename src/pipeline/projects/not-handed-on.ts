// Which variables did a failed command miss? Those that the shell of the factory has, that the command was not given, and
// that its output, its text or the project's files name. It is advice to a person: what cannot be read advises nothing.

import type { Circumstance } from "../../model/circumstance.ts";
import { keptBack } from "../../platform/child-environment.ts";
import type { ProjectState } from "./project-state.ts";

const MOST_FILES = 1000;
const LARGEST = 256 * 1024;
const MOST_NAMES = 5;
const TEXTS =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|php|cs|exs?|sh|ya?ml|toml|json|ini|cfg|conf)$|(?:^|\/)(?:\.env[^/]*|Makefile|Dockerfile)$/;
const LOCKFILE = /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|[^/]*\.lock)$/;
/** What stands near a variable that is read, or that is said to be missing. */
const NEAR = /env|\$|not set|unset|undefined|missing|required|KeyError|variable/i;

/** `said` is the command and its output; the project's files are looked through only where it names none. */
export async function notHandedOn(
  project: string,
  state: Pick<ProjectState, "human" | "repository">,
  { allowed, said }: { readonly allowed: readonly string[]; readonly said: string },
): Promise<Circumstance[]> {
  const names = keptBack(allowed);
  if (names.length === 0) return [];
  const told = namedIn(said, names);
  const variables = told.length > 0 ? told : await namedInFiles(state, names);
  if (variables.length === 0) return [];
  return [{ kind: "not-handed-on", project, variables: variables.slice(0, MOST_NAMES).sort() }];
}

async function namedInFiles(
  { human, repository }: Pick<ProjectState, "human" | "repository">,
  names: readonly string[],
): Promise<string[]> {
  const files = [...human].filter(([path]) => TEXTS.test(path) && !LOCKFILE.test(path));
  const read = await repository.read(files.slice(0, MOST_FILES).map(([, { oid }]) => oid));
  if (!read.ok) return [];
  const found = new Set<string>();
  for (const bytes of read.value) {
    if (bytes.length > LARGEST) continue;
    for (const name of namedIn(Buffer.from(bytes).toString("utf8"), names)) found.add(name);
  }
  return [...found];
}

/** A name of one word is a word like any other, unless the line is about variables. */
function namedIn(text: string, names: readonly string[]): string[] {
  const lines = text.split("\n");
  return names.filter((name) => {
    if (!text.includes(name)) return false;
    const whole = new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`);
    return lines.some(
      (line) => whole.test(line) && (/[A-Za-z0-9]_[A-Za-z0-9]/.test(name) || NEAR.test(line)),
    );
  });
}
