// Does the dashboard show what is so, and do its buttons what the commands do? A real browser walks through it while a
// build runs and afterwards.

import axe from "axe-core";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { CHROMIUM, PageVisitor, serveDashboard } from "../rig/page-visitor.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";

const PAGES = ["#/", "#/graph", "#/specs", "#/specs/guide", "#/task/guide%3AT01", "#/builds", "#/metrics"];
const PATIENCE = { timeout: 60_000 };

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

interface Visit {
  readonly agent: ScriptedAgent;
  readonly rig: FactoryRig;
  readonly visitor: PageVisitor;
}

test.skipIf(CHROMIUM === undefined)(
  "a person walks through every page while a build runs and afterwards, edits and settles (needs Chromium)",
  // A browser that draws without a graphics card shares two cores with all other tests.
  { timeout: 400_000 },
  async () => {
    await using agent = await ScriptedAgent.listen();
    await using rig = await FactoryRig.create({
      agents: { scripted: { kind: "command", run: agent.run } },
      implementer: "scripted",
    });
    rig.feature({
      id: "guide",
      requirements: { R1: "Doors open at nine.", R2: "Dogs are welcome." },
      tasks: [
        { id: "T01", requirements: ["R1"], generator: null },
        { id: "T02", requirements: ["R2"], dependsOn: ["T01"], generator: null },
      ],
    });
    await rig.commitWorkspace("A guide");
    const { program, link } = await serveDashboard(rig);
    await using visitor = await PageVisitor.open(link);
    const visit = { agent, rig, visitor };
    await seesABuildRun(visit);
    await editsWhileABuildRuns(visit);
    await readsEveryPage(visit);
    await leadsByKeys(visit);
    await editsARequirement(visit);
    await settles(visit);
    expect(visitor.complaints.filter((words) => !words.includes("422"))).toEqual([]);
    program.child.kill("SIGINT");
    expect((await program.done).code).toBe(130);
  },
);

/** A build that is begun on the page is seen as it runs, and its end. */
async function seesABuildRun({ agent, rig, visitor }: Visit): Promise<void> {
  const { page } = visitor;
  await page.waitForSelector(".column.stale .card");
  expect(await page.textContent(".column.stale h3")).toContain("2");
  await page.click("header button:text-is('Build')");
  const first = await agent.nextAttempt();
  await page.waitForSelector(".column.running .card:has-text('guide:T01')");
  expect(await page.textContent(".now")).toContain("0/2");
  await visitor.go("#/task/guide%3AT01");
  await page.waitForSelector("text=is drafted by scripted, attempt 1");
  await first.succeed("src/guide/T01.txt", "nine\n");
  const second = await agent.nextAttempt();
  await page.waitForSelector("h1:has-text('fresh')");
  await second.succeed("src/guide/T02.txt", "dogs\n");
  await visitor.go("#/");
  await page.waitForSelector(".column.fresh .card:has-text('2 tasks')");
  await page.waitForSelector("header button:text-is('Build')");
  expect(await rig.status()).toEqual({ "guide:T01": "fresh", "guide:T02": "fresh" });
}

/** A task that was edited again while it was drafted is stale after the build, in the very words of before. */
async function editsWhileABuildRuns({ agent, rig, visitor }: Visit): Promise<void> {
  const { page } = visitor;
  const stale = ".column.stale .card:has-text('guide:T02')";
  rig.edit("specs/guide/feature.md", "Dogs", "Cats");
  await page.waitForSelector(stale);
  await page.click("header button:text-is('Build')");
  const begun = await agent.nextAttempt();
  rig.edit("specs/guide/feature.md", "Cats", "Cows");
  await begun.succeed("src/guide/T02.txt", "cats\n");
  await page.waitForSelector("header button:text-is('Build')");
  await page.waitForSelector(stale);
  expect(await rig.status()).toEqual({ "guide:T01": "fresh", "guide:T02": "stale" });
  await page.click("header button:text-is('Build')");
  await (await agent.nextAttempt()).succeed("src/guide/T02.txt", "cows\n");
  await page.waitForSelector(".column.fresh .card:has-text('2 tasks')");
  await page.waitForSelector("header button:text-is('Build')");
}

/** Every page says what is so, and axe finds nothing serious on it, in light, dark, and on a phone. */
async function readsEveryPage({ visitor }: Visit): Promise<void> {
  const { page } = visitor;
  const expected: Readonly<Record<string, readonly string[]>> = {
    "#/": ["Waits for you", "Fresh 2"],
    "#/graph": ["The same as a list: 1 items"],
    "#/specs": ["The guide feature"],
    "#/specs/guide": ["Doors open at nine.", "Versions"],
    "#/task/guide%3AT01": ["Window:", "src/guide/T01.txt", "Needed by"],
    "#/builds": ["critical path: guide:T01 guide:T02", "all well"],
    "#/metrics": ["drafts accepted at the first attempt", "100 %"],
  };
  for (const [scheme, width] of [
    ["light", 1280],
    ["dark", 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    for (const hash of PAGES) {
      await visitor.go(hash);
      for (const words of expected[hash] ?? [])
        await expect.poll(() => visitor.text(), { ...PATIENCE, message: hash }).toContain(words);
      // Nothing hangs over the edge of a phone.
      expect(await page.evaluate("document.documentElement.scrollWidth"), hash).toBeLessThanOrEqual(width);
      await page.evaluate(axe.source);
      const { violations } = (await page.evaluate("axe.run()")) as { violations: readonly Violation[] };
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(
        serious.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
        `${scheme} ${hash}`,
      ).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
}

/** Keys lead through the pages, and projects open into features and tasks. */
async function leadsByKeys({ visitor }: Visit): Promise<void> {
  const { page } = visitor;
  await visitor.go("#/");
  await page.keyboard.press("2");
  await page.waitForSelector("h1:text-is('Graph')");
  await page.click("summary:has-text('The same as a list')");
  await page.click("button:text-is('app/')");
  await page.click("button:text-is('app/guide')");
  await page.waitForSelector("main li a:text-is('guide:T02')");
  await page.click("li:has-text('guide:T02') button:text-is('open')");
  await page.waitForSelector("summary:has-text('4 items')");
  await page.waitForSelector("li:has-text('R2 Cows are welcome.') a:text-is('guide')");
  // What a file is written by is found by its path.
  await page.click("li button:text-is('src/guide/T02.txt')");
  await page.waitForSelector("summary:has-text('3 items')");
  expect(await page.inputValue("input[type=search]")).toBe("src/guide/T02.txt");
  for (const [words, items] of [
    ["waits", 0],
    ["fresh scripted", 4],
    ["t02", 3],
  ] as const) {
    await page.keyboard.press("/");
    await page.fill("input[type=search]", words);
    await page.waitForSelector(`summary:has-text(': ${items} items')`);
  }
  await page.click("button:text-is('Close all')");
  await page.waitForSelector("summary:has-text(': 1 items')");
  for (const items of [1, 1, 3]) {
    await page.click("button:text-is('Open all')");
    await page.waitForSelector(`summary:has-text(': ${items} items')`);
  }
  await page.focus("input[type=search]");
  await page.keyboard.press("Escape");
  await page.click("main li a:text-is('guide:T02')");
  await page.waitForSelector("h1:has-text('guide:T02')");
  await page.keyboard.press("Escape");
  await page.waitForSelector("h1:text-is('Graph')");
}

/** A requirement is edited in place, says what it costs, is put back; the task says why it is stale. */
async function editsARequirement({ rig, visitor }: Visit): Promise<void> {
  const { page } = visitor;
  const before = rig.read("specs/guide/feature.md");
  await visitor.go("#/specs/guide");
  await page.click("li:has-text('R1') button:text-is('Edit')");
  await page.fill("textarea", "Doors open at eight.");
  await page.waitForSelector("[role=status]:has-text('Makes stale: guide:T01')");
  expect(rig.read("specs/guide/feature.md")).toBe(before);
  await page.click("button:text-is('Save')");
  await page.waitForSelector("button:text-is('Put it back')");
  expect(rig.read("specs/guide/feature.md")).toBe(before.replace("at nine", "at eight"));
  await visitor.go("#/task/guide%3AT01");
  await page.waitForSelector("td.before:text-is('Doors open at nine.')");
  await page.waitForSelector("td.after:text-is('Doors open at eight.')");
  await visitor.go("#/specs/guide");
  await page.click("li:has-text('R1') button:text-is('Edit')");
  await page.fill("textarea", "Doors open at nine.");
  await page.click("button:text-is('Save')");
  await expect.poll(() => rig.read("specs/guide/feature.md"), PATIENCE).toBe(before);
}

/** Buttons settle what a person made, and say what is refused. */
async function settles({ rig, visitor }: Visit): Promise<void> {
  const { page } = visitor;
  rig.edit("projects/app/src/guide/T02.txt", "cows", "cows and cats");
  await rig.commit("app", "By hand");
  await visitor.go("#/task/guide%3AT02");
  await page.waitForSelector("h1:has-text('guide:T02')");
  await page.click("button:text-is('Accept the edit')");
  await page.waitForSelector("[role=alert]:has-text('belongs to people now')");
  expect(rig.read("specs/guide/factory.lock")).toContain("released");
  await page.click("[role=alert] button");
  await page.click("button:text-is('Approve')");
  await page.waitForSelector("[role=alert]:has-text('no draft and no new text')");
}
