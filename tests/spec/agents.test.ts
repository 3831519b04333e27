// Is an agent read by the catalogue that is given, and by no other list?

import { expect, test } from "vitest";
import { parseWorkspace } from "../../src/spec/read/parse-workspace.ts";
import { jsonSchemas } from "../../src/spec/schema/json-schema.ts";
import { file, lines } from "./sources.ts";

const CATALOGUE = { providers: { acme: { keyEnv: "ACME_KEY" } }, presets: ["robot"] };

function agents(...entries: readonly string[]) {
  const text = `projects: [{id: a, path: a}]\nagents:\n${entries.map((entry) => `  ${entry}\n`).join("")}`;
  return parseWorkspace(file("projects.yaml", text), CATALOGUE);
}

test("a provider has its own variable for the key, unless the agent names another", () => {
  const { value, diagnostics } = agents(
    "own: {kind: acme, model: large}",
    "other: {kind: acme, model: small, api_key_env: MINE}",
    "hand: {kind: command, preset: robot}",
  );
  expect(lines(diagnostics)).toEqual([]);
  expect(value?.agents).toMatchObject([
    { id: "own", kind: "hosted", provider: "acme", model: "large", keyEnv: "ACME_KEY" },
    { id: "other", kind: "hosted", provider: "acme", model: "small", keyEnv: "MINE" },
    { id: "hand", kind: "command", preset: "robot" },
  ]);
});

test("what its server takes is a preset, or what stands beside one, and goes before it", () => {
  const { value, diagnostics } = agents(
    "named: {kind: acme, model: m, compat: azure}",
    "mixed: {kind: acme, model: m, compat: {preset: mistral, stream_options: true, system: developer}}",
    'more: {kind: acme, model: m, headers: {x-team: "$TEAM_KEY"}, extra_body: {reasoning_effort: low}}',
  );
  expect(lines(diagnostics)).toEqual([]);
  expect(value?.agents).toMatchObject([
    { compat: { max_tokens: "max_completion_tokens", key_header: "api-key" } },
    { compat: { max_tokens: "max_tokens", stream_options: true, system: "developer" } },
    { headers: { "x-team": "$TEAM_KEY" }, extraBody: { reasoning_effort: "low" } },
  ]);
  for (const wrong of [
    "compat: nobody",
    "extra_body: {messages: []}",
    "extra_body: {instructions: x}",
    "extra_body: {max_tokens: 9}",
    'headers: {"a b": c}',
  ])
    expect(agents(`own: {kind: acme, model: m, ${wrong}}`).diagnostics).toMatchObject([{ line: 3 }]);
});

test("who is not in the catalogue is no kind and no preset, whatever it is called", () => {
  for (const kind of ["openai", "hosted", "toString", "__proto__"]) {
    const { diagnostics } = agents(`own: {kind: ${kind}, model: large}`);
    expect(diagnostics.map(({ severity, line }) => ({ severity, line }))).toEqual([
      { severity: "error", line: 3 },
    ]);
  }
  const { diagnostics, value } = agents("hand: {kind: command, run: make, preset: codex}");
  expect(diagnostics).toMatchObject([{ severity: "error", line: 3 }]);
  expect(value?.agents).toMatchObject([{ run: "make", preset: null }]);
});

test("editors are told of those in the catalogue", () => {
  const schema = JSON.stringify(jsonSchemas(CATALOGUE).projects);
  expect(schema).toContain('"const":"acme"');
  expect(schema).toContain('"enum":["robot"]');
  expect(schema).not.toMatch(/openai|gemini|codex/);
});
