// What must hold for every agent, whoever writes the draft behind it? The promises of src/agents/agent-port.ts.

import { mkdir, mkdtemp, readFile, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Agent, Assignment } from "../../src/agents/agent-port.ts";
import type { Snapshot } from "../../src/agents/snapshot.ts";
import { failed, success } from "../../src/model/result.ts";
import { processTable } from "../../src/platform/process-table.ts";
import { taskOf } from "../gates/nouns.ts";

/** Agents of one kind in the three moods that the contract speaks of. */
export interface AgentCast {
  /** Writes `made.txt` and ends. */
  readonly working: () => Agent;
  /** Fails in the same way each time. */
  readonly failing: () => Agent;
  /**
   * Never ends by itself. Where it runs processes, it writes their pids to the file `pids` of its scratch folder, one
   * per line, before it calls `started`; null for agents that cannot hang.
   */
  readonly hanging: ((started: () => void) => Agent) | null;
}

/** A project without a file. */
const EMPTY_SNAPSHOT: Snapshot = {
  read: async () => success({ content: null, mode: null, digest: null }),
  list: async () => success({ names: null, digest: null }),
  search: async () => success({ hits: [], digest: null }),
};

export async function assignmentOf(fields: Partial<Assignment> = {}): Promise<Assignment> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "factory agent-")));
  const text = "# products:T01\n\nIt's a model.\n";
  await mkdir(join(root, "tree"));
  return {
    root,
    role: "implementer",
    guide: "implementer",
    task: taskOf(),
    window: { segments: [], taskBytes: Buffer.byteLength(text) },
    system: "",
    text,
    attempt: 1,
    slot: null,
    dir: join(root, "tree"),
    borrows: [],
    scratch: join(root, "scratch"),
    log: join(root, "logs", "T01.log"),
    snapshot: EMPTY_SNAPSHOT,
    readOnly: [],
    gates: [],
    runGate: async () => failed({ reason: "usage", message: "there is no gate", fix: "" }),
    ask: async () => failed({ reason: "model-needed", tasks: [] }),
    redact: (told) => told,
    spending: () => {},
    part: [],
    sources: {},
    signal: new AbortController().signal,
    ...fields,
  };
}

export function describeAgent(name: string, cast: AgentCast): void {
  describe(`${name}, as an agent,`, () => {
    it("gives work of a complete shape", async () => {
      const { result, usage } = await cast.working().draft(await assignmentOf());
      if (!result.ok) throw new Error(JSON.stringify(result.failure));
      const { changes, question } = result.value;
      expect(usage.calls).toBeGreaterThanOrEqual(0);
      expect(Object.keys(usage.tokens).sort()).toEqual(["cached", "in", "out"]);
      expect(question).toBeNull();
      expect(changes === null).toBe(cast.working().needsWorktree);
    });

    it("serves several tasks at once", async () => {
      const agent = cast.working();
      const assignments = await Promise.all([1, 2, 3].map(() => assignmentOf()));
      const drafts = await Promise.all(assignments.map((assignment) => agent.draft(assignment)));
      expect(drafts.every(({ result }) => result.ok)).toBe(true);
    });

    it("fails as a value, and for the same reason each time", async () => {
      const { result: first } = await cast.failing().draft(await assignmentOf());
      const { result: second } = await cast.failing().draft(await assignmentOf());
      expect(first.ok).toBe(false);
      expect(!second.ok && second.failure.reason).toBe(!first.ok && first.failure.reason);
    });

    it("is cancelled before it starts", async () => {
      const assignment = await assignmentOf({ signal: AbortSignal.abort() });
      expect((await cast.working().draft(assignment)).result).toEqual({
        ok: false,
        failure: { reason: "cancelled" },
      });
    });

    it.runIf(cast.hanging !== null)("is cancelled at work, and leaves no process", async () => {
      const controller = new AbortController();
      const assignment = await assignmentOf({ signal: controller.signal });
      const agent = cast.hanging?.(() => controller.abort());
      expect((await agent?.draft(assignment))?.result).toEqual({
        ok: false,
        failure: { reason: "cancelled" },
      });
      const pids = await readFile(join(assignment.scratch, "pids"), "utf8").catch(() => "");
      const living = new Set((await processTable()).map((row) => row.pid));
      expect(pids.split("\n").filter((pid) => living.has(Number(pid)))).toEqual([]);
    });
  });
}
