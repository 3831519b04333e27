// What does a worker tell of what it does, line by line?

import type { EventBody } from "../model/event.ts";
import { duration } from "./figures.ts";

export function workerLines(event: EventBody): readonly string[] {
  switch (event.type) {
    case "setup-started":
      return [`${event.project}/  runs its setup: ${event.command}`];
    case "setup-ended":
      return [`${event.project}/  setup ${event.failed ? "failed" : "ended"} · ${duration(event.ms)}`];
    case "gate-ended": {
      const { gate, passed, ms, evidence } = event.result;
      const how = passed ? "passed" : `failed: ${evidence}`;
      return [`${event.subject}  gate ${gate} ${how} · ${duration(ms)}`];
    }
    default:
      return [];
  }
}
