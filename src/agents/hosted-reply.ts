// How does a hosted model answer with a text? It may look into the files where it is given some, and its last message is
// the answer. It writes nothing.

import assert from "node:assert/strict";
import type { HostedDeclaration } from "../model/agent-declaration.ts";
import type { Failure } from "../model/failure.ts";
import { failed, success } from "../model/result.ts";
import type { Inquiry, SessionResult } from "./agent-port.ts";
import { runHostedSession } from "./hosted-session.ts";
import { Overlay } from "./overlay.ts";
import { refused } from "./tool-answer.ts";
import { isReading, READING_TOOLS } from "./tool-list.ts";
import { ReadTools } from "./tool-reading.ts";

const CUT = "Your answer was cut off at the output limit. Give all of it again, shorter.";
const NUDGE = "Your answer was empty. Give it as text.";
const ENOUGH = "You have looked as often as you may. Give your answer now.";

export function replyHosted(
  declaration: HostedDeclaration,
  inquiry: Inquiry,
): Promise<SessionResult<string>> {
  const { role, system, text, snapshot, redact } = inquiry;
  const readTools = snapshot === null ? null : new ReadTools(new Overlay(snapshot), redact);
  const empty: Failure = { reason: "agent-answer", role, detail: "it is empty" };
  let nudged = false;
  let looks = 0;
  return runHostedSession(
    {
      declaration,
      system,
      text,
      role,
      offered: readTools === null ? [] : READING_TOOLS,
      handle: async (input) => {
        assert(readTools !== null && isReading(input), "no other tool is offered");
        looks++;
        if (inquiry.looks !== undefined && looks > inquiry.looks) return success(refused(ENOUGH));
        return readTools.perform(input);
      },
      cutShort: CUT,
      settle: (message) => {
        if (message.text.trim() !== "") return success({ done: redact(message.text) });
        if (nudged) return failed(empty);
        nudged = true;
        return success({ say: NUDGE });
      },
      remark: null,
    },
    inquiry,
  );
}
