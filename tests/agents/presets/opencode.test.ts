// Does the real opencode work as an agent, for somebody who has set it up in one of the usual ways?

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { processTable } from "../../../src/platform/process-table.ts";
import { folderOf } from "../../rig/coding-cli.ts";
import { agentOf, changed, inquiryOf, Model, machineWith, orderOf, put } from "./workshop.ts";

// Other files share the process.
afterEach(() => void vi.unstubAllEnvs());

// Each run of it takes seconds; tests/e2e/model-line.test.ts drives it in every run of the suite.
const programs = process.env.FACTORY_TEST_CLIS === undefined ? null : await folderOf("opencode");
const model = await Model.start();
afterAll(() => model.server.stop());

const SETTINGS = JSON.stringify({
  enabled_providers: ["mock"],
  provider: {
    mock: {
      npm: "@ai-sdk/openai-compatible",
      options: { baseURL: `${model.server.url}/v1`, apiKey: "{env:MOCK_API_KEY}" },
      models: {
        "plain-test": {
          name: "plain-test",
          tool_call: true,
          limit: { context: 128_000, output: 8192 },
          cost: { input: 1, output: 2 },
        },
      },
    },
  },
});
const role = (head: string, text: string) => `---\ndescription: A role\n${head}\n---\n${text}\n`;
const opencode = (fields: Parameters<typeof agentOf>[0] = {}) =>
  agentOf({ preset: "opencode", model: "mock/plain-test", env: ["MOCK_API_KEY"], ...fields });

describe.skipIf(programs === null)("opencode", () => {
  let home: string;
  beforeEach(() => {
    home = machineWith(programs ?? "");
    vi.stubEnv("MOCK_API_KEY", "sk-mock");
    vi.stubEnv("OPENCODE_DISABLE_MODELS_FETCH", "1");
  });

  it("drafts in the worktree and replies beside it at the same time, each in its role", async () => {
    model.calls("WRITE-IT", "write", { filePath: "made.txt", content: "made\n" });
    model.says("REVIEW-IT", "It is good.");
    const files = {
      "opencode.json": SETTINGS,
      ".opencode/agent/implementer.md": role("mode: primary\nhidden: true", "You are IMPLEMENTING."),
      ".opencode/agent/reviewer.md": role("mode: primary", "You are REVIEWING."),
    };
    const order = await orderOf("WRITE-IT, and say 'it''s \"done\"'.", files);
    const review = await orderOf("REVIEW-IT", files);
    const [drafted, replied] = await Promise.all([
      opencode({ role: "implementer" }).draft(order),
      opencode().reply(inquiryOf(review, { dir: null, snapshot: null })),
    ]);
    expect(drafted).toEqual({
      result: { ok: true, value: { changes: null, reads: [], question: null, notes: "All done." } },
      usage: { calls: 2, tokens: { in: 2100, out: 70, cached: 0 }, usd: expect.closeTo(0.00224) },
    });
    expect(changed(order.dir)).toEqual(["?? made.txt"]);
    expect(readFileSync(join(order.dir, "made.txt"), "utf8")).toBe("made\n");
    expect(replied).toMatchObject({ result: { ok: true, value: "It is good." }, usage: { calls: 1 } });
    expect(model.asked("You are IMPLEMENTING.")).toHaveLength(2);
    expect(model.asked("You are IMPLEMENTING.")[0]).toContain(JSON.stringify(order.text).slice(1, -1));
    expect(model.asked("You are REVIEWING.")).toHaveLength(1);
    expect(existsSync(join(order.root, ".opencode/.gitignore"))).toBe(false);
    expect(existsSync(join(home, ".local/share/opencode"))).toBe(false);
  });

  it("keeps the user's own settings, wherever they are, and adds what a run without a person needs", async () => {
    model.calls("ASK-FIRST", "write", { filePath: "made.txt", content: "made\n" });
    const keyInFile = SETTINGS.replace("{env:MOCK_API_KEY}", "{file:./key.txt}");
    put(home, { "mine/settings.json": keyInFile, "mine/key.txt": "sk-file" });
    put(home, { ".config/opencode/opencode.json": '{"share": "auto"}' });
    vi.stubEnv("OPENCODE_CONFIG", join(home, "mine/settings.json"));
    // A comment and a last comma, as people write them; and questions, as they want them when they sit there.
    vi.stubEnv("OPENCODE_CONFIG_CONTENT", '{"permission": {"edit": "ask"}, /* mine */ "username": "ann",}');
    const order = await orderOf("ASK-FIRST");
    const { result } = await opencode().draft(order);
    vi.stubEnv("OPENCODE_CONFIG", undefined);
    vi.stubEnv("OPENCODE_CONFIG_CONTENT", undefined);
    expect(result).toMatchObject({ ok: true });
    expect(changed(order.dir)).toEqual(["?? made.txt"]);
  });

  it("fails where its role has to ask a person for permission, though it exits as if all were well", async () => {
    model.calls("ASK-A-PERSON", "write", { filePath: "made.txt", content: "made\n" });
    const order = await orderOf("ASK-A-PERSON", {
      "opencode.json": SETTINGS,
      ".opencode/agent/asker.md": role("mode: primary\npermission:\n  edit: ask", "You ask."),
    });
    const { result, usage } = await opencode({ role: "asker" }).draft(order);
    expect(result).toMatchObject({
      ok: false,
      failure: { reason: "agent-unavailable", detail: expect.stringContaining("write: ") },
    });
    expect(usage).toMatchObject({ calls: 1, tokens: { in: 1000 } });
  });

  it("fails where it does not know its role, instead of playing another", async () => {
    const order = await orderOf("UNKNOWN-ROLE", { "opencode.json": SETTINGS });
    const { result } = await opencode({ role: "nobody" }).draft(order);
    expect(result).toMatchObject({
      ok: false,
      failure: { reason: "agent-unavailable", detail: expect.stringContaining('agent "nobody" not found') },
    });
    expect(model.asked("UNKNOWN-ROLE")).toEqual([]);
  });

  it("fails with the provider's own words", async () => {
    model.refuses("WRONG-KEY", 401, "no such key");
    const order = await orderOf("WRONG-KEY", { "opencode.json": SETTINGS });
    const { result, usage } = await opencode().draft(order);
    expect(result).toMatchObject({
      ok: false,
      failure: { reason: "model-error", cause: "auth", status: 401, detail: "APIError: no such key" },
    });
    expect(usage).toEqual({ calls: 0, tokens: { in: 0, out: 0, cached: 0 }, usd: 0 });
  });

  it("is ended when its model asks the same again and again, and after its last turn", async () => {
    model.callsForEver("GO-ROUND", "read", { filePath: "README.md" });
    model.callsForEver("WRITE-ON", "bash", {
      command: "date +%N >> made.txt; cat made.txt",
      description: "on",
    });
    const round = await opencode().draft(await orderOf("GO-ROUND", { "opencode.json": SETTINGS }));
    expect(round.result).toMatchObject({ ok: false, failure: { reason: "agent-loop", tool: "read" } });
    expect(round.usage.calls).toBeGreaterThan(2);
    const on = await opencode({ maxTurns: 2 }).draft(
      await orderOf("WRITE-ON", { "opencode.json": SETTINGS }),
    );
    expect(on.result).toEqual({ ok: false, failure: { reason: "agent-turns", turns: 2 } });
  });

  it("is ended with what its tools have started", async () => {
    const controller = new AbortController();
    const order = await orderOf("SLEEP-LONG", { "opencode.json": SETTINGS }, { signal: controller.signal });
    const pid = join(order.dir, "pid");
    model.calls("SLEEP-LONG", "bash", {
      command: "echo $$ > new; mv new pid; exec sleep 300",
      description: "sleep",
      timeout: 400_000,
    });
    const drafted = opencode().draft(order);
    const over = drafted.then(() => true);
    const soon = () => new Promise((resolve) => setTimeout(resolve, 50));
    while (!existsSync(pid) && (await Promise.race([over, soon()])) !== true);
    controller.abort();
    expect((await drafted).result).toEqual({ ok: false, failure: { reason: "cancelled" } });
    const living = (await processTable()).map((row) => row.pid);
    expect(living).not.toContain(Number(readFileSync(pid, "utf8")));
  });
});
