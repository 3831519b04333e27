// Can a person see how the shared store is, keep it small, and go without it? And what else than results comes from it: runs of
// gates, and the words of planners.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { ModelServer } from "../rig/model-server.ts";
import { NginxStore, NO_LISTING_NGINX, NO_NGINX } from "../rig/nginx-store.ts";
import { plannedNotes } from "../rig/planned-notes.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";
import { S3_KEYS, TeamStore } from "../rig/team-store.ts";

const DAY_MS = 24 * 3_600_000;

function share(rig: FactoryRig, url: string, more = ""): void {
  rig.write({ "projects.yaml": `${rig.read("projects.yaml")}store:\n  url: ${url}\n${more}` });
}

async function doctor(rig: FactoryRig, env: Readonly<Record<string, string>> = {}) {
  const { stdout } = await rig.factoryWith(env, "doctor", "--json");
  const { facts, diagnostics } = JSON.parse(stdout);
  return {
    facts: facts.flatMap((one: { subject: string; says: string }) =>
      one.subject === "shared store" ? [one.says] : [],
    ),
    problems: diagnostics.flatMap((one: { code: string; message: string }) =>
      one.code.startsWith("store-") ? [`${one.code}: ${one.message}`] : [],
    ),
  };
}

test("doctor says nothing of a store that nobody declared, and tries one that is", async () => {
  await using place = await TeamStore.open("bazel");
  await using rig = await FactoryRig.create();
  expect(await doctor(rig)).toEqual({ facts: [], problems: [] });
  share(rig, place.url);
  expect(await doctor(rig)).toEqual({
    facts: [expect.stringMatching(/^http:.*\/team\/store is read in \d+ ms and written in \d+ ms$/)],
    problems: [],
  });
  place.asked();
  expect(await doctor(rig, { CI: "1" })).toEqual({
    facts: [expect.stringMatching(/is read in \d+ ms; nothing is sent from here \(CI is set\)$/)],
    problems: [],
  });
  expect(place.asked()).toHaveLength(1);
  place.trouble = (method) => (method === "PUT" ? { status: 403 } : null);
  expect((await doctor(rig)).problems).toEqual([
    expect.stringMatching(
      /^store-unwritable: shared store: http.* answered PUT with 403: it does not let us in$/,
    ),
  ]);
  place.trouble = (method, path) => (method === "GET" && path.includes("ac/") ? { bytes: "{}" } : null);
  expect((await doctor(rig)).problems).toEqual([
    expect.stringMatching(/^store-unwritable: .* took what stands under a key and does not give it back$/),
  ]);
  await place[Symbol.asyncDispose]();
  expect((await doctor(rig)).problems).toEqual([expect.stringMatching(/^store-unreachable: .*ECONNREFUSED/)]);
});

test.skipIf(NO_NGINX !== null)("doctor finds a real nginx that takes no body of that size", async () => {
  await using place = await NginxStore.open({ most: "10" });
  await using rig = await FactoryRig.create();
  share(rig, place.url);
  expect((await doctor(rig)).problems).toEqual([
    expect.stringContaining("answered PUT with 413: it takes no body of that size"),
  ]);
});

test("a key is sent as a header, shown nowhere, and missed where it is not set", async () => {
  await using place = await TeamStore.open();
  await using rig = await FactoryRig.create();
  share(rig, place.url, '  headers: {Authorization: "Bearer $TEAM_WORD"}\n');
  expect((await doctor(rig)).problems).toEqual([
    expect.stringContaining("has a header that names TEAM_WORD, which is not set"),
  ]);
  const env = { TEAM_WORD: "not-for-your-eyes" };
  rig.feature({
    id: "bills",
    requirements: { R1: "A bill costs 5 not-for-your-eyes." },
    tasks: [{ id: "T01" }],
  });
  const run = await rig.factoryWith(env, "build", "--json");
  expect([run.code, run.stdout + run.stderr]).toEqual([0, expect.not.stringContaining("not-for-your-eyes")]);
  expect((await doctor(rig, env)).problems).toEqual([]);
  expect(place.authorizations()).toEqual(["Bearer not-for-your-eyes"]);
});

/** A workspace whose only gate says what it looks at, and notes that it ran. */
async function gated(url: string): Promise<FactoryRig> {
  const gates = [{ id: "code", run: "echo ran >> $HOME/ran.txt", inputs: ["src/**"] }];
  const rig = await FactoryRig.create({ projects: [{ id: "app", gates, files: { "src/a.txt": "a\n" } }] });
  rig.feature({ id: "bills", requirements: { R1: "A bill costs 5." }, tasks: [{ id: "T01" }] });
  share(rig, url);
  return rig;
}

function runs(rig: FactoryRig): number {
  const path = rig.path("../home/ran.txt");
  if (!existsSync(path)) return 0;
  const lines = readFileSync(path, "utf8").trim().split("\n").length;
  rmSync(path);
  return lines;
}

test("what a gate says of what it looks at, each machine hears itself; and what is old goes by age", async () => {
  await using place = await TeamStore.open("s3");
  await using first = await gated(place.url);
  await using second = first.twin();
  const built = await first.factoryWith(S3_KEYS, "build", "--json");
  expect([built.code, runs(first)], built.stdout).toEqual([0, 2]);
  const again = await second.factoryWith(S3_KEYS, "build", "--json");
  // On what people wrote, and on the result: a colleague's word for it is no more than that.
  expect([again.code, runs(second)], again.stdout).toEqual([0, 2]);
  expect(await second.tree("app")).toBe(await first.tree("app"));

  for (const path of ["cas/paid", "derived/cas/old", "derived/ac/old"])
    place.objects.set(path, { bytes: Buffer.from(path), at: new Date() });
  const before = place.objects.size;
  place.age(31 * DAY_MS);
  const young = "derived/cas/young";
  place.objects.set(young, { bytes: Buffer.from("young"), at: new Date() });
  const gc = async (...args: readonly string[]) => {
    const run = await first.factoryWith(S3_KEYS, "gc", "--remote", "--json", ...args);
    return JSON.parse(run.stdout).remote.removed;
  };
  expect(await gc("--dry-run")).toMatchObject({ objects: 2, kept: 1 });
  expect(place.objects.size).toBe(before + 1);
  expect(await gc()).toMatchObject({ objects: 2, kept: 1 });
  expect([...place.objects.keys()].sort()).toEqual(["cas/paid", young]);
  expect(await gc()).toMatchObject({ objects: 0, kept: 1 });
});

test("gc --remote says who decides, who may not, and what stands in the way", async () => {
  await using place = await TeamStore.open("bazel");
  await using rig = await FactoryRig.create();
  const gc = async (env: Readonly<Record<string, string>> = {}) => {
    const { code, stdout, stderr } = await rig.factoryWith(env, "gc", "--remote");
    return [code, stdout + stderr];
  };
  expect(await gc()).toEqual([2, expect.stringContaining("projects.yaml declares no store")]);
  share(rig, place.url);
  expect(await gc()).toEqual([0, expect.stringContaining("its server lists nothing, so it decides itself")]);
  expect(await gc({ CI: "true" })).toEqual([2, expect.stringContaining("this machine only reads")]);
  await place[Symbol.asyncDispose]();
  expect(await gc()).toEqual([
    6,
    expect.stringMatching(/The shared store http.* cannot be reached: .*ECONNREFUSED/),
  ]);
});

test.skipIf(NO_LISTING_NGINX !== null)("a real nginx that lists keeps what is young", async () => {
  await using place = await NginxStore.open({ lists: true });
  await using rig = await gated(place.url);
  for (const folder of ["cas", "ac"])
    await fetch(`${place.url}/derived/${folder}/${"a".repeat(64)}`, { method: "PUT", body: "young" });
  const { stdout } = await rig.factory("gc", "--remote", "--json");
  expect(JSON.parse(stdout).remote.removed).toMatchObject({ objects: 0, kept: 2 });
});

test("a build with nothing to do asks nothing", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open();
  await using rig = await smallWork({ openai: server.openai, gemini: server.gemini });
  share(rig, place.url);
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  place.asked();
  for (const command of ["build", "status", "check"]) await rig.factoryWith(KEYS, command);
  expect(place.asked()).toEqual([]);
});

test("a plan that a colleague paid for is the base of the next merge here, too", async () => {
  await using place = await TeamStore.open();
  await using first = await plannedNotes(`store: {url: "${place.url}"}\n`);
  await using second = first.twin();
  expect((await first.build()).code).toBe(0);
  // The colleague's documents and locks, as from a commit, and an edit of the plan by hand.
  for (const name of ["PLAN.md", "BACKLOG.yaml", "factory.lock"])
    second.write({ [`specs/notes/${name}`]: first.read(`specs/notes/${name}`) });
  second.edit("specs/notes/PLAN.md", "One file.", "One file, said by hand.");
  second.edit("specs/notes/feature.md", "R2: A note can be read.", "R2: A note can be read aloud.");
  const replanned = await second.build();
  expect(replanned.code, replanned.stderr).toBe(0);
  expect(second.read("specs/notes/PLAN.md")).toContain("One file, said by hand.");
  expect(replanned.document.diagnostics.map(({ code }) => code)).not.toContain("plan-clash");
});
