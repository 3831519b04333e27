// Which values may a code template use? Those that its window holds, and nothing else: what is not in a segment
// cannot show in generated code, so it cannot make a task stale.

import type { TaskId } from "../model/address.ts";
import type { RenderValues } from "../model/render.ts";
import { criterionTag } from "../model/task.ts";
import type { Segment, SegmentKind, Window } from "../model/window.ts";
import { loadExportReader, type ReadExports } from "./declared-exports.ts";

/**
 * The values of a code part. `params`, `requirements` (`id`, `text`), `acceptance` (`id`, `text`, `tag`), `constraints`,
 * `task` and `interfaces` (`project`, `path`, `text`, `exports`). Throws a SyntaxError for a parameter that is not JSON.
 */
export async function windowValues(task: TaskId, window: Window): Promise<RenderValues> {
  const of = (kind: SegmentKind) => window.segments.filter((segment) => segment.kind === kind);
  const interfaces = of("interface");
  const readExports: ReadExports = interfaces.length === 0 ? () => [] : await loadExportReader();
  return {
    params: paramsOf(of("param")),
    requirements: of("requirement").map(({ name, text }) => ({ id: name, text })),
    acceptance: of("acceptance").map(({ name, text }) => ({ id: name, text, tag: criterionTag(task, name) })),
    constraints: of("constraint").map(({ text }) => text),
    task: Object.fromEntries(of("task").map(({ name, text }) => [name, text])),
    interfaces: interfaces.map(({ name, text: shown, basis }) => {
      // Code is generated from all of it, however much of it a window has room for.
      const text = basis ?? shown;
      const slash = name.indexOf("/");
      const exports = readExports(text);
      return { project: name.slice(0, slash), path: name.slice(slash + 1), text, exports };
    }),
  };
}

const PREFIX = "params.";

/** A list comes as an empty `params.<name>` followed by its items, each a segment of its own. */
function paramsOf(segments: readonly Segment[]): Readonly<Record<string, unknown>> {
  const params = new Map<string, unknown>();
  for (const { name, text } of segments) {
    const path = name.slice(PREFIX.length);
    const value: unknown = JSON.parse(text);
    const dot = path.indexOf(".");
    const list = dot === -1 ? undefined : params.get(path.slice(0, dot));
    if (Array.isArray(list)) list.push(value);
    else params.set(path, value);
  }
  // Unlike assignment, this makes an own property even of the name `__proto__`.
  return Object.fromEntries(params);
}
