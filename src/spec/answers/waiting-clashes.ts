// What would be wrong between a new backlog and plans that wait for a person, on the day they are approved? Told to whoever
// cuts the backlog, with what can be done about it now: a task that only such a plan has cannot be named in `depends_on`.

import type { TaskId } from "../../model/address.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";

export interface BesideWaiting {
  /** The one whose backlog is cut. */
  readonly feature: string;
  /** Of the whole workspace as it is, and as it would be with the plans that wait. */
  readonly without: readonly Diagnostic[];
  readonly beside: readonly Diagnostic[];
  /** Tasks that can be depended on today. */
  readonly tasks: ReadonlySet<TaskId>;
}

const TASK = /[\p{L}\p{N}][\p{L}\p{N}_.-]*:[\p{L}\p{N}][\p{L}\p{N}_.-]*[\p{L}\p{N}]/gu;

/** One line each, for what concerns a task of the feature. */
export function waitingClashes({ feature, without, beside, tasks }: BesideWaiting): string[] {
  const known = new Set(without.map(({ message }) => message));
  return beside.flatMap((finding) => {
    const { severity, code, message, target } = finding;
    if (severity !== "error" || known.has(message)) return [];
    const named = [...(message.match(TASK) ?? []), ...(target === null ? [] : [target])];
    const own = named.find((id) => id.startsWith(`${feature}:`));
    if (own === undefined) return [];
    const other = named.find((id) => !id.startsWith(`${feature}:`));
    const line = `${own}, once a person approves a plan that waits: ${message}`;
    if (code !== "shared-file" || other === undefined) return [`${line} Mend it in this backlog if you can.`];
    return tasks.has(other as TaskId)
      ? [`${line} Leave the file to ${other}, or add ${other} to depends_on of ${own}.`]
      : [`${line} Leave the file to ${other}, on which nothing can depend before, if another file will do.`];
  });
}
