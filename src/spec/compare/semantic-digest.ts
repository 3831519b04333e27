// What does a feature mean, apart from how it is written down? Two texts with one meaning have one digest: rewrapping,
// comments, order and formatting do not show in it, nor does the name of the folder. Results do not, either: a lock says
// what came of a spec, and nothing of what it asks for.

import { localIdOf, type TaskId, taskId } from "../../model/address.ts";
import { type Digest, digestOf, type Json } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import type { Task } from "../../model/task.ts";
import { taskEntry } from "./compare.ts";
import { requestOf } from "./feature-request.ts";

/** Characters of a digest that are shown: enough that two versions of a feature never share them. */
const SHORT = 12;

/** Of the feature as its author wrote it: what a template lends to its parameters is the template's. */
export function semanticDigest(feature: Feature): Digest {
  const own = { ...feature, params: feature.params.filter(({ place }) => place.file === feature.file) };
  return digestOf("spec/1", {
    request: requestOf(own) as unknown as Json,
    // An open question stops the feature, wherever in its documents it stands.
    questions: feature.clarifications.map(({ text }) => text).sort(),
    tasks: [...feature.tasks].sort((a, b) => (a.id < b.id ? -1 : 1)).map(entryWithin),
  });
}

export function shortDigest(digest: Digest): string {
  return digest.slice(0, SHORT);
}

/** How a version is named for good: its number hangs on the history around it, and its digest on nothing else. */
export function versionName(feature: Feature): string {
  return `${feature.id}@${shortDigest(semanticDigest(feature))}`;
}

/** The same feature under another name, so that it can be compared with what it was called before. */
export function renamed(feature: Feature, id: string): Feature {
  if (feature.id === id) return feature;
  const address = (task: TaskId): TaskId =>
    task.startsWith(`${feature.id}:`) ? taskId(id, localIdOf(task)) : task;
  const tasks = feature.tasks.map((task) => ({
    ...task,
    id: address(task.id),
    feature: id,
    dependsOn: task.dependsOn.map(address),
  }));
  return { ...feature, id, tasks };
}

/** Tasks of the feature by their own ids, so that a renamed folder means what it meant. */
function entryWithin(task: Task): Json {
  const own = `${task.feature}:`;
  const local = task.dependsOn.map((id) => (id.startsWith(own) ? localIdOf(id) : id)).sort();
  return { ...taskEntry(task), id: localIdOf(task.id), depends_on: local };
}
