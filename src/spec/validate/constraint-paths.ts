// Does a constraint speak of a file that nobody could find? One that is neither in the project nor written by any task is a
// mistake of whoever wrote it, and an agent looks for it in vain. It only warns: a constraint may well forbid a file.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Feature } from "../../model/feature.ts";
import { globMatcher, isGlob } from "../../model/glob.ts";
import type { Place } from "../../model/place.ts";
import type { Task } from "../../model/task.ts";
import { Findings } from "../findings/findings.ts";
import { clip, nearest } from "../findings/nearest.ts";

export interface WorkspacePaths {
  /** Files of each project, by its id; a project that could not be looked at is not in it. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of the whole workspace: what they write may be spoken of before it is there. */
  readonly tasks: readonly Task[];
}

/** Projects of which a constraint names a path, so that only these have to be looked at. */
export function projectsSpokenOf(features: readonly Feature[]): ReadonlySet<string> {
  return new Set(
    features.flatMap((feature) =>
      said(feature).flatMap(({ projects, path }) => (path === "" ? [] : projects)),
    ),
  );
}

export function strayPaths(feature: Feature, { files, tasks }: WorkspacePaths): Diagnostic[] {
  const found = new Findings();
  for (const { target, path, place, projects } of said(feature)) {
    const trees = projects.map((project) => files.get(project));
    // Where one of them is not known, nobody can say that the path is nowhere.
    if (trees.length === 0 || trees.includes(undefined)) continue;
    const all = trees.flatMap((tree) => [...(tree as ReadonlySet<string>)]);
    const hints = tasks.filter((task) => projects.includes(task.project)).flatMap((task) => task.filesHint);
    if (isHeld(path, all) || isWritten(path, hints)) continue;
    found.warning(
      "unknown-path",
      { target, place },
      {
        message: `A constraint of ${target} speaks of ${clip(path)}, which is not in ${projects.join(" or ")}, and no task writes it.`,
        fix: fixFor(path, [...all, ...hints]),
      },
    );
  }
  return found.sorted();
}

interface Said {
  readonly target: string;
  readonly path: string;
  readonly place: Place;
  readonly projects: readonly string[];
}

function said(feature: Feature): Said[] {
  const { id, tasks, projects } = feature;
  const own = feature.constraints.flatMap(({ text, place }) =>
    pathsIn(text).map((path) => ({ target: id, path, place, projects })),
  );
  const ofTasks = tasks.flatMap((task) =>
    task.context.constraints.flatMap((text, index) => {
      const place = task.places[`context.constraints.${index}`] ?? task.place;
      return pathsIn(text).map((path) => ({ target: task.id, path, place, projects: [task.project] }));
    }),
  );
  return [...own, ...ofTasks];
}

/** An address of the web, or a path with a folder and an ending, or such a name in quotes. */
const SPOKEN =
  /[a-z][a-z+.-]*:\/\/\S+|(`)([^`\s]+)`|(?<![\w@~./-])([\w.*?[\](){}+-]+(?:\/[\w.*?[\](){}+@-]+)+)/gi;
/** Of code, as other tools write them; a domain is no folder. */
const ENDING =
  /[\w*)\]-]\.(?:[cm]?[jt]sx?|json[5c]?|ya?ml|toml|md|mdx|txt|py|pyi|go|mod|rs|java|kts?|cs|rb|php|swift|scala|c|cc|cpp|h|hpp|sh|sql|proto|graphql|css|scss|html?|vue|svelte|xml|ini|cfg|env|lock|csv)$/i;
const DOMAIN = /^[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|rs|ai)\//i;
/** What builds leave behind stands in no tree. */
const MADE = /(?:^|\/)(?:node_modules|dist|build|out|target|coverage|vendor|__pycache__|\.git|\.venv)\//;

/** Of one text, without the lines and symbols that a pointer may name. */
function pathsIn(text: string): string[] {
  const found = [...text.matchAll(SPOKEN)].map(([, , quoted, plain]) => quoted ?? plain ?? "");
  const paths = found.map((word) => word.replace(/^\.\//, "").replace(/(?:#.*|:\d[\d-]*|[.,:)]+)$/, ""));
  const isPath = (path: string) =>
    ENDING.test(path) && !DOMAIN.test(path) && !MADE.test(path) && !/^(?:\/|~|@|\.\.\/|\*)/.test(path);
  return [...new Set(paths.filter(isPath))];
}

function isHeld(path: string, files: readonly string[]): boolean {
  if (isGlob(path)) return files.some(globMatcher(path));
  // A name alone may stand in any folder.
  return files.some((file) => file === path || file.endsWith(`/${path}`));
}

function isWritten(path: string, hints: readonly string[]): boolean {
  return hints.some(
    (hint) =>
      hint === path ||
      hint.endsWith(`/${path}`) ||
      globMatcher(hint)(path) ||
      (isGlob(path) && globMatcher(path)(hint)),
  );
}

function fixFor(path: string, known: readonly string[]): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const close = known.find((file) => file.endsWith(`/${name}`)) ?? nearest(path, known);
  return close === null || close === undefined
    ? "Name a file that is there or that a task writes, or say it without a path."
    : `Did you mean "${close}"?`;
}
