// What does somebody read whose Node is too old? One sentence that says so, whatever they asked for.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { programsOf } from "../rig/coding-cli.ts";
import { shop } from "../rig/shop.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OLD = ["16.20.2", "18.20.8"];

const nodes = await Promise.all(
  OLD.map(async (version) => {
    const folder = await programsOf(`node-${process.platform}-${process.arch}@${version}`, "node");
    return { version, node: folder === null ? null : join(folder, "node") };
  }),
);

describe.each(nodes)("Node $version", ({ version, node }) => {
  test.skipIf(node === null).each([["--version"], ["--help"], ["validate"], ["build"], ["doctor"]])(
    "is refused by factory %s in one line, with exit code 2",
    async (command) => {
      await using rig = await shop();
      const program = rig.launch(".", [node as string, join(ROOT, "bin/factory.js"), command]);
      expect(await program.done).toMatchObject({
        code: 2,
        stdout: "",
        stderr: `factory needs Node 20.19 or newer, and this is ${version}.\n`,
      });
    },
  );
});

test("what the command asks for is what the package asks for", () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(engines.node).toBe(">=20.19.0");
  expect(readFileSync(join(ROOT, "bin/factory.js"), "utf8")).toContain("NEEDED = [20, 19]");
});
