// What does a refusal teach about its server? Where it names a setting that was sent and that it does not take, the same
// is asked again without it, or by the name that it gives. A limit of output is renamed and never dropped: money was
// reserved by it. Pure.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { Compat } from "../../model/compat.ts";
import type { Fault } from "./model-error.ts";

/** One key of `compat:`, with its new value. */
export type Lesson = Compat;

const NEGATIVE =
  /unsupported|not (be )?(supported|permitted|allowed|enabled|accepted|recogni[sz]ed|available|implemented)|unknown|unrecogni[sz]ed|unexpected|invalid|extra_forbidden|extra (inputs|fields)|does ?n[o']t (support|accept|allow|take)|no longer|deprecated|only .{0,30}\b(default|supported|allowed)|instead|cannot be (used|set|specified)|must be|(should|expected)( be)? one of/i;

/** `system role`, `system messages`, `developer instruction`, `role 'system'` */
const ROLE =
  /\b(system|developer)\b['"`]?\s+(role|message|prompt|instruction)s?\b|\brole\b[^.]{0,60}\b(system|developer)\b/i;

const LIMITS = ["max_completion_tokens", "max_tokens"] as const;

/** Null where it teaches nothing that was not heeded in the refused request. */
export function lessonOf(fault: Fault, sent: Compat, declaration: HostedDeclaration): Lesson | null {
  const { cause, status, detail, outcome } = fault;
  const isRefusal = cause === "parameter" || cause === "refused" || cause === "output" || cause === "model";
  if (!isRefusal || outcome !== "no-answer" || (status !== null && status >= 500)) return null;
  const api = apiLesson(detail, sent, declaration);
  if (api !== null) return api;
  if (!NEGATIVE.test(detail)) return null;
  return (
    limitLesson(detail, sent, declaration) ??
    flagLesson(detail, sent, declaration) ??
    systemLesson(detail, sent)
  );
}

/** `only supported in v1/responses`, `please use /v1/responses instead`; a model that the other API does not reach. */
function apiLesson(detail: string, { api = "chat" }: Compat, { provider }: HostedDeclaration): Lesson | null {
  if (provider !== "openai") return null;
  const [own, other, name] =
    api === "chat"
      ? (["chat/completions", "responses", "responses"] as const)
      : (["responses", "chat/completions", "chat"] as const);
  // As an address, or called an API: `use responses` alone is a word of any sentence.
  const place = (path: string) => String.raw`[\s"'\`]*(?:(?:/|/?v1/)${path}\b|${path} (?:api|endpoint)\b)`;
  const isNamed = new RegExp(
    String.raw`\b(?:use|using|only\b.{0,30}?\b(?:in|by|via|with|through|at))(?: the)?${place(other)}`,
    "i",
  );
  const isElsewhere = new RegExp(String.raw`\bnot accessible via(?: the)?${place(own)}`, "i");
  return isNamed.test(detail) || isElsewhere.test(detail) ? { api: name } : null;
}

function limitLesson(detail: string, sent: Compat, { maxOutputTokens }: HostedDeclaration): Lesson | null {
  const name = sent.max_tokens;
  // The other API has one name for it.
  if (maxOutputTokens === null || sent.api === "responses") return null;
  if (name === undefined || !names(detail, name)) return null;
  const other = LIMITS.find((one) => one !== name);
  // What complains of the figure names no other.
  const isFigure = /too (large|high|big|small)|at (most|least)|exceed|greater|less than|maximum/i.test(
    detail,
  );
  return other !== undefined && (names(detail, other) || !isFigure) ? { max_tokens: other } : null;
}

function flagLesson(detail: string, sent: Compat, { temperature }: HostedDeclaration): Lesson | null {
  if (sent.stream_options !== false && sent.stream !== false && /stream_options|include_usage/.test(detail))
    return { stream_options: false };
  if (sent.api === "responses" && sent.include !== false && /\binclude\b|encrypted[ _.]content/i.test(detail))
    return { include: false };
  if (temperature !== null && sent.temperature !== false && names(detail, "temperature"))
    return { temperature: false };
  const isStream = names(detail, "stream") || /\bstreaming\b/i.test(detail);
  return isStream && sent.stream !== false ? { stream: false } : null;
}

function systemLesson(detail: string, { api, system }: Compat): Lesson | null {
  if (api === "responses" && system === undefined)
    return names(detail, "instructions") ? { system: "system" } : null;
  return ROLE.test(detail) ? roleLesson(detail, system ?? "system") : null;
}

function roleLesson(detail: string, system: NonNullable<Compat["system"]>): Lesson | null {
  if (system === "user") return null;
  if (system === "system" && /instead|one of|use\b/i.test(detail) && names(detail, "developer"))
    return { system: "developer" };
  return { system: system === "developer" && names(detail, "system") ? "system" : "user" };
}

function names(detail: string, word: string): boolean {
  return new RegExp(`(?<![\\w.-])${word}(?![\\w-])`, "i").test(detail);
}
