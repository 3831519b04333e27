// Who opens the request for a product, and what does it say? The program of the host, where it is there; else the person, with
// the text that lies ready. The programs are others', so stand-ins write down how they were called.

import { chmodSync } from "node:fs";
import { expect, test } from "vitest";
import { asBuild, type Build, FactoryRig } from "../rig/factory-rig.ts";

const TEXT = ".factory/pull-requests/app.md";

async function hosted(url: string): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.feature({
    id: "fares",
    title: "Fares",
    requirements: { R1: "A ride costs 5.", R2: "Dogs ride free." },
    tasks: [{ id: "T01", title: "Say what a ride costs" }],
  });
  rig.write({ "projects.yaml": `${rig.read("projects.yaml")}checkpoints: {merge: pull-request}\n` });
  await rig.commitWorkspace("Fares");
  await rig.git("..", "clone", "--quiet", "--bare", rig.path("projects/app"), rig.path("origin.git"));
  await rig.git("app", "remote", "add", "origin", url);
  // What is pushed arrives here; the address is the host's.
  await rig.git("app", "config", `url.${rig.path("origin.git")}.pushInsteadOf`, url);
  return rig;
}

/** A program of a host, which is logged in once a file `login` is there. */
function standIn(rig: FactoryRig, program: "gh" | "glab", url: string): void {
  const [kind, json] =
    program === "gh"
      ? ["pr", `[{"number":7,"url":"${url}"}]`]
      : ["mr", `[{"iid":7,"web_url":"${url}","title":"Say"}]`];
  rig.write({
    [`bin/${program}`]: `#!/bin/sh
echo "$*" | head -n 1 >> ${rig.path("calls")}
case "$1 $2" in
"auth status") test -e ${rig.path("login")} || { echo "You are not logged into any hosts." >&2; exit 1; } ;;
"${kind} list") if test -e ${rig.path("open")}; then echo '${json}'; else echo '[]'; fi ;;
"${kind} create") touch ${rig.path("open")}; echo "Creating" >&2; echo ${url} ;;
"${kind} edit" | "${kind} update") ;;
*) exit 64 ;;
esac
`,
  });
  chmodSync(rig.path(`bin/${program}`), 0o755);
}

async function build(rig: FactoryRig): Promise<Build & { readonly request: string | undefined }> {
  const env = { PATH: `${rig.path("bin")}:${process.env.PATH}` };
  const built = asBuild(await rig.factoryWith(env, "build", "--json"));
  const [project] = built.document.projects as unknown as readonly { readonly request?: string }[];
  return { ...built, request: project?.request };
}

const calls = (rig: FactoryRig) => rig.read("calls").trim().split("\n").slice(-3);

test("gh opens the request, and gives the open one its new text", async () => {
  const url = "https://github.com/acme/fares/pull/7";
  await using rig = await hosted("git@github.com:acme/fares.git");
  standIn(rig, "gh", url);
  const first = await build(rig);
  expect([first.code, first.request]).toEqual([5, undefined]);
  expect(first.stderr).toContain("gh did not open a request: You are not logged into any hosts.");
  expect(first.stderr).toContain(TEXT);

  rig.write({ login: "" });
  const second = await build(rig);
  expect([second.code, second.request]).toEqual([5, url]);
  expect(second.stderr).toContain(url);
  const head = "--head factory/main --base main";
  const file = `--body-file ${rig.path(TEXT)}`;
  expect(calls(rig)).toEqual([
    "auth status --hostname github.com",
    `pr list ${head} --state open --limit 1 --json number,url`,
    `pr create ${head} --title Say what a ride costs ${file}`,
  ]);
  expect(rig.read(TEXT)).toMatch(/\*\*fares\*\* Fares: added\n {2}- \*\*R1\*\* added: A ride costs 5\./);

  await rig.git("app", "merge", "--quiet", "refs/heads/factory/main");
  rig.edit("specs/fares/feature.md", "- R2: Dogs ride free.", "- R3: Cats ride free.");
  rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
  rig.edit("specs/fares/BACKLOG.yaml", "R2", "R3");
  const third = await build(rig);
  expect([third.code, third.request]).toEqual([5, url]);
  expect(calls(rig)[2]).toBe(`pr edit 7 ${file}`);
  const text = rig.read(TEXT);
  expect(text).toContain("**R1** changed\n    - before: A ride costs 5.\n    - now: A ride costs 6.");
  expect(text).toContain("**R2** removed: Dogs ride free.");
  expect(text).toContain("**R3** added: Cats ride free.");
});

test("glab opens the request at a host that it knows", async () => {
  const url = "https://code.example.com/acme/fares/-/merge_requests/7";
  await using rig = await hosted("ssh://git@code.example.com:2222/acme/fares.git");
  standIn(rig, "glab", url);
  rig.write({ login: "" });
  expect((await build(rig)).request).toBe(url);
  const mr = "--source-branch factory/main --target-branch main";
  expect(calls(rig)).toEqual([
    "auth status --hostname code.example.com",
    `mr list ${mr} --output json`,
    `mr create ${mr} --title Say what a ride costs --description # What the specs say now, for \`main\``,
  ]);
  expect((await build(rig)).request).toBe(url);
  expect(calls(rig)[2]).toBe("mr update 7 --description # What the specs say now, for `main`");
});

test("the text tells who approved, and which findings were settled, at every build", async () => {
  await using rig = await FactoryRig.create({
    agents: {
      clerk: {
        kind: "command",
        run: "mkdir -p src/fares; (echo costs 5; ls {{workspace}}/seen) > src/fares/T01.txt; true",
      },
      critic: {
        kind: "command",
        run: "if test -e {{workspace}}/seen; then cat {{workspace}}/yes; else cat {{workspace}}/no; touch {{workspace}}/seen; fi",
      },
    },
    implementer: "clerk",
    routing: { reviewer: "critic" },
  });
  rig.write({
    yes: '{"verdict": "approve", "findings": []}\n',
    no: '{"verdict": "request_changes", "findings": ["Nothing says\\n# who pays."]}\n',
    "projects.yaml": `${rig.read("projects.yaml")}checkpoints: {merge: pull-request}\n`,
  });
  const tasks = [{ id: "T01", generator: null }];
  rig.feature({ id: "fares", requirements: { R1: "A ride costs 5." }, tasks });
  const told = "**fares:T01** approved by critic\n  - settled: Nothing says # who pays.";
  expect((await rig.factory("build")).code).toBe(5);
  expect(rig.read(TEXT)).toContain(told);
  expect((await rig.factory("build")).code).toBe(5);
  expect(rig.read(TEXT)).toContain(told);
});
