// Which tools does a hosted agent have, and with which arguments? The one table behind what a model is told and what is
// read of its calls. Descriptions are short because they are sent with every turn.

import * as z from "zod";
import type { ToolDeclaration } from "../model/conversation.ts";
import type { Json } from "../model/digest.ts";

const LINE = z.int().min(1).optional();

export const TOOLS = {
  list_files: {
    description: "List one folder; without path, the project's root.",
    fields: z.strictObject({ path: z.string().optional() }),
  },
  read_file: {
    description: "Read a file, or its lines from..to (from 1).",
    fields: z.strictObject({ path: z.string(), from: LINE, to: LINE }),
  },
  search: {
    description: "Find every line that contains this text (plain text, case counts).",
    fields: z.strictObject({ text: z.string() }),
  },
  write_file: {
    description: "Write a whole file.",
    fields: z.strictObject({ path: z.string(), content: z.string() }),
  },
  edit_file: {
    description: "Replace text that occurs exactly once in a file.",
    fields: z.strictObject({ path: z.string(), old: z.string(), new: z.string() }),
  },
  delete_file: {
    description: "Delete a file.",
    fields: z.strictObject({ path: z.string() }),
  },
  run_gate: {
    description: "Run a check on what you have written so far.",
    fields: z.strictObject({ gate: z.string() }),
  },
  ask: {
    description: "Ask a person and stop; only where the task cannot be done without the answer.",
    fields: z.strictObject({ question: z.string() }),
  },
  finish: {
    description: "Hand in what you have written.",
    fields: z.strictObject({ summary: z.string().optional() }),
  },
} as const;

export type ToolName = keyof typeof TOOLS;

/** A call whose arguments have the tool's shape. */
export type ToolInput = {
  readonly [Name in ToolName]: {
    readonly tool: Name;
    readonly fields: z.infer<(typeof TOOLS)[Name]["fields"]>;
  };
}[ToolName];

export type InputOf<Name extends ToolName> = Extract<ToolInput, { tool: Name }>;

export type ReadingTool = (typeof READING_TOOLS)[number];

export const READING_TOOLS = ["list_files", "read_file", "search"] as const;
export const ALL_TOOLS = Object.keys(TOOLS) as readonly ToolName[];

export function isReading(input: ToolInput): input is InputOf<ReadingTool> {
  return READING_TOOLS.some((name) => name === input.tool);
}

/** The gates there are, so that nobody has to guess their names. */
export function gateTool(gates: readonly { readonly id: string; readonly told: string }[]): ToolDeclaration {
  const tool = declarationOf("run_gate");
  const known = gates.map(({ id, told }) => `${id}: ${told}`).join("\n");
  const gate = { type: "string", enum: gates.map(({ id }) => id) };
  return {
    ...tool,
    description: `${tool.description}\n${known}`,
    parameters: { ...tool.parameters, properties: { gate } },
  };
}

export function declarationOf(name: ToolName): ToolDeclaration {
  const { description, fields } = TOOLS[name];
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(fields, {
    // The largest safe integer tells a model nothing.
    override: ({ jsonSchema }) => void delete jsonSchema.maximum,
  });
  return { name, description, parameters: parameters as Readonly<Record<string, Json>> };
}
