// What did a model ask a tool for? The border where its text becomes a call of known shape. Other spellings that models
// bring along from other tools are taken for ours; what is still wrong is told in a sentence that the model can act on.

import type { ToolCall } from "../model/conversation.ts";
import { parseLoosely } from "./loose-json.ts";
import { TOOLS, type ToolInput, type ToolName } from "./tool-list.ts";

/** By field: the other spellings, the likeliest first. They count only where the field itself is missing. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  path: [
    "file_path",
    "filePath",
    "filepath",
    "filename",
    "file",
    "target_file",
    "dir",
    "directory",
    "folder",
  ],
  content: ["contents", "text", "file_text", "body", "data"],
  old: ["old_string", "oldString", "old_str", "old_text", "oldText", "search", "find"],
  new: ["new_string", "newString", "new_str", "new_text", "newText", "replace", "replacement"],
  text: ["query", "pattern", "q", "term", "search"],
  from: ["start", "start_line", "startLine", "line_start"],
  to: ["end", "end_line", "endLine", "line_end"],
  gate: ["id", "name", "gate_id"],
  question: ["text", "message", "prompt"],
  summary: ["text", "message", "notes", "result"],
};

export type ParsedCall =
  | {
      readonly input: ToolInput;
      /** Members that no tool of this name has. */
      readonly ignored: readonly string[];
    }
  | { readonly fault: string };

export function parseCall(call: ToolCall, offered: readonly ToolName[]): ParsedCall {
  // Some models name the place that tools come from, too, or number the call.
  const called = lettersOf(
    call.name.replace(/^\s*(?:functions|default_api|tools?)[.:/]/, "").replace(/:\d+\s*$/, ""),
  );
  const tool = offered.find((name) => lettersOf(name) === called);
  if (tool === undefined) {
    return {
      fault: `There is no tool ${JSON.stringify(call.name)}. Tools: ${offered.join(", ") || "none"}.`,
    };
  }
  const given = membersOf(call.arguments);
  if ("fault" in given) return given;
  const { fields, ignored } = ours(given.members, Object.keys(TOOLS[tool].fields.shape));
  const parsed = TOOLS[tool].fields.safeParse(fields);
  if (parsed.success) return { input: { tool, fields: parsed.data } as ToolInput, ignored };
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  return { fault: `The arguments of ${tool} do not fit: ${faults.join("; ")}.` };
}

/** `writeFile` and `write-file` can mean nothing but `write_file`. */
function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, "");
}

function membersOf(
  text: string,
): { readonly members: ReadonlyMap<string, unknown> } | { readonly fault: string } {
  // Some servers send nothing for a call without arguments.
  if (text.trim() === "") return { members: new Map() };
  let parsed = parseLoosely(text);
  // And some encode them twice.
  if ("value" in parsed && typeof parsed.value === "string") parsed = parseLoosely(parsed.value);
  if ("fault" in parsed) return { fault: `The arguments are not JSON: ${parsed.fault}.` };
  const { value } = parsed;
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return { fault: "The arguments must be one JSON object." };
  }
  return { members: new Map(Object.entries(value)) };
}

/** The tool's own fields, under their own names. */
function ours(members: ReadonlyMap<string, unknown>, names: readonly string[]) {
  const taken = new Set<string>();
  const fields: [string, unknown][] = [];
  for (const name of names) {
    const spelling = [name, ...(SPELLINGS[name] ?? [])].find(
      (each) => members.has(each) && !taken.has(each) && (each === name || !names.includes(each)),
    );
    if (spelling === undefined) continue;
    taken.add(spelling);
    const value = members.get(spelling);
    // What is left open is sent as null by models that must name every field.
    if (value !== null) fields.push([name, asNumber(name, value)]);
  }
  return {
    fields: Object.fromEntries(fields),
    ignored: [...members.keys()].filter((name) => !taken.has(name)),
  };
}

function asNumber(field: string, value: unknown): unknown {
  const isLine = field === "from" || field === "to";
  return isLine && typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}
