// What may stand where the cursor is? Answers a shell that completes a command line, from the declarations that the help is
// made of, from folders, and from the index of the last build. It reads no spec, and has no words for what it cannot read: a
// shell has no place to show them.

import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { SPECS } from "../model/spec-folders.ts";
import { projectsOf, tasksOfFeature, unjudgedHead } from "../pipeline/reading/build-index.ts";
import { unpackStamps } from "../platform/stamp.ts";
import { COMMANDS } from "./commands.ts";
import type { CommandDeclaration, CommandGroup, OptionDeclaration } from "./declaration.ts";
import { workspaceAbove } from "./invocation.ts";
import { PACKAGE_ROOT, VERSION } from "./package-version.ts";
import { GLOBAL_OPTIONS } from "./shared-options.ts";

/** One word that fits, and what it means; empty where the word says it. */
export interface Candidate {
  readonly word: string;
  readonly text: string;
}

/** What fits; files and folders are left to the shell, which knows how to write their names. */
type Fitting = readonly Candidate[] | "files" | "folders";

const NOTHING: readonly Candidate[] = [];

/** `words` follow the name of the program; the last is the one being typed, perhaps empty. */
export function complete(words: readonly string[], from: string): Fitting {
  const typed = words.at(-1) ?? "";
  const { command, group, positional, pending, directory } = readWords(words.slice(0, -1));
  const folder = resolve(from, directory);
  const workspace = () => workspaceAbove(folder) ?? folder;
  if (pending !== null) return startingWith(typed, valuesOf(pending, typed, workspace));
  const options = [...(command?.options ?? []), ...GLOBAL_OPTIONS];
  const assigned = /^(--[^=]+)=(.*)$/s.exec(typed);
  if (assigned !== null) {
    const [, flag = "", value = ""] = assigned;
    const option = optionOf(flag, options);
    const values = option === null ? NOTHING : valuesOf(option, value, workspace);
    if (typeof values === "string") return values;
    return startingWith(
      typed,
      values.map(({ word, text }) => ({ word: `${flag}=${word}`, text })),
    );
  }
  if (typed.startsWith("-")) return startingWith(typed, options.map(flagOf));
  if (command === null) {
    const named = group === null ? COMMANDS : group.commands;
    return startingWith(
      typed,
      named.map(({ name, summary }) => ({ word: name, text: summary })),
    );
  }
  const argument = argumentsOf(command.usage)[positional] ?? argumentsOf(command.usage).at(-1);
  const isOver = positional >= argumentsOf(command.usage).length && argument?.endsWith("...") !== true;
  if (argument === undefined || isOver) return NOTHING;
  if (command.choices !== undefined && positional === 0)
    return startingWith(typed, command.choices.map(bare));
  return startingWith(typed, namesOf(argument.replace("...", ""), typed, workspace));
}

/** What a shell script reads: a word and its meaning on each line, or what the shell is to complete itself. */
export function completionLines(fitting: Fitting): string[] {
  if (typeof fitting === "string") return [`:${fitting}`];
  return fitting
    .filter(({ word }) => /^[^\p{Cc}\s]+$/u.test(word))
    .map(({ word, text }) => `${word}\t${text.replace(/[\p{Cc}\s]+/gu, " ")}`);
}

interface LineSoFar {
  readonly group: CommandGroup | null;
  readonly command: CommandDeclaration | null;
  /** How many of its arguments are there. */
  readonly positional: number;
  /** The option that the next word is the value of. */
  readonly pending: OptionDeclaration | null;
  readonly directory: string;
}

function readWords(words: readonly string[]): LineSoFar {
  let so: LineSoFar = { group: null, command: null, positional: 0, pending: null, directory: "." };
  for (const word of words) so = readWord(so, word);
  return so;
}

function readWord(so: LineSoFar, word: string): LineSoFar {
  const { group, command, pending } = so;
  if (pending !== null)
    return { ...so, pending: null, directory: pending === DIRECTORY ? word : so.directory };
  if (word.startsWith("-")) {
    const option = optionOf(word, [...(command?.options ?? []), ...GLOBAL_OPTIONS]);
    return { ...so, pending: option !== null && placeholderOf(option) !== null ? option : null };
  }
  if (command !== null) return { ...so, positional: so.positional + 1 };
  const found = (group?.commands ?? COMMANDS).find(({ name }) => name === word);
  if (found === undefined) return so;
  return "commands" in found ? { ...so, group: found } : { ...so, command: found };
}

const DIRECTORY = GLOBAL_OPTIONS.find(({ flags }) => flags.startsWith("-C"));

function optionOf(flag: string, options: readonly OptionDeclaration[]): OptionDeclaration | null {
  return options.find(({ flags }) => flags.split(/[\s,]+/).includes(flag)) ?? null;
}

/** The long form, which says what it does. */
function flagOf({ flags, help }: OptionDeclaration): Candidate {
  return { word: /--[\w-]+/.exec(flags)?.[0] ?? flags, text: help };
}

function placeholderOf({ flags }: OptionDeclaration): string | null {
  return /<([^>]+)>/.exec(flags)?.[1] ?? null;
}

/** The names between brackets: `accept <target> [paths...]` has `target` and `paths...`. */
function argumentsOf(usage: string): readonly string[] {
  return [...usage.matchAll(/[<[]([^>\]]+)[>\]]/g)].map(([, name]) => name as string);
}

function valuesOf(option: OptionDeclaration, typed: string, workspace: () => string): Fitting {
  if (option.choices !== undefined) return option.choices.map(bare);
  // `--project <id>`: what the placeholder does not say, the flag does.
  const names = [placeholderOf(option) ?? "", flagOf(option).word.replace(/^--/, "")];
  const known = names.find((name) => name in NAMES);
  return known === undefined ? NOTHING : namesOf(known, typed, workspace);
}

/** What the words of the help's placeholders stand for. */
const NAMES: Readonly<Record<string, (root: string, typed: string) => Fitting>> = {
  target: targets,
  targets,
  feature: offered,
  features: offered,
  "feature@version": offered,
  project: (root) => projectsOf(headOf(root)).map(bare),
  template: templates,
  file: () => "files",
  paths: () => "files",
  dir: () => "folders",
};

function namesOf(name: string, typed: string, workspace: () => string): Fitting {
  return NAMES[name]?.(workspace(), typed) ?? NOTHING;
}

function targets(root: string, typed: string): readonly Candidate[] {
  // An index of thousands of tasks is read once.
  const head = headOf(root);
  const [feature, local] = typed.split(":", 2);
  if (local !== undefined) return tasks(head, feature as string);
  const named = features(root, head);
  const projects = projectsOf(head).map((id) => ({ word: `${id}/`, text: "project" }));
  // All tasks of all features are more than anybody reads.
  const [only, another] = named.filter(({ word }) => word.startsWith(typed));
  const shown = only !== undefined && another === undefined ? tasks(head, only.word) : NOTHING;
  return [...named, ...shown, ...projects];
}

function tasks(head: ReturnType<typeof headOf>, feature: string): readonly Candidate[] {
  if (head === null || feature === "") return NOTHING;
  return tasksOfFeature(head, feature).map(({ id, project }) => ({ word: id, text: `task in ${project}` }));
}

function offered(root: string): readonly Candidate[] {
  return features(root, headOf(root));
}

/** Those beside packages are known once they were built. */
function features(root: string, head: ReturnType<typeof headOf>): readonly Candidate[] {
  const known = unpackStamps(head?.value.stamps ?? []).keys();
  const built = [...known].filter((path) => path.endsWith("/feature.md")).map(dirname);
  const beside = built.filter((folder) => dirname(folder) !== SPECS && existsSync(join(root, folder)));
  const names = new Set([...foldersIn(join(root, SPECS)), ...beside.map((folder) => basename(folder))]);
  return [...names].map((word) => ({ word, text: "feature" }));
}

/** The workspace's own, those of the package, and those that were fetched from repositories. */
function templates(root: string): readonly Candidate[] {
  const fetched = join(root, ".factory", "templates");
  const places = [
    join(root, "templates", "features"),
    join(PACKAGE_ROOT, "templates", "features"),
    ...foldersIn(fetched).map((name) => join(fetched, name)),
  ];
  return [...new Set(places.flatMap(foldersIn))].sort().map((word) => ({ word, text: "template" }));
}

function headOf(root: string) {
  return unjudgedHead(root, VERSION);
}

/** None where the folder cannot be read: then nothing is offered. */
function foldersIn(path: string): readonly string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(nameOf);
  } catch {
    return [];
  }
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function bare(word: string): Candidate {
  return { word, text: "" };
}

function startingWith(typed: string, fitting: Fitting): Fitting {
  return typeof fitting === "string" ? fitting : fitting.filter(({ word }) => word.startsWith(typed));
}
