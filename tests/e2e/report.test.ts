// What does whoever was not there read about a build? The same as Markdown and as one page that needs no server.

import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { CHROMIUM, PageVisitor } from "../rig/page-visitor.ts";

test("a report tells a build as Markdown and as a page without a server", async () => {
  await using rig = await FactoryRig.create();
  const nothing = await rig.factory("report");
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining("nothing was built here yet")]);
  rig.feature(
    {
      id: "guide",
      requirements: { R1: "Doors open at <b>nine</b> | or ten." },
      tasks: [{ id: "T01" }, { id: "T02", dependsOn: ["T01"] }],
    },
    "{{#each requirements}}{{text}}{{/each}}\n",
  );
  await rig.build();
  rig.edit("specs/guide/feature.md", "or ten", "or BROKEN");
  expect((await rig.build()).code).toBe(1);

  const { stdout } = await rig.factory("report");
  expect(stdout).toMatch(/^# Build \d{4}-\d\d-\d\dT/);
  expect(stdout).toMatch(/^\| guide:T01 \| failed \| .*\| local \| 1 \| \$0\.00 \| /m);
  expect(stdout).toMatch(/^\| guide:T02 \| (blocked|skipped) \| /m);
  expect(stdout).toMatch(/^- \*\*guide:T01\*\* .*BROKEN/m);
  const [, first = ""] = /^# Build (\S+)/m.exec(stdout) ?? [];
  expect((await rig.factory("report", first.slice(0, 22))).stdout).toBe(stdout);
  expect((await rig.factory("report", "1999")).code).toBe(2);

  const page = await rig.factory("report", "--html", "out/build.html");
  expect([page.code, page.stderr]).toEqual([0, ""]);
  const html = rig.read("out/build.html");
  expect(html).toContain("\\u003cb>nine");
  expect(html).not.toContain("<b>nine");
  if (CHROMIUM === undefined) return;
  await using visitor = await PageVisitor.open(pathToFileURL(rig.path("out/build.html")).href);
  const asked: string[] = [];
  visitor.page.on("request", (request) => asked.push(request.url()));
  for (const [hash, words] of [
    ["#/", "Failing 1"],
    ["#/builds", "not all well"],
    ["#/task/guide%3AT01", "Doors open at <b>nine</b> | or BROKEN."],
    ["#/specs/guide", "Doors open at <b>nine</b>"],
    ["#/graph", "The same as a list: 1 items"],
    ["#/metrics", "drafts accepted at the first attempt"],
  ] as const) {
    await visitor.go(hash);
    await expect.poll(() => visitor.text(), { timeout: 30_000, message: hash }).toContain(words);
    expect(await visitor.page.locator("button:text-is('Build'), button:text-is('Approve')").count()).toBe(0);
  }
  expect([visitor.complaints, asked.filter((url) => url.startsWith("http"))]).toEqual([[], []]);
});
