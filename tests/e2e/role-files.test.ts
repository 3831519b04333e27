// Is what a workspace tells a coding program about its role part of what makes its work stale? A program in the place of
// codex, found on PATH as the real one would be.

import { chmodSync } from "node:fs";
import { delimiter } from "node:path";
import { expect, test } from "vitest";
import { asBuild, documentOf, FactoryRig } from "../rig/factory-rig.ts";

const CODEX = `#!/bin/sh
cat > /dev/null
mkdir -p src/notes
echo text > src/notes/T01.txt
echo '{"type":"turn.completed","usage":{"input_tokens":9,"cached_input_tokens":0,"output_tokens":3}}'
`;

const ROLE = ".codex/agents/implementer.toml";

test("a role file that appears, changes or goes makes stale what is drafted in that role, and nothing else does", async () => {
  await using rig = await FactoryRig.create({
    agents: { coder: { kind: "command", preset: "codex" } },
    implementer: "coder",
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a text." },
    tasks: [{ id: "T01", generator: null }],
  });
  rig.write({ "programs/codex": CODEX });
  chmodSync(rig.path("programs/codex"), 0o755);
  const env = { PATH: `${rig.path("programs")}${delimiter}${process.env.PATH}` };
  const build = async () => asBuild(await rig.factoryWith(env, "build", "--json")).actions;

  expect(await build()).toEqual({ "notes:T01": "regenerated" });
  rig.write({ [ROLE]: "You write short notes.\n", ".codex/agents/reviewer.toml": "You review.\n" });
  const explained = documentOf<{ reasons: object[] }>(await rig.factory("explain", "notes:T01", "--json"));
  expect(explained.reasons).toMatchObject([{ code: "file-changed", subject: ROLE }]);
  expect(await build()).toEqual({ "notes:T01": "regenerated" });
  expect(await build()).toEqual({ "notes:T01": "fresh" });
  rig.edit(ROLE, "short", "long");
  expect(await build()).toEqual({ "notes:T01": "regenerated" });
  rig.remove(ROLE);
  expect(await build()).toEqual({ "notes:T01": "restored" });
});
