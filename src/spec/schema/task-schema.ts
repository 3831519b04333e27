// Which shape has the entry of a task? That of the table of its keys.

import * as z from "zod";
import type { Criterion } from "../../model/task.ts";
import { anything, TASK_WORDS, taskName } from "./schema-words.ts";
import { nested, TASK_FIELDS } from "./task-fields.ts";

/** What is known of an entry without the table, which reads all else. */
export interface TaskShape {
  readonly id: string;
  readonly tasks?: readonly TaskShape[];
  readonly acceptance?: readonly (string | Omit<Criterion, "place">)[];
}

const GROUPS: Readonly<Record<string, string>> = {
  scope: "What the task may touch",
  context: "What the agent should know",
};

const shapes = TASK_FIELDS.map(({ key, shape, isRequired }) => {
  return [key, isRequired ? shape(TASK_WORDS) : shape(TASK_WORDS).optional()] as const;
});
const members = Object.entries(nested(shapes)).map(([key, shape]): [string, z.ZodType] => {
  const about = GROUPS[key];
  if (about === undefined) return [key, shape as z.ZodType];
  return [
    key,
    z
      .strictObject(shape as Record<string, z.ZodType>)
      .optional()
      .describe(about),
  ];
});

export const TASK: z.ZodType<TaskShape> = z
  .strictObject({
    id: taskName("Id of the task, such as T01 or 2.1"),
    ...Object.fromEntries(members),
    status: anything.optional().describe("Ignored: status is derived"),
    attempts: anything.optional().describe("Ignored: attempts are journalled"),
    get tasks() {
      return z
        .array(TASK)
        .min(1, "must hold a task")
        .optional()
        .describe("Tasks that it is made of, within its files; then it writes nothing itself");
    },
  })
  .describe("An atomic unit of work") as unknown as z.ZodType<TaskShape>;
