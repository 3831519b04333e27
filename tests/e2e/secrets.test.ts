// Where does a key end that an agent prints? Nowhere.

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const SECRET = "hush-8d1f/4a+c0ffee";

test("a key that an agent prints is in no log, no journal and no answer of the factory", async () => {
  const print =
    'printf "%s" "$HOUSE_TOKEN" | cut -c1-9 | tr -d "\\n"; printf "%s" "$HOUSE_TOKEN" | cut -c10-';
  await using rig = await FactoryRig.create({
    agents: {
      leaky: { kind: "command", run: `${print}; echo "$HOUSE_TOKEN" >&2; exit 3`, env: ["HOUSE_TOKEN"] },
    },
    implementer: "leaky",
    limits: { attempts: 1, rebases: 0 },
    projects: [{ id: "app", gates: [{ id: "env", run: 'test -z "$HOUSE_TOKEN"' }] }],
  });
  rig.feature({ id: "notes", requirements: { R1: "A note." }, tasks: [{ id: "T01", generator: null }] });
  const run = await rig.factoryWith({ HOUSE_TOKEN: SECRET }, "build", "--json");
  const log = rig.read(".factory/tasks/notes/T01.log");
  expect(log).toBe("[redacted]\n[redacted]\n");
  expect(run.code).toBe(1);
  const texts = rig.list(".factory").map((path) => [path, rig.bytes(path)] as const);
  const journal = texts.find(([path]) => path.startsWith(".factory/journal/"));
  expect(journal?.[1].toString()).toContain("[redacted]");
  for (const [path, bytes] of [["the answer", Buffer.from(run.stdout + run.stderr)] as const, ...texts]) {
    expect(bytes.includes(SECRET), path).toBe(false);
    expect(bytes.includes(Buffer.from(SECRET).toString("base64").slice(0, 20)), path).toBe(false);
  }
});
