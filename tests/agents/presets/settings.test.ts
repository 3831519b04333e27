// What does opencode hear of its user's own settings, and what of ours? Without the program itself.

import { expect, test } from "vitest";
import { codex } from "../../../src/agents/presets/codex.ts";
import { opencode } from "../../../src/agents/presets/opencode.ts";

const SHEET = { name: "implementer", description: "Implements.", drafts: true };

/** What every call says beside its question. */
const PLACE = {
  ...{ title: "T01", dir: "/work/tree", root: "/work", scratch: "/work/scratch" },
  ...{ model: null, maxTurns: null },
};

function settingsOf(users: string): string | undefined {
  const call = opencode.call({
    purpose: "reply",
    ...PLACE,
    role: null,
    window: "Say yes.",
    env: { HOME: "/home/ann", OPENCODE_CONFIG_CONTENT: users },
  });
  return call.env.OPENCODE_CONFIG_CONTENT;
}

test("comments and last commas are read over, and nothing in a text is taken for one", () => {
  const users = `// mine, "all" of it
{
  "username": "a // b /* c */ ,}", /* a "quote" */
  "provider": { "own": { "url": "http://127.0.0.1//v1", }, },
  "permission": { "bash": "ask", "webfetch": "ask" }, // the last comma stays
}\r\n`;
  const heard = JSON.parse(settingsOf(users) ?? "");
  expect(heard).toMatchObject({
    username: "a // b /* c */ ,}",
    provider: { own: { url: "http://127.0.0.1//v1" } },
    permission: { bash: "deny", edit: "deny", webfetch: "ask" },
    share: "disabled",
  });
});

test.each(["{ not json", "[1, 2]", '{"a": 1} and more'])(
  "%s is left for opencode to complain of",
  (users) => {
    expect(settingsOf(users)).toBe(users);
  },
);

test.each([
  [
    "as the factory writes it",
    codex.roleText({ ...SHEET, text: 'Say "no" \\ or """.\n\nAnd stop.' }),
    'Say "no" \\ or """.\n\nAnd stop.',
  ],
  ["in one line", 'name = "a"\ndeveloper_instructions = "Be\\tbrief.\\u0021"\n', "Be\tbrief.!"],
  ["as it stands", "developer_instructions = '''\nC:\\new\n'''\n", "C:\\new"],
  ["in single quotes", "developer_instructions = 'C:\\new'\nname = 'a'\n", "C:\\new"],
  ["empty", 'developer_instructions = """"""\n', null],
  ["as plain text", "Be brief.\n", "Be brief."],
])("codex hears what the file of its role says, written %s", (_how, file, heard) => {
  const { args } = codex.call({
    purpose: "draft",
    ...PLACE,
    role: { name: "implementer", text: file },
    window: "Write it.",
    env: {},
  });
  const given = args.find((word) => word.startsWith("developer_instructions="));
  expect(given ?? null).toBe(heard === null ? null : `developer_instructions=${JSON.stringify(heard)}`);
});
