import { describe, expect, test } from "vitest";
import type { SourceChange, WatchEvent } from "../../src/model/watch-event.ts";
import { jsonLine } from "../../src/report/json.ts";
import { watchObject } from "../../src/report/watch-json.ts";
import { watchLines } from "../../src/report/watch-text.ts";

const EDIT: SourceChange = {
  first: false,
  files: ["specs/a/feature.md"],
  requirements: ["R2"],
  stale: ["a:T02"],
  maybe: 1,
  plans: [],
  failedBefore: [],
  paid: true,
  usd: 0.04,
};

const EVENTS: readonly WatchEvent[] = [
  { type: "watching", root: "/work" },
  { type: "changed", ...EDIT, first: true, files: [], requirements: [], maybe: 0, paid: false, usd: 0 },
  { type: "changed", ...EDIT },
  { type: "changed", ...EDIT, usd: null, plans: ["b"], failedBefore: ["c:T01"] },
  { type: "changed", ...EDIT, stale: [], maybe: 0, requirements: [], paid: false, usd: 0 },
  {
    type: "changed",
    ...EDIT,
    files: ["a", "b", "c", "d", "e", "f"].map((name) => `specs/${name}/feature.md`),
  },
  { type: "joined", files: ["specs/b/feature.md"] },
  { type: "withdrawn", files: ["projects.yaml"] },
  { type: "waiting", for: "budget", until: 125_000 },
  { type: "waiting", for: "provider", until: 30_000 },
  { type: "declined" },
  { type: "polling", cause: "too many\u001b[2J folders" },
  { type: "idle", mended: false },
  { type: "idle", mended: true },
];

describe("an event of watching", () => {
  test("is one line for people, or none", () => {
    expect(EVENTS.flatMap((event) => watchLines(event, 0, false))).toEqual([
      "watching /work; Ctrl-C stops it",
      "~ at the start: 1 task stale, a:T02; free",
      "~ specs/a/feature.md (R2): 1 task stale, a:T02; 1 more may follow; about $0.04",
      "~ specs/a/feature.md (R2): b to be planned; 1 task stale, a:T02; 1 more may follow; at a cost that is not known yet; c:T01 failed with this window: not tried again",
      "~ specs/a/feature.md: nothing is stale",
      "~ specs/a/feature.md, specs/b/feature.md, specs/c/feature.md, specs/d/feature.md and 2 more (R2): 1 task stale, a:T02; 1 more may follow; about $0.04",
      "~ specs/b/feature.md changed just now, too: the free part of that is built at once",
      "~ projects.yaml changed during the build: no new call starts for what that reaches",
      "! the hour's budget is spent: the rest continues in 3 minutes, or after an edit",
      "! a provider cannot be reached: the rest continues in 1 minute, or after an edit",
      "· paid work is declined; free work is built",
      expect.stringMatching(
        /^! not every folder can be watched \(too many[^\u001b]*folders\): looking every second$/,
      ),
      "~ fixed: everything is as the last build left it",
    ]);
  });

  test("is one line of JSON for scripts, whatever stands in it", () => {
    for (const event of EVENTS) {
      const line = jsonLine(watchObject(event));
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(line).not.toContain("\u001b");
      expect(JSON.parse(line)).toMatchObject({ schema: 1, event: event.type });
    }
  });
});
