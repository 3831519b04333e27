// How does a hosted model answer with a text? It may look into the files where it is given some, and its last message is
// the answer. It writes nothing.

import assert from "node:assert/strict";
import type { HostedDeclaration } from "../model/agent.ts";
import type { Failure } from "../model/failure.ts";
import { failed, success } from "../model/result.ts";
import type { Ended, Inquiry } from "./agent.ts";
import { hold } from "./hosted-session.ts";
import { Overlay } from "./overlay.ts";
import { refused } from "./tool-answer.ts";
import { isReading, READING_TOOLS } from "./tool-list.ts";
import { Reading } from "./tool-reading.ts";

const CUT = "Your answer was cut off at the output limit. Give all of it again, shorter.";
const NUDGE = "Your answer was empty. Give it as text.";
const ENOUGH = "You have looked as often as you may. Give your answer now.";

export function replyHosted(declaration: HostedDeclaration, inquiry: Inquiry): Promise<Ended<string>> {
  const { role, system, text, snapshot, redact } = inquiry;
  const reading = snapshot === null ? null : new Reading(new Overlay(snapshot), redact);
  const empty: Failure = { reason: "agent-answer", role, detail: "it is empty" };
  let nudged = false;
  let looks = 0;
  return hold(
    {
      declaration,
      system,
      text,
      role,
      offered: reading === null ? [] : READING_TOOLS,
      desk: async (input) => {
        assert(reading !== null && isReading(input), "no other tool is offered");
        looks++;
        if (inquiry.looks !== undefined && looks > inquiry.looks) return success(refused(ENOUGH));
        return reading.perform(input);
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
