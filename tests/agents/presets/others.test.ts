// Do the real claude, codex and gemini work as agents? Only with FACTORY_TEST_CLIS=all: together they are 740 MB.

import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { folderOf } from "../../rig/coding-cli.ts";
import { agentOf, changed, inquiryOf, Model, machineWith, orderOf, put } from "./workshop.ts";

// Other files share the process.
afterEach(() => void vi.unstubAllEnvs());

const model = await Model.start();
afterAll(() => model.server.stop());

const CODEX = `model_provider = "mock"
[model_providers.mock]
name = "mock"
base_url = "${model.server.url}/v1"
env_key = "MOCK_API_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
`;
/** How a person would have set each of them up, and the tool by which its model makes a file. */
const PROGRAMS = {
  claude: {
    env: { ANTHROPIC_API_KEY: "x", ANTHROPIC_BASE_URL: model.server.url, CLAUDE_CODE_MAX_RETRIES: "1" },
    home: {},
    model: "mock-model",
    tool: ["Bash", { command: "echo made > made.txt", description: "make" }],
    round: ["Bash", { command: "echo again", description: "again" }],
  },
  codex: {
    env: { MOCK_API_KEY: "x" },
    home: { ".codex/config.toml": CODEX },
    model: "mock-model",
    tool: ["exec_command", { cmd: "echo made > made.txt" }],
    round: ["exec_command", { cmd: "echo again" }],
  },
  gemini: {
    env: { GEMINI_API_KEY: "x", GOOGLE_GEMINI_BASE_URL: model.server.url },
    home: { ".gemini/settings.json": '{"security": {"auth": {"selectedType": "gemini-api-key"}}}' },
    model: "gemini-2.5-flash",
    tool: ["write_file", { file_path: "made.txt", content: "made\n" }],
    round: ["list_directory", { dir_path: "." }],
  },
} as const;

for (const preset of ["claude", "codex", "gemini"] as const) {
  const programs = await folderOf(preset);
  const { env, home, model: name, tool, round } = PROGRAMS[preset];
  const [toolName, input] = tool;
  model.calls(`WRITE-WITH-${preset}`, toolName, input);
  model.refuses(`REFUSE-${preset}`, 401, "no such key");
  const [loopName, loopInput] = round;
  model.callsForEver(`GO-ROUND-${preset}`, loopName, loopInput);
  const agent = agentOf({ preset, model: name, env: Object.keys(env) });
  const setUp = () => {
    put(machineWith(programs ?? ""), home);
    for (const [variable, value] of Object.entries(env)) vi.stubEnv(variable, value);
  };

  describe.skipIf(programs === null)(preset, () => {
    it("drafts in the role that the workspace has a file of", async () => {
      setUp();
      const files = { [`.${preset}/agents/implementer.md`]: `You are "IMPLEMENTING" with ${preset}.\n` };
      const order = await orderOf(`WRITE-WITH-${preset}`, files);
      const { result, usage } = await agent.draft(order);
      expect(result).toMatchObject({ ok: true, value: { notes: null } });
      expect(usage.tokens).toEqual({ in: 2100, out: 70, cached: 0 });
      expect(changed(order.dir)).toEqual(["?? made.txt"]);
      expect(model.asked(`IMPLEMENTING\\" with ${preset}`).length).toBeGreaterThan(0);
    });

    it("is ended when its model asks the same again and again", async () => {
      setUp();
      const { result } = await agent.draft(await orderOf(`GO-ROUND-${preset}`));
      expect(result).toMatchObject({ failure: { reason: "agent-loop", times: 4 } });
    });

    it("changes nothing when it is asked for a text", async () => {
      setUp();
      const order = await orderOf(`WRITE-WITH-${preset}`);
      const { result } = await agent.reply(inquiryOf(order, { dir: order.dir }));
      expect(result).toEqual({ ok: true, value: "All done." });
      expect(changed(order.dir)).toEqual([]);
    });

    it("fails with the provider's own words", async () => {
      setUp();
      const { result } = await agent.draft(await orderOf(`REFUSE-${preset}`));
      expect(result).toMatchObject({
        failure: { reason: "model-error", cause: "auth", detail: expect.stringContaining("no such key") },
      });
    });
  });
}
