// How does a session with a hosted model go? Ask, do what it calls for, tell it, ask again. What a message without calls
// means, and what the tools do, is told by the two kinds of sessions: hosted-draft.ts and hosted-reply.ts.

import type { HostedDeclaration } from "../model/agent-declaration.ts";
import type { ModelAnswer, ToolDeclaration } from "../model/conversation.ts";
import type { Failure } from "../model/failure.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Session, SessionResult } from "./agent-port.ts";
import { Conversation } from "./hosted-conversation.ts";
import { SessionLog } from "./session-log.ts";
import { declarationOf, type ToolName } from "./tool-list.ts";
import { ToolTurns, type ToolTurnsOptions } from "./tool-turn.ts";

export interface HostedSessionOptions<T> extends ToolTurnsOptions<T> {
  readonly declaration: HostedDeclaration;
  readonly system: string;
  readonly text: string;
  /** Tools whose choices this session knows. */
  readonly tools?: Readonly<Partial<Record<ToolName, ToolDeclaration>>>;
  /** A whole message without calls: the end of the session, a failure, or what is said to go on. */
  readonly settle: (message: ModelAnswer) => Result<{ readonly done: T } | { readonly say: string }>;
  /** The result with a remark on a log that stopped short; null where it has no place for one. */
  readonly remark: ((result: T, remark: string) => T) | null;
}

/** Never rejects for anything that a model says. Ends with the usage of all turns, whatever they came to. */
export async function runHostedSession<T>(
  options: HostedSessionOptions<T>,
  session: Session,
): Promise<SessionResult<T>> {
  const log = new SessionLog(session.log, session.redact);
  const { declaration, system, text } = options;
  const tools = options.offered.map((name) => options.tools?.[name] ?? declarationOf(name));
  const terms = { agent: declaration.id, maxTurns: declaration.maxTurns, system, text, tools };
  const conversation = new Conversation(terms, session, log);
  try {
    const result = await turns(options, conversation, new ToolTurns(options, session, log));
    log.ended(result.ok ? "done" : result.failure.reason);
    const { usage } = conversation;
    if (!result.ok || log.error === null || options.remark === null) return { result, usage };
    return {
      result: success(options.remark(result.value, `the log could not be written: ${log.error}`)),
      usage,
    };
  } finally {
    log.close();
  }
}

async function turns<T>(
  options: HostedSessionOptions<T>,
  conversation: Conversation,
  tools: ToolTurns<T>,
): Promise<Result<T>> {
  for (;;) {
    const message = await conversation.next();
    if (!message.ok) return message;
    const useless = uselessEnd(message.value, options);
    if (useless !== null) return failed(useless);
    if (message.value.toolCalls.length > 0) {
      const taken = await tools.take(message.value);
      if (!taken.ok) return taken;
      if ("done" in taken.value) return success(taken.value.done);
      conversation.answer(taken.value.answers);
      continue;
    }
    if (message.value.end === "length") {
      const cut = tools.cutOff();
      if (!cut.ok) return cut;
      conversation.say(cut.value);
    } else {
      const settled = options.settle(message.value);
      if (!settled.ok) return settled;
      if ("done" in settled.value) return success(settled.value.done);
      conversation.say(settled.value.say);
    }
    const idle = tools.idle();
    if (idle !== null) return failed(idle);
  }
}

/** An end after which asking again would only cost the same again; null where there is none. */
function uselessEnd(
  { end, text, toolCalls, unseen = 0 }: ModelAnswer,
  { declaration, role }: Pick<HostedSessionOptions<unknown>, "declaration" | "role">,
): Failure | null {
  if (end === "overlong")
    return {
      reason: "agent-answer",
      role,
      detail: `it had no end after ${Math.round(unseen / 1024 / 1024)} MB`,
    };
  if (end !== "length" || toolCalls.length > 0 || text.trim() !== "") return null;
  return { reason: "agent-thoughts", agent: declaration.id, limit: declaration.maxOutputTokens };
}
