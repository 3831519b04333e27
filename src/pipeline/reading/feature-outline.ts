// What of a feature can others depend on? Its outline: ids, links and claims, without texts and without places. Two
// outlines with the same text are alike in all that can make a link between features unsound.

import type { TaskId } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import { linkedTask, type Task, type TaskType } from "../../model/task.ts";

// A tuple, since at ten thousand tasks the names of keys would take longer to read than what they hold.
type PackedTask = readonly [
  id: TaskId,
  title: string,
  type: TaskType,
  project: string,
  dependsOn: readonly TaskId[],
  filesHint: readonly string[],
  agent: string | null,
  parts: readonly TaskId[] | null,
  whole: TaskId | null,
  generator: string | null,
];

type Kept = "id" | "title" | "file" | "projects" | "dependsOn" | "backlog";

interface PackedOutline extends Pick<Feature, Kept> {
  readonly tasks: readonly PackedTask[];
}

/** One line of JSON. */
export function outlineText(feature: Feature): string {
  const { id, title, file, projects, dependsOn, backlog } = feature;
  const tasks = feature.tasks.map((task): PackedTask => {
    return [
      task.id,
      task.title,
      task.type,
      task.project,
      task.dependsOn,
      task.filesHint,
      task.agent,
      task.parts ?? null,
      task.whole ?? null,
      task.generator,
    ];
  });
  const packed: PackedOutline = { id, title, file, projects, dependsOn, backlog, tasks };
  return JSON.stringify(packed);
}

/** A feature to link with; whoever reads its texts or its places must load the whole. */
export function outlineFrom(text: string): Feature {
  const { tasks, ...kept } = JSON.parse(text) as PackedOutline;
  const place = { file: kept.file, line: 1, column: 1 };
  return {
    ...kept,
    template: null,
    params: [],
    sections: [],
    requirements: [],
    constraints: [],
    clarifications: [],
    places: {},
    tasks: tasks.map((task) => taskFrom(task, kept.id, place)),
  };
}

function taskFrom(packed: PackedTask, feature: string, place: Task["place"]): Task {
  const [id, title, type, project, dependsOn, filesHint, agent, parts, whole, generator] = packed;
  return linkedTask({
    ...{ id, feature, title, type, project, dependsOn, filesHint, agent, generator, place },
    ...(parts === null ? {} : { parts }),
    ...(whole === null ? {} : { whole }),
  });
}
