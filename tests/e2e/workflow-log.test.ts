// In a run of GitHub Actions: do findings stand beside their lines, is the output of red gates there, and is nothing that a
// gate or a spec says a command?

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import type { Run } from "../rig/program.ts";
import { builtShop, PRODUCTS, shop } from "../rig/shop.ts";

const BACKLOG = "specs/products/BACKLOG.yaml";

function actions(rig: FactoryRig, ...args: readonly string[]): Promise<Run> {
  return rig.factoryWith({ GITHUB_ACTIONS: "true", CI: "true" }, ...args);
}

/** What the runner would obey. */
function commandsIn({ stdout, stderr }: Run): string[] {
  const lines = [stdout, stderr].flatMap((log) => log.split(/\r\n|[\r\n]/));
  return lines.filter((line) => /^\s*::/.test(line) || line.includes("##["));
}

test("findings are annotations of validate, build and check", async () => {
  await using rig = await shop();
  rig.edit(BACKLOG, "    title: Write T01\n", "    title: Write T01\n    colour: red\n");
  const line = rig.read(BACKLOG).split("\n").indexOf("    colour: red") + 1;
  const expected = `::error file=${BACKLOG},line=${line},col=5,title=unknown-key::${BACKLOG}:${line}:5: `;
  for (const command of ["validate", "build", "check"]) {
    const run = await actions(rig, command);
    expect(run.code).toBe(2);
    expect(commandsIn(run)).toEqual([expect.stringMatching(/^::error file=/)]);
    expect(commandsIn(run)[0]?.startsWith(expected)).toBe(true);
  }
  const here = await rig.factoryWith({ GITHUB_ACTIONS: "false" }, "validate");
  expect(commandsIn(here)).toEqual([]);
});

test("check stands what is stale beside the line that made it so", async () => {
  await using rig = await builtShop();
  rig.edit("specs/products/feature.md", "R1: A product has a name.", "R1: A product has a long name.");
  const run = await actions(rig, "check", "--json");
  expect(run.code).toBe(3);
  expect(JSON.parse(run.stdout)).toMatchObject({ ok: false });
  expect(commandsIn(run)).toContainEqual(
    expect.stringMatching(
      /^::error file=specs\/products\/feature\.md,line=\d+,title=task-stale::.*products:T01/,
    ),
  );
});

test("a red gate's output is there, folded, and obeys nobody", async () => {
  const gate = [
    "test -d src || exit 0",
    "printf '::error::owned\\n  ::stop-commands::token\\n::endgroup::\\n##[add-mask]name\\r::warning::w\\n'",
    "exit 1",
  ].join("\n");
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "check.sh": gate } }],
  });
  rig.feature({ ...PRODUCTS, tasks: [{ id: "T01", requirements: ["R1"] }] });
  rig.edit("specs/products/feature.md", "A product has a name.", "A product has ##[error]a name.");
  const run = await actions(rig, "build");
  expect(run.code).toBe(1);
  const commands = commandsIn(run);
  expect(commands.filter((one) => one.startsWith("::group::"))).toEqual([
    "::group::products:T01: output of gate check",
  ]);
  expect(commands.filter((one) => one === "::endgroup::")).toHaveLength(1);
  expect(commands.filter((one) => /^::error (?:file=[^:]*,)?title=gates-failed::/.test(one))).toHaveLength(1);
  const others = commands.filter(
    (one) => !/^::(?:group|endgroup|error)::|^::error title=gates-failed/.test(one),
  );
  expect(others.filter((one) => !/^::warning file=[^:]*,title=[a-z-]+::/.test(one))).toEqual([]);
  const inside = run.stderr.split("::group::")[1]?.split("::endgroup::")[0] ?? "";
  expect(inside).toContain(": :error::owned");
  expect(inside).toContain(": :stop-commands::token");
});
