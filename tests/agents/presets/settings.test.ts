// What does opencode hear of its user's own settings, and what of ours? Without the program itself.

import { expect, test } from "vitest";
import { opencode } from "../../../src/agents/presets/opencode.ts";

function settingsOf(users: string): string | undefined {
  const call = opencode.call({
    purpose: "reply",
    title: "T01",
    dir: "/work/tree",
    root: "/work",
    scratch: "/work/scratch",
    model: null,
    maxTurns: null,
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
