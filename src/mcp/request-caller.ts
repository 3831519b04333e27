// How does whoever called a tool hear of a build while it runs, and how do they stop it? As progress of their request, and
// by cancelling it.

import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import type { Caller, Place } from "../pipeline/commands/caller.ts";
import { ownRedactor } from "../platform/redact.ts";
import { plainLine } from "../report/build-text.ts";
import { BEFORE, fold, type LiveState } from "../report/live-state.ts";
import { plain } from "../report/plain.ts";

export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export interface RequestCaller extends Caller {
  /** What was said until now; part of the answer. */
  readonly said: readonly string[];
}

export function requestCaller(place: Place, tool: string, waits: boolean, extra: Extra): RequestCaller {
  const { root, packageRoot, writer } = place;
  const said: string[] = [];
  const tellProgress = progressOf(extra);
  const say = (...lines: readonly string[]) => {
    for (const line of lines.map(plain)) {
      said.push(line);
      tellProgress(line);
    }
  };
  return {
    ...{ root, packageRoot, writer, said, waits, say },
    command: `factory mcp (${tool})`,
    warn: say,
    onInterrupt(interrupt) {
      const abort = () => interrupt.abort();
      if (extra.signal.aborted) abort();
      extra.signal.addEventListener("abort", abort);
      return () => extra.signal.removeEventListener("abort", abort);
    },
    async openView() {
      let state: LiveState = BEFORE;
      return {
        tell(event) {
          state = fold(state, event);
          const line = plainLine(event);
          if (line !== null) tellProgress(`${state.done}/${state.total} tasks  ${line}`);
        },
        close() {},
      };
    },
  };
}

/** Does nothing where the client has not asked for it. */
function progressOf({ _meta, sendNotification, signal }: Extra): (message: string) => void {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return () => {};
  const redact = ownRedactor();
  let progress = 0;
  return (message) => {
    if (signal.aborted) return;
    // The protocol wants it to grow with every message.
    progress += 1;
    const params = { progressToken, progress, message: redact(message) };
    sendNotification({ method: "notifications/progress", params }).catch((error: Error) => {
      // Whoever asked is gone; the build learns that by its signal.
      process.stderr.write(`factory: progress could not be told: ${error.message}\n`);
    });
  };
}
