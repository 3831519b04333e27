// Do lines that two people's features inserted into one file stay once, whatever git made of the two?

import { expect, onTestFailed, test } from "vitest";
import { APP, appWith, ROUTE_FILES } from "../rig/route-template.ts";
import { type Person, Team } from "../rig/team.ts";

const FILES = {
  ...ROUTE_FILES,
  ".gitignore": ".factory/\n",
  "projects.yaml":
    "version: 1\nprojects: [{id: app, path: ./, branch: main, gates: [{id: check, run: test -d src}]}]\nagents: {local: {kind: generator}}\nrouting: {implementer: local}\n",
  "src/app.txt": APP,
};

async function build(team: Team, who: Person, ...paths: readonly string[]): Promise<void> {
  for (const path of paths)
    expect((await team.factory(who, "new", "route", path, "--set", `path=${path}`)).code).toBe(0);
  await team.commit(team.workspace(who), `Want ${paths.join(" and ")}`);
  const built = await team.factory(who, "build");
  expect([built.code, built.stderr]).toEqual([0, expect.any(String)]);
  await team.commit(team.workspace(who), "Built");
}

const ALL = ["bills", "orders", "users", "ways"];

test.each([
  ["ours alone", null],
  ["both", appWith(...ALL)],
  [
    "both, theirs first, and a line of hers",
    appWith("users", "ways", "bills", "orders").replace("start()", "start(now)"),
  ],
])("a merge that keeps %s", async (_, resolved) => {
  using team = await Team.create("together", FILES);
  onTestFailed(() => console.error(team.log));
  const [anna, ben] = [team.workspace("anna"), team.workspace("ben")];
  await build(team, "anna", "bills", "orders");
  await team.git(anna, "push", "--quiet", "origin", "main");
  await build(team, "ben", "users", "ways");
  const how = ["pull", "--quiet", "--no-rebase", "--no-edit", "-X", "ours", "origin", "main"];
  await team.git(ben, ...how);
  if (resolved !== null) {
    team.write(ben, "src/app.txt", resolved);
    await team.git(ben, "commit", "--quiet", "--all", "--amend", "--no-edit");
  }
  const built = await team.factory("ben", "build");
  expect([built.code, built.stderr]).toEqual([0, expect.any(String)]);
  const expected = appWith(...ALL);
  expect(team.read(ben, "src/app.txt")).toBe(
    resolved?.includes("now") ? expected.replace("start()", "start(now)") : expected,
  );
  await team.commit(ben, "Built again");
  const again = await team.factory("ben", "build");
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining("regenerated")]);
});
