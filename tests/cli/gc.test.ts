// Does `factory gc` take away what nobody needs, and nothing that anybody does?

import { createHash } from "node:crypto";
import { existsSync, utimesSync } from "node:fs";
import { expect, test } from "vitest";
import { recordLine } from "../../src/store/records.ts";
import { documentOf, type FactoryRig } from "../rig/factory-rig.ts";
import { builtShop, everyTask, shop } from "../rig/shop.ts";

interface Report {
  readonly dry_run: boolean;
  readonly removed: readonly { readonly kind: string; readonly path: string; readonly bytes: number }[];
  readonly blobs: { readonly removed: number; readonly bytes: number; readonly kept: number };
  readonly left_alone: readonly string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

async function gc(rig: FactoryRig, ...args: readonly string[]): Promise<Report> {
  const run = await rig.factory("gc", "--json", ...args);
  expect(run.code).toBe(0);
  return documentOf<Report>(run);
}

/** A blob that nothing names. */
function lay(rig: FactoryRig, tier: "paid" | "derived", text: string): string {
  const digest = createHash("sha256").update(text).digest("hex");
  const path = `.factory/store/blobs/${tier}/${digest.slice(0, 2)}/${digest.slice(2)}`;
  rig.write({ [path]: text });
  return path;
}

function age(rig: FactoryRig, ...paths: readonly string[]): void {
  const long = new Date(Date.now() - 2 * DAY_MS);
  for (const path of paths) utimesSync(rig.path(path), long, long);
}

const LEFT = {
  ".factory/worktrees/app-products-T01-draft-1/src/a.ts": "12345",
  ".factory/tasks/products/T01.draft-1/window.md": "123",
  ".factory/git/gone.git/HEAD": "12",
  ".factory/slots/7/tree/node_modules/x/index.js": "1234",
};

test("a dry run tells what would go, with sizes, and removes nothing; the real one then removes just that", async () => {
  await using rig = await builtShop();
  await gc(rig);
  rig.write(LEFT);
  const before = rig.list(".factory/store");
  const planned = await gc(rig, "--dry-run");
  expect(planned.removed).toEqual([
    { kind: "worktree", path: ".factory/worktrees/app-products-T01-draft-1", bytes: 5 },
    { kind: "draft", path: ".factory/tasks/products/T01.draft-1", bytes: 3 },
    { kind: "slot", path: ".factory/slots/7", bytes: 4 },
    { kind: "clone", path: ".factory/git/gone.git", bytes: 2 },
  ]);
  for (const path of Object.keys(LEFT)) expect(existsSync(rig.path(path))).toBe(true);
  expect((await gc(rig)).removed).toEqual(planned.removed);
  for (const { path } of planned.removed) expect(existsSync(rig.path(path))).toBe(false);
  expect(rig.list(".factory/store")).toEqual(before);
  expect((await rig.factory("gc")).stdout).toBe("nothing to clean up\n");
});

test("derived blobs go when nothing names them and a day has passed; what a lock names stays", async () => {
  await using rig = await builtShop();
  age(rig, ...rig.list(".factory/store/blobs"));
  const old = lay(rig, "derived", "old");
  const young = lay(rig, "derived", "young");
  age(rig, old);
  expect((await gc(rig)).blobs).toMatchObject({ removed: 1, bytes: 3 });
  expect([existsSync(rig.path(old)), existsSync(rig.path(young))]).toEqual([false, true]);
  rig.remove("projects/app", "projects/client");
  expect(await rig.status()).toEqual(everyTask("missing"));
});

/** Copies of a task's trace under other keys, as many edits of its spec would have left them. */
function recordAgain(rig: FactoryRig, times: number, agent: string): readonly string[] {
  const first = rig.list(".factory/store/traces/products").find((path) => path.includes("T01"))!;
  const { trace } = JSON.parse(rig.read(first));
  return Array.from({ length: times }, (_, index) => {
    const key = createHash("sha256").update(`${agent} ${index}`).digest("hex");
    const text = `${JSON.stringify({ schema: 1, trace: { ...trace, key, agent } })}\n`;
    const content = createHash("sha256").update(text).digest("hex").slice(0, 32);
    const order = String((agent === "local" ? 100 : 200) + index).padStart(6, "0");
    const path = `.factory/store/traces/products/T01.${order}.${key.slice(0, 16)}.${content}.json`;
    rig.write({ [path]: text });
    return path;
  });
}

test("of many results of a task the selected one and the newest stay, and what an agent was paid for", async () => {
  await using rig = await builtShop();
  const selected = rig.list(".factory/store/traces");
  const free = recordAgain(rig, 14, "local");
  age(rig, ...rig.list(".factory/store/traces"));
  expect((await gc(rig, "--dry-run")).removed.map(({ path }) => path)).toEqual(free.slice(0, 4).reverse());
  await gc(rig);
  expect(rig.list(".factory/store/traces")).toEqual([...selected, ...free.slice(4)].sort());
  const paid = recordAgain(rig, 12, "someone");
  age(rig, ...paid);
  await gc(rig);
  expect(paid.map((path) => existsSync(rig.path(path)))).toEqual(paid.map(() => true));
  await gc(rig, "--paid");
  expect(rig.list(".factory/store/traces")).toEqual([...selected, ...paid.slice(2)].sort());
  expect((await rig.build()).actions).toEqual(everyTask("fresh"));
});

test("marks, parsed features and trials of gates go after a month without being made again, and are missed by nobody", async () => {
  await using rig = await builtShop();
  rig.write({ ".factory/store/trials/abc": "{}" });
  const caches = ["marks", "features", "trials"].flatMap((name) => rig.list(`.factory/store/${name}`));
  expect(caches.length).toBeGreaterThan(2);
  expect((await gc(rig)).removed).toEqual([]);
  const long = new Date(Date.now() - 40 * DAY_MS);
  for (const path of caches) utimesSync(rig.path(path), long, long);
  expect((await gc(rig)).removed.map(({ kind }) => kind)).toEqual(caches.map(() => "cache"));
  expect((await rig.build()).actions).toEqual(everyTask("fresh"));
  rig.edit("specs/products/feature.md", "has a name", "has a label");
  expect((await rig.build()).code).toBe(0);
});

test("what was paid for goes only with --paid", async () => {
  await using rig = await builtShop();
  const paid = lay(rig, "paid", "an answer");
  age(rig, paid);
  expect((await gc(rig)).blobs.removed).toBe(0);
  expect((await gc(rig, "--paid", "--dry-run")).blobs.removed).toBe(1);
  expect(existsSync(rig.path(paid))).toBe(true);
  expect((await gc(rig, "--paid")).blobs.removed).toBe(1);
  expect(existsSync(rig.path(paid))).toBe(false);
});

test("the request of a call stays, and so does all that was paid for when the journal of calls has a hole", async () => {
  await using rig = await builtShop();
  const request = lay(rig, "paid", "a request");
  const other = lay(rig, "paid", "another answer");
  age(rig, request, other);
  const digest = request.split("/").slice(-2).join("");
  const record = JSON.stringify({ type: "intent", key: "0".repeat(64), request: digest, meta: {} });
  const line = recordLine(record).toString();
  rig.write({ ".factory/store/calls/calls.jsonl": line });
  expect((await gc(rig, "--paid", "--dry-run")).blobs.removed).toBe(1);
  rig.write({ ".factory/store/calls/calls.jsonl": `damaged\n${line}` });
  const report = await gc(rig, "--paid");
  expect([report.blobs.removed, report.left_alone.length]).toEqual([0, 1]);
});

test("a slot stays while its project is declared and somebody worked in it lately", async () => {
  const projects = ["app", "client"].map((id) => ({
    id,
    setup: "mkdir -p node_modules && echo hi > node_modules/hi",
  }));
  await using rig = await shop({ projects });
  expect((await rig.build()).code).toBe(0);
  expect((await gc(rig)).removed).toEqual([]);
  const records = rig.list(".factory/slots").filter((path) => path.endsWith(".json"));
  const [first] = records as [string];
  const record = JSON.parse(rig.read(first));
  rig.write({ [first]: JSON.stringify({ ...record, lastLease: { ...record.lastLease, at: 0 } }) });
  const { removed } = await gc(rig);
  expect(removed.every(({ kind }) => kind === "slot")).toBe(true);
  expect(removed.map(({ path }) => path)).toContain(first);
  const doctor = await rig.factory("doctor");
  expect(doctor.stdout).toMatch(/slots .*: slot \d+ \((app|client) gate\)/);
});

test("temporary files of a crash go after a day", async () => {
  await using rig = await shop();
  const old = "specs/products/.tmp-0123456789ab~factory.lock";
  const young = "specs/products/.tmp-ba9876543210~factory.lock";
  rig.write({ [old]: "x", [young]: "x", "specs/.new-hi-1/feature.md": "x" });
  age(rig, old, "specs/.new-hi-1");
  expect((await gc(rig)).removed.map(({ kind, path }) => [kind, path])).toEqual([
    ["temporary", old],
    ["temporary", "specs/.new-hi-1"],
  ]);
  expect(existsSync(rig.path(young))).toBe(true);
});

test("nothing is removed while the specs are not sound: a lock that cannot be read names nothing", async () => {
  await using rig = await builtShop();
  rig.write({ "specs/products/factory.lock": "<<<<<<< ours\n", ...LEFT });
  expect((await rig.factory("gc", "--paid")).code).toBe(2);
  for (const path of Object.keys(LEFT)) expect(existsSync(rig.path(path))).toBe(true);
});

test("a build after it has nothing to do", async () => {
  await using rig = await builtShop();
  await gc(rig, "--paid");
  expect((await rig.build()).actions).toEqual(everyTask("fresh"));
});
