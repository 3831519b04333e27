// Does the same source give the same product, whatever was lost and in whatever order tasks ended?

import { expect, test } from "vitest";
import { type FactoryRig, madeOnce, type ProjectText, type RigOptions } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import { everyTask, shop } from "../rig/shop.ts";

/** Projects that the factory makes itself, so that they can be deleted whole. */
const SCAFFOLDED: readonly ProjectText[] = ["app", "client"].map((id) => ({
  id,
  scaffold: "plain",
  repository: "absent",
}));

async function scaffolded(options: RigOptions = {}): Promise<FactoryRig> {
  const rig = await shop({ projects: SCAFFOLDED, ...options });
  rig.write({
    "templates/projects/plain/check.sh": "true\n",
    "templates/projects/plain/README.md": "# Plain\n",
  });
  return rig;
}

const builtFromScaffold = madeOnce(async () => {
  const rig = await scaffolded();
  expect((await rig.build()).code).toBe(0);
  return rig;
});

async function trees(rig: FactoryRig): Promise<readonly string[]> {
  return Promise.all(["app", "client"].flatMap((id) => [rig.tree(id), rig.tree(id, "refs/factory/main")]));
}

test("projects that do not exist are made from their scaffold", async () => {
  await using rig = await scaffolded();
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main")).toBe(
    [
      "README.md",
      "check.sh",
      "src/money/T01.txt",
      "src/products/T01.txt",
      "src/products/T02.txt",
      "src/products/T03.txt",
    ].join("\n"),
  );
  expect(rig.read("projects/app/src/products/T01.txt")).toContain("A product has a name.");
});

const LOSSES: readonly (readonly [string, readonly string[]])[] = [
  [".factory", [".factory"]],
  ["both projects", ["projects"]],
  [".factory and both projects", [".factory", "projects"]],
  ["the locks", ["specs/products/factory.lock", "specs/money/factory.lock", "specs/orders/factory.lock"]],
  [".factory and the locks", [".factory", "specs/products/factory.lock", "specs/money/factory.lock"]],
];

test.each(LOSSES)("after the loss of %s a build gives the same trees", async (_what, lost) => {
  await using rig = await builtFromScaffold();
  const before = await trees(rig);
  rig.remove(...lost);
  expect((await rig.build()).code).toBe(0);
  expect(await trees(rig)).toEqual(before);
  expect((await rig.build()).actions).toEqual(everyTask("fresh"));
});

test("verify rebuilds everything elsewhere and leaves the projects alone", async () => {
  await using rig = await builtFromScaffold();
  const before = await rig.git("app", "rev-parse", "main", "refs/factory/main", "HEAD");
  expect((await rig.factory("verify")).code).toBe(0);
  expect(await rig.git("app", "rev-parse", "main", "refs/factory/main", "HEAD")).toBe(before);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
});

test("verify notices a product that its specs do not give", async () => {
  await using rig = await builtFromScaffold();
  rig.edit("specs/products/feature.md", "A product has a name.", "A product has a label.");
  expect((await rig.factory("verify")).code).not.toBe(0);
});

test("one task at a time and eight at once give the same trees", async () => {
  await using one = await scaffolded();
  await using eight = await scaffolded();
  expect((await one.build("-j1")).code).toBe(0);
  expect((await eight.build("-j8")).code).toBe(0);
  expect(await trees(eight)).toEqual(await trees(one));
});

test("the order in which agents end does not show in the product", async () => {
  const results: (readonly string[])[] = [];
  for (const order of ["first", "last"] as const) {
    await using agent = await ScriptedAgent.listen();
    await using rig = await scaffolded({
      agents: { scripted: { kind: "command", run: agent.run, timeout: "60s" } },
      implementer: "scripted",
      limits: { agents: 8 },
    });
    const run = rig.start("build", "--json", "-j8", "products", "money");
    const attempts = [];
    for (let count = 0; count < 6; count++) attempts.push(await agent.nextAttempt());
    attempts.sort((a, b) => (a.task < b.task ? -1 : 1));
    for (const attempt of order === "first" ? attempts : attempts.reverse()) {
      const [feature, task] = attempt.task.split(":");
      await attempt.succeed(`src/${feature}/${task}.txt`, `${attempt.task}\n`);
    }
    expect((await run.done).code).toBe(0);
    results.push(await trees(rig));
  }
  expect(results[1]).toEqual(results[0]);
});

test("a lost blob is taken back from the project's history without running its agent", async () => {
  await using rig = await shop({
    agents: {
      faithful: { kind: "command", run: 'mkdir -p "src/products" && date +%N > src/products/T01.txt' },
    },
  });
  rig.write({
    "specs/products/BACKLOG.yaml": rig
      .read("specs/products/BACKLOG.yaml")
      .replace("generator: products/T01", "agent: faithful"),
  });
  await rig.build();
  const text = await rig.git("app", "show", "main:src/products/T01.txt");
  rig.remove(".factory");
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(build.document.tasks.find((task) => task.id === "products:T01")?.attempts).toBe(0);
  expect(await rig.git("app", "show", "main:src/products/T01.txt")).toBe(text);
});
