// Does a journal that was damaged give back what was written, and nothing else?

import { test } from "vitest";
import { lacksBreak, parseRecords, recordLine } from "../../../src/store/records.ts";
import { LONG } from "../extent.ts";
import { fuzz } from "./fuzz.ts";

const EVENTS = [
  { at: 1, type: "build-started", build: "b", tasks: 2, settled: 0 },
  { at: 2, type: "task-judged", task: "products:T01", verdict: "stale", reasons: [] },
  { at: 3, type: "attempt-started", task: "products:T01", attempt: 1, agent: "coder", windowBytes: 2_000 },
  {
    at: 4,
    type: "draft-ended",
    task: "products:T01",
    attempt: 1,
    said: "Zwölf Zeilen \u2028 \ud83d\ude42 \\n",
  },
  { at: 5, type: "build-ended", usd: 0.02 },
].map((event) => JSON.stringify(event));

const WRITTEN = new Set(EVENTS);

test("a journal", LONG, async () => {
  await fuzz({
    name: "journal",
    seeds: [
      Buffer.concat(EVENTS.map((event) => recordLine(event))),
      Buffer.concat(EVENTS.slice(0, 1).map(recordLine)),
    ],
    fault(bytes) {
      const { values, whole, torn, damaged } = parseRecords(bytes);
      const foreign = values.map((value) => JSON.stringify(value)).find((value) => !WRITTEN.has(value));
      if (foreign !== undefined) return `it gives what nobody wrote: ${foreign}`;
      if (whole > bytes.length || torn !== whole < bytes.length)
        return `whole up to ${whole} of ${bytes.length}`;
      if (damaged < 0) return "less than nothing is damaged";
      // What is appended to the whole part is found again, whatever stands before it.
      const sound = Buffer.from(bytes.subarray(0, whole));
      const line = recordLine(EVENTS[0] as string);
      const longer = parseRecords(
        Buffer.concat([sound, ...(lacksBreak(sound) ? [Buffer.from("\n")] : []), line]),
      );
      return longer.values.length === values.length + 1 ? null : "what is appended is not found again";
    },
  });
});
