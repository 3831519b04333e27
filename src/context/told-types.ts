// Which types of tasks does a workspace have beside those of every workspace? Whoever cuts tasks has to know them to use them.

import { BUILT_IN_TYPES, type TaskType } from "../model/task.ts";
import type { Segment } from "../model/window.ts";
import { oneLine } from "./refused.ts";

export interface ToldType {
  readonly type: TaskType;
  /** The prompt of its own, rendered; null where it has none. */
  readonly prompt: string | null;
  /** The projects of the feature in which a task may have it; null: all of them. */
  readonly projects: readonly string[] | null;
}

/** Of what one type is for, in characters. */
const ABOUT = 160;

/** One line for each. They count in no limit, as what is told of gates. */
export function toldTypes(types: readonly ToldType[]): Segment[] {
  return types.map(({ type, prompt, projects }): Segment => {
    const where = projects === null ? "" : ` in ${projects.join(", ")}`;
    const what = BUILT_IN_TYPES.includes(type)
      ? `a task${where} of this type has an agent with a prompt of its own`
      : `a task${where} may also have this type: \`type: ${type}\``;
    return {
      kind: "reporting-gates",
      name: `type ${type}`,
      text: prompt === null ? `${what}.` : `${what}. Its agent is told: ${firstSentence(prompt)}`,
      place: null,
    };
  });
}

function firstSentence(prompt: string): string {
  const [sentence = ""] = oneLine(prompt).split(/(?<=[.!?])\s/, 1);
  return sentence.length > ABOUT ? `${sentence.slice(0, ABOUT - 1)}…` : sentence;
}
