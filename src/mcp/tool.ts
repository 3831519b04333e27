// How is a command a tool? Words, what it takes, and the shape of its document; what fails is told in the words of the
// terminal, with its codes and the next step.

import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { CallToolResult, ToolAnnotations } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import type { Json } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import type { Place } from "../pipeline/commands/caller.ts";
import { ownRedactor, redactValue } from "../platform/redact.ts";
import type { DocumentOf } from "../report/document-schemas.ts";
import { failureBlock } from "../report/failure-block.ts";
import { diagnosticOf } from "../report/failure-diagnostic.ts";
import { diagnosticsDocument, type JsonObject, jsonLine } from "../report/json.ts";
import { type Extra, type RequestCaller, requestCaller } from "./request-caller.ts";

export interface ToolDeclaration<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  readonly annotations: ToolAnnotations;
  run(input: z.output<I>, caller: RequestCaller): Promise<ToolEnd<DocumentOf<O>>>;
}

/** `target` is the address of what failed; null: the command as a whole. */
export type ToolEnd<D> =
  | { readonly ok: true; readonly document: D; readonly trouble?: readonly string[] }
  | { readonly ok: false; readonly failure: Failure; readonly target?: string };

/** What tools of one server have in common. */
export interface Desk {
  readonly place: Place;
  /** Requests that are being carried out: a server ends when they have. */
  readonly running: Set<Promise<unknown>>;
}

export type Tool = (server: McpServer, desk: Desk) => void;

/** Looks, and changes nothing. */
export const LOOKS: ToolAnnotations = { readOnlyHint: true, openWorldHint: false };

export function tool<I extends z.ZodObject, O extends z.ZodObject>(declared: ToolDeclaration<I, O>): Tool {
  const { name, title, description, input, output, annotations, run } = declared;
  return (server, desk) => {
    const carryOut = async (args: z.output<I>, extra: Extra): Promise<CallToolResult> => {
      const caller = requestCaller(desk.place, name, args.wait !== false, extra);
      const running = run(args, caller);
      desk.running.add(running);
      try {
        const end = await running;
        return end.ok ? answer(end, caller.said) : refusal(end.failure, end.target ?? null, caller.said);
      } finally {
        desk.running.delete(running);
      }
    };
    const declaration = { title, description, inputSchema: input, outputSchema: output, annotations };
    // The library's own type for this is a riddle of what a schema may be; here it always is an object.
    server.registerTool(name, declaration as object, carryOut as never);
  };
}

/** The document, and what went wrong in words where it tells of trouble. */
function answer(
  { document, trouble = [] }: { readonly document: unknown; readonly trouble?: readonly string[] },
  said: readonly string[],
): CallToolResult {
  const told = redactValue(document as Json, ownRedactor()) as JsonObject;
  return {
    content: [...textOf([...said, ...trouble]), { type: "text", text: jsonLine(told) }],
    structuredContent: { ...told },
    ...(trouble.length === 0 ? {} : { isError: true }),
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
