// Which target did a person mean who typed one that is not there? Features, tasks and projects are told apart by `:` and `/`,
// so a word that lacks one of them is the usual mistake, before any slip of the keys.

import type { Graph } from "../../engine/graph.ts";
import { localIdOf, type TaskId } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { nearest } from "../../spec/findings/nearest.ts";

/** All words that a target may be. */
export interface KnownTargets {
  readonly features: readonly string[];
  readonly tasks: readonly TaskId[];
  readonly projects: readonly string[];
}

const MOST_SHOWN = 3;
const LIST = "`factory status '*'` lists all that there is.";

export function knownTargets(graph: Graph, projects: readonly Project[]): KnownTargets {
  return {
    features: [...graph.features.keys()],
    tasks: graph.tasks.map(({ id }) => id),
    projects: projects.map(({ id }) => id),
  };
}

export function unknownTargets(targets: readonly string[], known: KnownTargets): Failure {
  const words = targets.map((target) => `\`${target}\``).join(", ");
  const meant = targets.flatMap((target) => {
    const others = meantBy(target, known);
    if (others.length === 0) return [];
    return targets.length === 1
      ? [`Did you mean ${orList(others)}?`]
      : [`Instead of \`${target}\`, did you mean ${orList(others)}?`];
  });
  const how = "Name a feature, `feature:T01`, `project/`, or a glob of these.";
  return {
    reason: "usage",
    message: `no task matches ${words}`,
    fix: [...(meant.length === 0 ? [how] : meant), LIST].join(" "),
  };
}

/** Where only some kinds of targets are asked for; the others are left out of `known`. */
export function unknownTarget(kind: string, word: string, known: KnownTargets): Failure {
  const others = meantBy(word, known);
  const fix = others.length === 0 ? LIST : `Did you mean ${orList(others)}? ${LIST}`;
  return { reason: "usage", message: `there is no ${kind} ${JSON.stringify(word)}`, fix };
}

function meantBy(target: string, known: KnownTargets): readonly string[] {
  if (/[*?[{]/.test(target)) return [];
  const word = target.replace(/^(?:\.\/)?specs\//, "").replace(/\/(?:feature\.md|BACKLOG\.yaml)?$/i, "");
  const otherwise = spelledOtherwise(word, known);
  if (otherwise.length > 0) return otherwise;
  const close = nearestTarget(word, known);
  return close === null ? [] : [close];
}

/** What reads the same without its `:`, `/`, capitals and leading zeros. */
function spelledOtherwise(word: string, { features, tasks, projects }: KnownTargets): string[] {
  const wanted = plainly(word);
  return [
    ...features.filter((feature) => plainly(feature) === wanted),
    ...projects.filter((project) => plainly(project) === wanted).map((project) => `${project}/`),
    ...tasks.filter((task) => plainly(task) === wanted || plainly(localIdOf(task)) === wanted),
  ];
}

function plainly(word: string): string {
  return word
    .toLowerCase()
    .replace("/", ":")
    .replace(/(?<!\d)0+(?=\d)/g, "");
}

function nearestTarget(word: string, { features, tasks, projects }: KnownTargets): string | null {
  const [feature] = word.split(/[:/]/);
  if (!/[:/]/.test(word)) {
    const close = nearest(word, [...features, ...projects]);
    return close === null || features.includes(close) ? close : `${close}/`;
  }
  const own = tasks.filter((task) => task.startsWith(`${feature}:`));
  return nearest(word.replace("/", ":"), own.length > 0 ? own : tasks);
}

function orList(words: readonly string[]): string {
  const shown = words.slice(0, MOST_SHOWN).map((word) => `\`${word}\``);
  if (words.length > MOST_SHOWN) return `${shown.join(", ")} or another`;
  const last = shown.pop() as string;
  return shown.length === 0 ? last : `${shown.join(", ")} or ${last}`;
}
