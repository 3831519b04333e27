// Does the audit see what must not be in a window, and nothing where all is well?

import { expect, test } from "vitest";
import { type AuditMaterial, audit, type SessionRecord } from "../../src/report/audit.ts";
import { auditDocument, auditText } from "../../src/report/audit-text.ts";

const PLAN = "A price is a whole number of cents and never less than one cent.";
const SECRET = "we first thought of floats but then the other planner said that cents are better";

function session(id: string, given: Partial<SessionRecord> = {}): SessionRecord {
  return {
    session: id,
    role: "implementer",
    subject: "prices:T01",
    attempt: 1,
    segments: [
      { kind: "role", name: "implementer", bytes: 900, file: "templates/prompts/implementer.hbs" },
      { kind: "requirement", name: "R1", bytes: 64, file: "specs/prices/feature.md" },
      { kind: "acceptance", name: "A1", bytes: 40, file: "specs/prices/BACKLOG.yaml" },
      { kind: "negative-evidence", name: "attempt 1", bytes: 30, file: null },
    ],
    windowBytes: 180,
    sent: { prompt: 900, text: 200 },
    toolBytes: 2048,
    window: PLAN,
    ...given,
  };
}

function material(...sessions: SessionRecord[]): AuditMaterial {
  const limits = {
    windowBytes: 3072,
    totalBytes: 5120,
    planningBytes: 10240,
    mapBytes: 51200,
    backlogMapBytes: 6144,
  };
  return { sessions, transcripts: [`${PLAN} ${SECRET}`], documents: [`# Plan\n\n${PLAN}`], limits };
}

test("clean sessions break no bound, and what survives in a document is no debris", () => {
  const planner = session("p", { role: "spec-planner", subject: "prices", window: SECRET, toolBytes: null });
  const found = audit(material(planner, session("a"), session("b", { attempt: 2 })));
  expect(found.broken).toEqual([]);
  expect(auditText(found, false)).toEqual([
    "✓ prices #1      spec-planner  180 B, with its prompt 1.1 KB",
    "    role 900 B (templates/prompts/implementer.hbs), requirement 64 B (specs/prices/feature.md), acceptance 40 B (specs/prices/BACKLOG.yaml), negative-evidence 30 B",
    "✓ prices:T01 #1  implementer  180 B, with its prompt 1.1 KB, tools 2.0 KB, debris 0 %",
    "    role 900 B (templates/prompts/implementer.hbs), requirement 64 B (specs/prices/feature.md), acceptance 40 B (specs/prices/BACKLOG.yaml), negative-evidence 30 B",
    "✓ prices:T01 #2  implementer  180 B, with its prompt 1.1 KB, tools 2.0 KB, debris 0 %",
    "    role 900 B (templates/prompts/implementer.hbs), requirement 64 B (specs/prices/feature.md), acceptance 40 B (specs/prices/BACKLOG.yaml), negative-evidence 30 B",
    "",
    "3 sessions, 0 reused, largest window of a task 180 B of 3.0 KB, debris at most 0 %",
  ]);
});

test("words of a discarded session are found whatever their case and their line breaks", () => {
  const window = `${PLAN}\nAnd so: ${SECRET.toUpperCase().replaceAll(" ", "\n")}`;
  const { sessions, broken } = audit(material(session("a", { window })));
  expect(sessions[0]?.debris).toBeGreaterThan(0.3);
  expect(broken).toMatchObject([
    { bound: "debris", sample: expect.stringContaining("we first thought of floats") },
  ]);
});

test("accepted code, and what gates said of drafts, is no debris, whoever wrote the same words before", () => {
  const code = `## Interfaces to build on\n\n### app/src/price.ts\n\n// ${SECRET}\n## Tried before, do not repeat\n\n${SECRET}`;
  const evidence = `## Tried before, do not repeat\n\n- Don't: ${SECRET}\n`;
  const shown = [
    { kind: "requirement", name: "R1", bytes: 64, file: "specs/prices/feature.md" },
    { kind: "interface", name: "app/src/price.ts", bytes: 300, file: null },
  ] as const;
  const told = { kind: "negative-evidence", name: "attempt 1", bytes: 90, file: null } as const;
  const window = `## Requirements\n\n- R1: ${PLAN}\n\n${code}`;
  const clean = session("a", { window, segments: shown });
  const again = session("b", { attempt: 2, window: `${window}\n\n${evidence}`, segments: [...shown, told] });
  expect(audit(material(clean, again)).sessions.map(({ debris }) => debris)).toEqual([0, 0]);
  // The same words in what comes from specs were heard from a planner.
  const dirty = session("c", { window: `## Requirements\n\n- R1: ${SECRET}\n\n${code}`, segments: shown });
  expect(audit(material(dirty)).broken).toMatchObject([{ bound: "debris", session: "c" }]);
});

test("fewer words in a row than a shingle has are no debris", () => {
  const window = `${PLAN} And so: we first thought of floats but then`;
  expect(audit(material(session("a", { window }))).broken).toEqual([]);
});

test("a session that two attempts share, too large a window and a planner's segment are told", () => {
  const fat = { kind: "document", name: "PLAN.md", bytes: 6000, file: "specs/prices/PLAN.md" } as const;
  const review = session("a", { role: "reviewer" });
  const found = audit(
    material(
      session("a"),
      review,
      session("b", { attempt: 2, segments: [fat], windowBytes: 6000, sent: null, window: null }),
    ),
  );
  expect(auditDocument(found)).toMatchObject({
    ok: false,
    reused_sessions: 1,
    broken: [
      { bound: "session-reuse", session: "a", found: 2, limit: 1 },
      { bound: "window-bytes", session: "b", found: 6000, limit: 3072, sample: "document PLAN.md" },
      { bound: "total-bytes", session: "b", found: 6000, limit: 5120 },
      { bound: "planner-segment", session: "b", found: 1, limit: 0, sample: "PLAN.md" },
    ],
  });
  expect(auditText(found, false).slice(7)).toEqual([
    "✗ prices:T01  its session was used for 2 attempts: implementer prices:T01 1, reviewer prices:T01 1",
    "✗ prices:T01  its window has 5.9 KB without the prompt, and 3.0 KB are allowed; the largest: document PLAN.md",
    "✗ prices:T01  its window has 5.9 KB with the prompt, and 5.0 KB are allowed; the largest: document PLAN.md",
    "✗ prices:T01  its window holds 1 segment that only planners may see, such as PLAN.md",
    "3 sessions, 1 reused, largest window of a task 5.9 KB of 3.0 KB, debris at most 0 %, 1 window not kept; 4 bounds broken",
  ]);
});

test("without sessions there is nothing to break", () => {
  expect(auditText(audit(material()), false)).toEqual(["no session is recorded"]);
  expect(auditDocument(audit(material()))).toMatchObject({ ok: true, sessions: [] });
});
