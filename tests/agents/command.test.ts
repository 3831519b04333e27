// Does a command agent keep its contract?

import { existsSync, watch } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Agent, Assignment, DraftedWork, Inquiry, SessionResult } from "../../src/agents/agent-port.ts";
import { commandAgent } from "../../src/agents/command.ts";
import type { CommandDeclaration } from "../../src/model/agent-declaration.ts";
import { assignmentOf, describeAgent } from "./contract.ts";

function agentOf(run: string | null, fields: Partial<CommandDeclaration> = {}): Agent {
  return commandAgent({
    id: "custom",
    place: { file: "projects.yaml", line: 1, column: 1 },
    kind: "command",
    run,
    preset: null,
    role: null,
    model: null,
    timeoutMs: 60_000,
    silenceMs: null,
    maxTurns: null,
    reads: "all",
    env: [],
    ...fields,
  });
}

async function work(
  run: string,
  assignment?: Assignment,
): Promise<DraftedWork & Pick<SessionResult<DraftedWork>, "usage">> {
  const { result, usage } = await agentOf(run).draft(assignment ?? (await assignmentOf()));
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return { ...result.value, usage };
}

async function failure(run: string | null, fields: Partial<CommandDeclaration> = {}) {
  const { result } = await agentOf(run, fields).draft(await assignmentOf());
  return result.ok ? null : result.failure;
}

const SCRATCH = 'cd "$(dirname "$FACTORY_RESULT")"';

describeAgent("A command", {
  working: () => agentOf("echo made > made.txt"),
  failing: () => agentOf("echo no; exit 3"),
  hanging: (started) => {
    const agent = agentOf(
      `${SCRATCH}; setsid sh -c 'echo $$ >> pids; trap "" TERM; touch ready; while :; do sleep 1; done' & echo $$ >> pids; wait`,
    );
    return {
      ...agent,
      draft: async (assignment) => {
        await mkdir(assignment.scratch, { recursive: true });
        const watcher = watch(assignment.scratch, (_event, name) => name === "ready" && started());
        return agent.draft(assignment).finally(() => watcher.close());
      },
    };
  },
});

describe("A command agent", () => {
  it("works in the worktree, whose content is the draft", async () => {
    const assignment = await assignmentOf();
    const done = await work("echo made > made.txt", assignment);
    expect(done).toEqual({
      changes: null,
      usage: { calls: 1, tokens: { in: 0, out: 0, cached: 0 }, usd: null },
      reads: [],
      question: null,
      notes: null,
    });
    expect(await readdir(assignment.dir!)).toEqual(["made.txt"]);
  });

  it("is given the window in three ways, all with the same text", async () => {
    const assignment = await assignmentOf();
    await work(
      `cat {{window}} > a; cat "$FACTORY_WINDOW" > b; cat TASK_CONTEXT.md > c; echo "$FACTORY_TASK" > d; cat`,
      assignment,
    );
    const file = (name: string) => readFile(join(assignment.dir!, name), "utf8");
    expect(await Promise.all(["a", "b", "c"].map(file))).toEqual(Array(3).fill(assignment.text));
    expect(await file("d")).toBe("products:T01\n");
  });

  it("never takes TASK_CONTEXT.md into the draft, even as a folder or after a failure", async () => {
    for (const run of [
      "rm TASK_CONTEXT.md; mkdir -p TASK_CONTEXT.md/deep",
      "echo >> TASK_CONTEXT.md; exit 1",
    ]) {
      const assignment = await assignmentOf();
      await agentOf(run).draft(assignment);
      expect(await readdir(assignment.dir!)).toEqual([]);
    }
  });

  it("leaves a project's own TASK_CONTEXT.md as it is", async () => {
    const assignment = await assignmentOf();
    const own = join(assignment.dir!, "TASK_CONTEXT.md");
    await writeFile(own, "ours");
    await work('test "$(cat TASK_CONTEXT.md)" = ours && test -s "$FACTORY_WINDOW"', assignment);
    expect(await readFile(own, "utf8")).toBe("ours");
  });

  it("sees the variables that it was allowed by name, and no others", async () => {
    Object.assign(process.env, { ACME_API_KEY: "given", OTHER_API_KEY: "kept" });
    const assignment = await assignmentOf();
    await agentOf("env > seen", { env: ["ACME_API_KEY"] }).draft(assignment);
    delete process.env.ACME_API_KEY;
    delete process.env.OTHER_API_KEY;
    const seen = await readFile(join(assignment.dir!, "seen"), "utf8");
    expect(seen).toContain("ACME_API_KEY=given");
    expect(seen).not.toContain("OTHER_API_KEY");
  });

  it("logs what it says, as plain text", async () => {
    const assignment = await assignmentOf();
    await work("printf '\\033[1mthinking\\033[0m\\n'; echo aloud >&2", assignment);
    expect(await readFile(assignment.log, "utf8")).toBe("thinking\naloud\n");
  });

  it("fails by class: exit, signal, time, missing program", async () => {
    expect(await failure("echo no such model; exit 3")).toEqual({
      reason: "agent-exit",
      code: 3,
      signal: null,
      output: "no such model\n",
    });
    expect(await failure("kill -9 $$")).toMatchObject({
      reason: "agent-exit",
      code: null,
      signal: "SIGKILL",
    });
    expect(await failure("echo hm; sleep 300", { timeoutMs: 300 })).toMatchObject({
      reason: "agent-timeout",
      output: "hm\n",
    });
    expect(await failure("no-such-agent --in {{window}}")).toEqual({
      reason: "agent-missing",
      program: "no-such-agent",
    });
    // Nobody was asked, so nothing was spent, and that is known.
    expect((await agentOf("no-such-agent").draft(await assignmentOf())).usage.calls).toBe(0);
  });

  it("is told where the workspace is, even where a shell would read its name otherwise", async () => {
    const root = await mkdtemp(join(tmpdir(), "it's a workspace $(false) "));
    const assignment = await assignmentOf({ root });
    await work("echo {{workspace}} > where", assignment);
    expect(await readFile(join(assignment.dir!, "where"), "utf8")).toBe(`${root}\n`);
  });

  it("is ended when it is silent for too long", async () => {
    expect(await failure("echo hm; sleep 300", { silenceMs: 300 })).toMatchObject({
      reason: "agent-timeout",
      output: "hm\n",
    });
  });

  it("fails where its window cannot be written", async () => {
    const assignment = await assignmentOf({ scratch: "/dev/null/scratch" });
    const drafted = await agentOf("touch started").draft(assignment);
    expect(drafted.result).toMatchObject({ ok: false, failure: { reason: "io", code: "ENOTDIR" } });
    expect(existsSync(join(assignment.dir!, "started"))).toBe(false);
  });
});

describe("A command agent that is asked for a text", () => {
  const inquiryOf = async (fields: Partial<Inquiry> = {}): Promise<Inquiry> => {
    const { scratch, ...session } = await assignmentOf();
    return { ...session, scratch, role: "reviewer", subject: "products:T01", dir: session.dir, ...fields };
  };
  const reply = async (run: string, inquiry?: Inquiry) =>
    (await agentOf(run).reply(inquiry ?? (await inquiryOf()))).result;

  it("reads the window on stdin, in the project's folder, and answers on stdout", async () => {
    const inquiry = await inquiryOf({ system: "You review." });
    await writeFile(join(inquiry.dir!, "file"), "of the project\n");
    expect(await reply("cat; cat file; echo thinking >&2", inquiry)).toEqual({
      ok: true,
      value: "You review.\n\n# products:T01\n\nIt's a model.\nof the project",
    });
  });

  it("starts in an empty folder where there are no files to look at", async () => {
    expect(await reply("ls -A; echo none", await inquiryOf({ dir: null, snapshot: null }))).toEqual({
      ok: true,
      value: "none",
    });
  });

  it("may answer in FACTORY_RESULT, beside what it says on its way", async () => {
    const run = `echo on my way; echo '{"text": "Here.", "usd": 0.25}' > "$FACTORY_RESULT"`;
    const { result, usage } = await agentOf(run).reply(await inquiryOf());
    expect([result, usage.usd]).toEqual([{ ok: true, value: "Here." }, 0.25]);
  });

  it("is not believed when it says nothing, and not read to the end when it says too much", async () => {
    const role = "reviewer";
    expect(await reply("echo ' '")).toEqual({
      ok: false,
      failure: { reason: "agent-answer", role, detail: "it is empty" },
    });
    expect(await reply("yes | head -c 3000000")).toEqual({
      ok: false,
      failure: { reason: "agent-answer", role, detail: expect.stringContaining("longer than") },
    });
  });

  it("fails with what it said last", async () => {
    expect(await reply("echo half; echo no such model >&2; exit 3")).toMatchObject({
      failure: { reason: "agent-exit", code: 3, output: "no such model\n" },
    });
  });
});

describe("FACTORY_RESULT", () => {
  const reported = (json: string) => work(`cat > "$FACTORY_RESULT" <<'END'\n${json}\nEND`);

  it("tells usage, price, notes and a question", async () => {
    const json =
      '{"usage": {"in": 7, "out": 3, "cached": 2}, "usd": 0.5, "notes": "done", "question": "Which?"}';
    expect(await reported(json)).toMatchObject({
      usage: { calls: 1, tokens: { in: 7, out: 3, cached: 2 }, usd: 0.5 },
      notes: "done",
      question: "Which?",
    });
  });

  it("keeps a stated price of zero apart from no price", async () => {
    expect((await reported('{"usd": 0}')).usage.usd).toBe(0);
    expect((await reported('{"usage": {"in": 1}}')).usage).toEqual({
      calls: 1,
      tokens: { in: 1, out: 0, cached: 0 },
      usd: null,
    });
  });

  it("loses a member of the wrong shape, with a note, and keeps the others", async () => {
    const { usage, notes, question } = await reported(
      '{"usage": {"in": -1}, "usd": "5", "notes": "half", "question": " "}',
    );
    expect(usage).toEqual({ calls: 1, tokens: { in: 0, out: 0, cached: 0 }, usd: null });
    expect(question).toBeNull();
    expect(notes).toMatch(/^half\nFACTORY_RESULT: usage is left out: .*\nFACTORY_RESULT: usd is left out: /);
  });

  it.each([
    ["no JSON", "echo '{' > \"$FACTORY_RESULT\"", "is not JSON"],
    ["a list", "echo '[]' > \"$FACTORY_RESULT\"", "holds no JSON object"],
    ["a megabyte and more", 'truncate -s 2M "$FACTORY_RESULT"', "is larger than"],
    ["a link", 'ln -s /etc/passwd "$FACTORY_RESULT"', "is a symbolic link"],
    ["a folder", 'mkdir "$FACTORY_RESULT"', "is not a regular file"],
  ])("is not fatal when it is %s", async (_what, run, complaint) => {
    const { notes, usage } = await work(run);
    expect(notes).toContain(complaint);
    expect(usage).toEqual({ calls: 1, tokens: { in: 0, out: 0, cached: 0 }, usd: null });
  });
});
