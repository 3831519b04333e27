// Which lines of JSON does watching print? One per event, each a whole document with `schema` and `event`.

import type { WatchEvent } from "../model/watch-event.ts";
import { buildDocument, diagnosticsDocument, type JsonObject } from "./json.ts";

export function watchObject(event: WatchEvent): JsonObject {
  switch (event.type) {
    case "watching":
      return { schema: 1, event: "watching", root: event.root };
    case "changed": {
      const { files, requirements, stale, maybe, plans, failedBefore, paid, usd } = event;
      const work = { files, requirements, stale, maybe, plans, failed_before: failedBefore };
      return { schema: 1, event: "changed", ...work, paid, usd };
    }
    case "unsound":
      return { event: "unsound", ...diagnosticsDocument(event.diagnostics) };
    case "joined":
    case "withdrawn":
      return { schema: 1, event: event.type, files: event.files };
    case "built":
      return { event: "built", ...buildDocument(event.result) };
    case "waiting":
      return { schema: 1, event: "waiting", for: event.for, until: event.until };
    case "polling":
      return { schema: 1, event: "polling", cause: event.cause };
    case "idle":
      return { schema: 1, event: "idle", mended: event.mended };
    case "declined":
      return { schema: 1, event: "declined" };
  }
}
