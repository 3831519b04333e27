// Does the rig itself keep its word? The tests of the factory lean on these few facts.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FactoryRig } from "./factory-rig.ts";
import { start } from "./program.ts";
import { ScriptedAgent } from "./scripted-agent.ts";

test("a workspace has its own repositories and leaves nothing behind", async () => {
  let root = "";
  {
    await using rig = await FactoryRig.create({
      projects: [{ id: "app" }, { id: "bare", repository: "empty" }],
    });
    root = rig.root;
    expect(await rig.git("app", "log", "--format=%s")).toBe("Start");
    expect(await rig.git("bare", "status", "--porcelain", "--branch")).toBe("## No commits yet on main");
    rig.feature({ id: "products", requirements: { R1: "A product has a name." }, tasks: [{ id: "T01" }] });
    rig.edit("specs/products/feature.md", "a name", "a price");
    expect(rig.read("specs/products/feature.md")).toContain("- R1: A product has a price.");
  }
  expect(() => readFileSync(join(root, "projects.yaml"))).toThrow("ENOENT");
});

test("no variable of the machine reaches a program", async () => {
  const home = tmpdir();
  const program = start(process.execPath, ["-p", "Object.keys(process.env).sort().join()"], {
    cwd: home,
    home,
  });
  expect((await program.done).stdout.trim()).toBe(
    "FACTORY_SANDBOX,GIT_CONFIG_NOSYSTEM,HOME,LANG,PATH,TMPDIR",
  );
});

test("a scripted agent does what the test orders and ends as told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "factory-scripted-"));
  writeFileSync(join(folder, "window.md"), "the window");
  await using agent = await ScriptedAgent.listen();
  const line = agent.run.replace("{{window}}", join(folder, "window.md"));
  const program = start("sh", ["-c", line], { cwd: folder, home: folder, env: { FACTORY_TASK: "a:T01" } });

  const attempt = await agent.nextAttempt();
  expect([attempt.task, attempt.number, attempt.window]).toEqual(["a:T01", 1, "the window"]);
  await attempt.write("src/deep/a.txt", "hello");
  expect(await attempt.shell("cat src/deep/a.txt")).toBe("hello");
  await expect(attempt.shell("exit 3")).rejects.toThrow();
  await attempt.exit(7);
  expect((await program.done).code).toBe(7);
  rmSync(folder, { recursive: true });
});
