// Can what a hint offers be typed as it stands, where the command was called?

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { calledAs, repeatCall } from "../../src/cli/called.ts";
import { FactoryRig } from "../rig/factory-rig.ts";

describe("the call", () => {
  test.each([
    [{}, undefined, "factory"],
    [{}, "../shop", "factory -C ../shop"],
    [{ npm_command: "exec", npm_lifecycle_script: "'factory'" }, undefined, "npx factory"],
    [{ npm_command: "exec", npm_lifecycle_script: "'factory' '-C'" }, "a b", "npx factory -C 'a b'"],
    [
      { npm_command: "exec", npm_lifecycle_script: "factory", npm_config_user_agent: "pnpm/10.1.0" },
      "it's",
      "pnpm exec factory -C 'it'\\''s'",
    ],
    // Whoever runs their tests by npm or npx, and calls it there.
    [{ npm_command: "run-script", npm_lifecycle_script: "vitest run" }, undefined, "factory"],
    [{ npm_command: "exec", npm_lifecycle_script: "vitest run" }, undefined, "factory"],
  ])("%j in %s is %s", (env, directory, called) => {
    expect(calledAs(env, directory)).toBe(called);
  });

  test("is repeated where a command is offered, and nowhere else", () => {
    const text =
      "next:\n  factory build\nRun `factory init`.\n  → factory answer a\nfactory builds\nThe factory waits.\n";
    expect(repeatCall(text, "npx factory")).toBe(
      "next:\n  npx factory build\nRun `npx factory init`.\n  → npx factory answer a\nfactory builds\nThe factory waits.\n",
    );
    expect(repeatCall(text, "factory")).toBe(text);
  });
});

describe("a hint", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "factory-called-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("after init in another folder works where it is typed", async () => {
    await using rig = await FactoryRig.create();
    const npx = { npm_command: "exec", npm_lifecycle_script: "'factory'" };
    const made = await rig.startWith(npx, "-C", folder, "init", "shop").done;
    const offered = /^ {2}npx factory (.*)$/m.exec(made.stderr)?.[1]?.split(" ") ?? [];
    expect(offered.slice(0, 3)).toEqual(["-C", folder, "new"]);
    const next = await rig.startWith(npx, ...offered).done;
    expect(next.code).toBe(0);
    expect(next.stderr).toContain(`  npx factory -C ${folder} build products`);
  });

  test("of a failure does the same, and the document of a script stays as it is", async () => {
    await using rig = await FactoryRig.create();
    const refused = await rig.factory("-C", folder, "build");
    expect(refused.stderr).toContain(`Run \`factory -C ${folder} init\``);
    const document = await rig.factory("-C", folder, "build", "--json");
    expect(document.stdout).toContain("Run `factory init`");
  });
});
