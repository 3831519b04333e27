// Which calls did a model write into its text, as its template has them, where the server did not take them out? A call is
// what can be nothing else: a whole block of a known form, at the beginning of a line, outside of code, that names a tool
// which was offered. At any doubt the text stays a text.

import type { ToolDeclaration } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { type Fields, isFields, isList } from "./content-parts.ts";
import { isAtLineStart, isInFence } from "./thought-tags.ts";

export interface WrittenCalls {
  /** What is said beside them. */
  readonly text: string;
  readonly calls: readonly Fields[];
}

/** `<tool_call>…</tool_call>`, whose last closing tag ends some models' output; bare `<function=…>`; Mistral's list. */
const BLOCK =
  /<(tool_call|function_call)>([\s\S]*?)(?:<\/\1>|$)|(<function=[\s\S]*?<\/function>)|\[TOOL_CALLS\]([\s\S]*)$/g;
const FUNCTION = /^<function=([\w.-]+)>([\s\S]*)<\/function>$/;
const PARAMETER = /<parameter=([\w.-]+)>\n?([\s\S]*?)\n?<\/parameter>/g;
/** `name[ARGS]{…}`, `name{…}` */
const NAMED = /^([\w.-]+)(?:\[ARGS\])?\s*(\{[\s\S]*\})$/;

/** Null where there are none. */
export function callsInText(text: string, tools: readonly ToolDeclaration[]): WrittenCalls | null {
  if (!/<(tool_call|function_call)>|<function=|\[TOOL_CALLS\]/.test(text)) return null;
  const calls: Fields[] = [];
  let said = "";
  let from = 0;
  for (const match of text.matchAll(BLOCK)) {
    const before = text.slice(0, match.index);
    if (!isAtLineStart(before) || isInFence(before)) continue;
    const [block, , tagged, bare, listed] = match;
    const found = callsIn((tagged ?? bare ?? listed ?? "").trim());
    const isOffered = found.every(({ name }) => tools.some((tool) => tool.name === name));
    if (found.length === 0 || !isOffered) return null;
    calls.push(...found);
    said += text.slice(from, match.index);
    from = match.index + block.length;
  }
  return calls.length === 0 ? null : { text: (said + text.slice(from)).trim(), calls };
}

function callsIn(body: string): readonly Fields[] {
  const [, name, parameters] = FUNCTION.exec(body) ?? [];
  if (name !== undefined && parameters !== undefined)
    return [{ name, arguments: Object.fromEntries([...parameters.matchAll(PARAMETER)].map(fieldOf)) }];
  const [, called, given] = NAMED.exec(body) ?? [];
  const json = parsed(given ?? body);
  if (called !== undefined) return isFields(json) ? [{ name: called, arguments: json }] : [];
  const all = isList(json) ? json : [json];
  return all.every(isFields) ? all : [];
}

function fieldOf([, name = "", value = ""]: RegExpExecArray): readonly [string, string] {
  return [name, value];
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
