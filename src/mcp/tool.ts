// How is an operation a tool? What it tells comes in pages, and what fails is told in the words of the terminal, with its
// codes and the next step.

import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { CallToolResult, ToolAnnotations } from "@modelcontextprotocol/sdk/types.js";
import type { Json } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import type { Effect, Operation } from "../operations/operation.ts";
import type { Place } from "../pipeline/commands/caller.ts";
import { ownRedactor, redactValue } from "../platform/redact.ts";
import { failureBlock } from "../report/failure-block.ts";
import { diagnosticOf } from "../report/failure-diagnostic.ts";
import { diagnosticsDocument, type JsonObject, jsonLine } from "../report/json.ts";
import { pagingOf } from "./page.ts";
import { type Extra, requestCaller } from "./request-caller.ts";

/** What tools of one server have in common. */
export interface Desk {
  readonly place: Place;
  /** Requests that are being carried out: a server ends when they have. */
  readonly running: Set<Promise<unknown>>;
}

const ANNOTATIONS: Readonly<Record<Effect, ToolAnnotations>> = {
  looks: { readOnlyHint: true, openWorldHint: false },
  writes: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
  spends: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
  "takes-away": { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
};

export function addTool(server: McpServer, desk: Desk, operation: Operation): void {
  const { name, title, description, effect, run } = operation;
  const { input, output, split, cut } = pagingOf(operation);
  const carryOut = async (args: Readonly<Record<string, unknown>>, extra: Extra): Promise<CallToolResult> => {
    const caller = requestCaller(desk.place, name, args.wait !== false, extra);
    const { asked, piece } = split(args);
    const running = run(asked, caller);
    desk.running.add(running);
    try {
      const end = await running;
      if (!end.ok) return refusal(end.failure, end.target ?? null, caller.said);
      const trouble = end.trouble ?? [];
      const words = [...caller.said, ...firstOf(trouble)];
      return answer(cut(end.document as JsonObject, piece), words, { isTrouble: trouble.length > 0 });
    } finally {
      desk.running.delete(running);
    }
  };
  const annotations = ANNOTATIONS[effect];
  const declaration = { title, description, inputSchema: input, outputSchema: output, annotations };
  // The library's own type for this is a riddle of what a schema may be; here it always is an object.
  server.registerTool(name, declaration as object, carryOut as never);
}

/** Of trouble, in lines: more than are read. The document has all of it, in its pages. */
const MOST_LINES = 50;

function firstOf(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more`];
}

/** The document, and what went wrong in words where it tells of trouble. */
function answer(
  document: JsonObject,
  words: readonly string[],
  { isTrouble }: { readonly isTrouble: boolean },
): CallToolResult {
  const told = redactValue(document as Json, ownRedactor()) as JsonObject;
  return {
    content: [...textOf(words), { type: "text", text: jsonLine(told) }],
    structuredContent: { ...told },
    ...(isTrouble ? { isError: true } : {}),
  };
}

function refusal(failure: Failure, target: string | null, said: readonly string[]): CallToolResult {
  const document = diagnosticsDocument(diagnosticOf(failure, target));
  const text = jsonLine(redactValue(document, ownRedactor()));
  const words = textOf([...said, ...failureBlock(failure, target, false)]);
  return { content: [...words, { type: "text", text }], isError: true };
}

function textOf(lines: readonly string[]): CallToolResult["content"] {
  return lines.length === 0 ? [] : [{ type: "text", text: ownRedactor()(lines.join("\n")) }];
}
