// Is what came a whole answer? Servers end theirs in many ways; one proof is enough. Without any, nobody knows what is
// missing, and it is told as cut off with what came. Pure.

import type { ModelAnswer, ToolCall } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import type { Tokens } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { type Fault, malformed } from "./model-error.ts";

/** Why a model stopped, in one word for all providers; `broken` is what it says of an answer that it could not end. */
export type Finish = "stop" | "tools" | "length" | "filtered" | { readonly broken: string };

/** As servers of OpenAI's APIs name it. */
export function finishNamed(reason: string): Finish {
  if (/length|max_?(output_?)?tokens|context_window/i.test(reason)) return "length";
  if (/filter|safety|refus|block|guardrail|prohibited|sensitive|moderation/i.test(reason)) return "filtered";
  if (/tool|function/i.test(reason)) return "tools";
  if (/error|abort|cancel|insufficient|malformed|unknown/i.test(reason))
    return { broken: `the server ended the answer with ${JSON.stringify(reason)}` };
  return "stop";
}

/** All that a provider's reader understood of the messages that came. */
export interface HeardAnswer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  /** Bytes of thinking, which is no part of the text. */
  readonly thoughts: number;
  readonly verbatim: Json;
  /** Null where no reason came. */
  readonly finish: Finish | null;
  /** Whether the tokens were counted by a message of their own, as they are after the last word. */
  readonly counted: boolean;
  readonly tokens: Tokens | null;
  readonly model: string | null;
  /** Kinds of parts that nobody here understands. */
  readonly unknown: readonly string[];
}

/** What reads the messages of one provider's form. */
export interface AnswerForm {
  /** One message of a stream, or the whole document. */
  add(message: Json): void;
  /** Bytes that were said so far, of whatever kind. */
  readonly said: number;
  readonly finished: boolean;
  heard(): HeardAnswer;
}

/** How the messages ended. `broke`: the connection did, or nothing more came. */
export type Close = "done" | "document" | "closed" | "broke";

/** By what an answer is known to be whole; null where it is not. */
function endedBy(
  { finish, counted, text, toolCalls, thoughts }: HeardAnswer,
  close: Close,
): "finish" | "done" | "document" | "usage" | "calls" | null {
  if (finish !== null) return "finish";
  if (text.trim() === "" && toolCalls.length === 0 && thoughts === 0) return null;
  // The last call is where an answer is cut off.
  if (!toolCalls.every(isWhole)) return null;
  if (close === "done" || close === "document") return close;
  if (counted) return "usage";
  return toolCalls.length > 0 && close === "closed" ? "calls" : null;
}

/** `stray`: what came beside the answer, and was no JSON. */
export function settledAnswer(form: AnswerForm, close: Close, stray: string): Result<ModelAnswer, Fault> {
  const heard = form.heard();
  const by = endedBy(heard, close);
  if (by === null) return failed(malformed(unfinished(heard, form.said, stray), form.said));
  const { text, toolCalls, verbatim, tokens, model, thoughts, finish, unknown } = heard;
  const isEmpty = text.trim() === "" && toolCalls.length === 0;
  if (typeof finish === "object" && finish !== null) return failed(malformed(finish.broken, form.said));
  if (isEmpty && unknown.length > 0)
    return failed(
      malformed(`the answer holds only parts of an unknown kind: ${unknown.join(", ")}`, form.said),
    );
  // Models that have nothing to add stop without a word; calls that were announced and are not there were lost.
  if (finish === "tools" && isEmpty)
    return failed(malformed("the answer holds neither text nor a call", form.said));
  const plain = finish === null || finish === "stop" || finish === "tools";
  const end = plain ? (toolCalls.length > 0 ? "tools" : "stop") : finish;
  return success({
    text,
    toolCalls,
    verbatim,
    end,
    tokens,
    model,
    ...(close === "document" ? { document: true as const } : {}),
    ...(thoughts === 0 ? {} : { unseen: thoughts }),
  });
}

/** It is paid for as it came, and nobody keeps it: a second one would be no shorter. `rest`: bytes of its last message. */
export function overlong(form: AnswerForm, rest: number): ModelAnswer {
  const { model } = form.heard();
  const unseen = form.said + rest;
  return { text: "", toolCalls: [], verbatim: null, end: "overlong", tokens: null, model, unseen };
}

function unfinished({ unknown }: HeardAnswer, said: number, stray: string): string {
  const beside = stray === "" ? "" : `: ${stray}`;
  if (said > 0) return `the answer ended in its middle${beside}`;
  if (unknown.length > 0) return `the answer holds only parts of an unknown kind: ${unknown.join(", ")}`;
  return stray === "" ? "the answer is empty" : stray;
}

function isWhole({ arguments: text }: ToolCall): boolean {
  if (text.trim() === "") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
