// A model whose answers were written beforehand, and the hosted agent around it.

import type { Agent, AskModel, Assignment } from "../../src/agents/agent-port.ts";
import { hostedAgent } from "../../src/agents/hosted.ts";
import type { HostedDeclaration } from "../../src/model/agent-declaration.ts";
import type { ModelAnswer, ModelRequest, ToolCall } from "../../src/model/conversation.ts";
import { success } from "../../src/model/result.ts";
import { taskOf } from "../gates/nouns.ts";
import { assignmentOf } from "./contract.ts";

/** A tool with its arguments; as text where the model's own spelling matters. */
export type Call = readonly [tool: string, fields?: Readonly<Record<string, unknown>> | string];
/** Calls, a text, or a whole answer. */
export type Line = readonly Call[] | string | Partial<ModelAnswer>;

export interface Script {
  readonly ask: AskModel;
  readonly requests: readonly ModelRequest[];
}

/** Answers line by line; the last one again and again. */
export function script(...lines: readonly Line[]): Script {
  const requests: ModelRequest[] = [];
  const ask: AskModel = async (request) => {
    const line = lines[Math.min(requests.length, lines.length - 1)] ?? "";
    requests.push(request);
    const usage = { calls: 1, tokens: { in: 10, out: 2, cached: 1 }, usd: 0.01 };
    return success({ answer: answerOf(line, requests.length), usage });
  };
  return { ask, requests };
}

function answerOf(line: Line, turn: number): ModelAnswer {
  const blank = { text: "", toolCalls: [], verbatim: null, tokens: null, model: null } as const;
  if (typeof line === "string") return { ...blank, text: line, end: "stop" };
  if (!("length" in line)) return { ...blank, end: "stop", ...line };
  return { ...blank, end: "tools", toolCalls: callsOf(line, turn) };
}

export function callsOf(calls: readonly Call[], turn = 1): readonly ToolCall[] {
  return calls.map(([name, fields = {}], at) => ({
    id: `call-${turn}-${at}`,
    name,
    arguments: typeof fields === "string" ? fields : JSON.stringify(fields),
  }));
}

export function hostedOf(fields: Partial<HostedDeclaration> = {}): Agent {
  return hostedAgent({
    id: "coder",
    place: { file: "projects.yaml", line: 1, column: 1 },
    kind: "hosted",
    provider: "openai",
    model: "a-model",
    baseUrl: null,
    keyEnv: "OPENAI_API_KEY",
    maxTurns: 30,
    maxOutputTokens: null,
    temperature: null,
    silenceMs: 60_000,
    ...fields,
  });
}

/** Drafts with these lines, in a task that may write everything unless it is told otherwise. */
export async function draft(lines: readonly Line[], fields: Partial<Assignment> = {}, maxTurns = 30) {
  const { ask, requests } = script(...lines);
  const assignment = await assignmentOf({ task: taskOf({ filesHint: ["**"] }), ask, ...fields });
  const ended = await hostedOf({ maxTurns }).draft(assignment);
  return { ...ended, requests, assignment };
}

/** What the model heard: the answers of its calls, turn by turn. */
export function heard(requests: readonly ModelRequest[]): readonly (readonly string[])[] {
  return (requests.at(-1)?.messages ?? []).flatMap((message) =>
    message.role === "tools" ? [message.answers.map(({ text }) => text)] : [],
  );
}

/** The answer to one call in a project, with what was recorded of it. */
export async function answerTo(call: Call, fields: Partial<Assignment> = {}) {
  const { requests, result } = await draft([[call], [["finish"]]], fields);
  const reads = result.ok ? result.value.reads : [];
  return { text: heard(requests)[0]?.[0] ?? "", reads, changes: result.ok ? result.value.changes : null };
}
