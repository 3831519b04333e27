import { expect, test } from "vitest";
import { lines, sound, workspace } from "./sources.ts";

test("a full projects.yaml is read with every key", () => {
  const value = sound(
    workspace(`version: 1
projects:
  - id: shop-api
    path: projects/shop-api
    scaffold: node-ts
    branch: trunk
    priority: 10
    setup: npm ci
    gates:
      - {id: typecheck, run: tsc --noEmit, timeout: 120s}
      - {id: lint, run: biome check ., canary: {src/canary.ts: "var x = 1\\n"}}
      - {id: test, run: "vitest --outputFile={{report}}", report: junit, timeout: 500ms}
    budget: {usd: 2, per_task_usd: 0.1}
    checkpoints: {merge: pull-request}
    commits: {prefix: "feat: ", sign: false}
agents:
  local: {kind: generator}
  coder: {kind: openai, model: gpt-5.4, base_url: "http://127.0.0.1:1/v1", max_turns: 7}
  opencode: {kind: command, preset: opencode, agent: implementer, reads: all, env: [TOKEN]}
  custom: {kind: command, run: "my-agent --in {{window}}", timeout: 2h}
routing: {planner: coder, implementer: {code: [coder, custom], default: local}, reviewer: [coder]}
budget: {usd: 5, per_task_usd: 0.5}
limits: {agents: 1, rebases: 0}
checkpoints: {merge: ask}
commits: {author: "A Bot <bot@example.com>", sign_off: true, sign: true}
`),
  );
  expect(value).toEqual({
    projects: [
      {
        id: "shop-api",
        git: null,
        path: "projects/shop-api",
        scaffold: "node-ts",
        branch: "trunk",
        priority: 10,
        budget: { usd: 2, perTaskUsd: 0.1 },
        setup: "npm ci",
        env: [],
        repository: "shop-api",
        root: "",
        specs: null,
        specFolders: [],
        keep: [],
        services: [],
        gates: [
          {
            id: "typecheck",
            run: "tsc --noEmit",
            timeoutMs: 120_000,
            canary: null,
            report: null,
            env: [],
            exclusive: false,
            inputs: null,
            place: at(10, 9),
          },
          {
            id: "lint",
            run: "biome check .",
            timeoutMs: 600_000,
            canary: { "src/canary.ts": "var x = 1\n" },
            report: null,
            env: [],
            exclusive: false,
            inputs: null,
            place: at(11, 9),
          },
          {
            id: "test",
            run: "vitest --outputFile={{report}}",
            timeoutMs: 500,
            canary: null,
            report: "junit",
            env: [],
            exclusive: false,
            inputs: null,
            place: at(12, 9),
          },
        ],
        independentTests: false,
        merge: "pull-request",
        commits: {
          author: { name: "A Bot", email: "bot@example.com" },
          ...{ signOff: true, sign: false, prefix: "feat: " },
        },
        place: at(3, 5),
      },
    ],
    agents: [
      { id: "local", kind: "generator", place: at(17, 3) },
      {
        id: "coder",
        kind: "hosted",
        provider: "openai",
        model: "gpt-5.4",
        baseUrl: "http://127.0.0.1:1/v1",
        keyEnv: "OPENAI_API_KEY",
        maxTurns: 7,
        maxOutputTokens: null,
        temperature: null,
        silenceMs: 120_000,
        place: at(18, 3),
      },
      {
        id: "opencode",
        kind: "command",
        run: null,
        preset: "opencode",
        role: "implementer",
        model: null,
        timeoutMs: 900_000,
        silenceMs: 300_000,
        maxTurns: null,
        reads: "all",
        env: ["TOKEN"],
        place: at(19, 3),
      },
      {
        id: "custom",
        kind: "command",
        run: "my-agent --in {{window}}",
        preset: null,
        role: null,
        model: null,
        timeoutMs: 7_200_000,
        silenceMs: null,
        maxTurns: null,
        reads: "declared",
        env: [],
        place: at(20, 3),
      },
    ],
    routing: {
      roles: { planner: ["coder"], reviewer: ["coder"] },
      implementer: { code: ["coder", "custom"], default: ["local"] },
    },
    budget: { usd: 5, perTaskUsd: 0.5, perHourUsd: null },
    prices: {},
    limits: {
      agents: 1,
      gates: 2,
      attempts: 2,
      rebases: 0,
      windowBytes: 3072,
      planningBytes: 10240,
      mapBytes: 51200,
      programs: { memoryMb: null, processes: 1000, fileMb: 10_240 },
    },
    checkpoints: { backlog: "auto" },
    templates: [],
  });
});

test("without agents there is the generator, and it writes the drafts", () => {
  const value = sound(workspace("projects: [{id: a, path: a}]\n"));
  expect(value.agents).toEqual([{ id: "local", kind: "generator", place: at(1, 1) }]);
  expect(value.routing).toEqual({ roles: {}, implementer: { default: ["local"] } });
});

test("one implementer serves all types", () => {
  const value = sound(
    workspace(
      "projects: []\nagents: {a: {kind: generator}, b: {kind: generator}}\nrouting: {implementer: b}\n",
    ),
  );
  expect(value.routing.implementer).toEqual({ default: ["b"] });
});

test("every finding of a file is told at once, with a way to mend it", () => {
  const { value, diagnostics } = workspace(`projects:
  - id: shop
    path: shop
    gates: [{id: lint, run: x, timout: 3}, {id: 7, run: y, timeout: soon}]
  - {id: web, branch: "a..b"}
agents:
  x: {kind: comand}
  y: {kind: command}
  own: {kind: command, run: x, max_turns: 9}
  z: {kind: openai, model: 5, maxturns: 3}
routing: {merger: x, planner: w}
limits: {agents: 0}
`);
  expect(lines(diagnostics)).toEqual([
    'error projects.yaml:4:32 unknown-key shop/: projects[0].gates[0]: unknown key "timout". | Did you mean "timeout"?',
    'error projects.yaml:4:45 wrong-type shop/: projects[0].gates[1].id must be text, not the number 7. | Put it in quotes: "7".',
    'error projects.yaml:4:60 invalid-value shop/: projects[0].gates[1].timeout must be a duration such as 500ms, 120s, 15m or 2h; it is "soon". | Fix projects[0].gates[1].timeout.',
    "error projects.yaml:5:5 missing-key web/: The project web has neither path nor git. | Add path: with the folder of its repository.",
    'error projects.yaml:5:15 invalid-value web/: projects[1].branch is not a name that git takes for a branch; it is "a..b". | Fix projects[1].branch.',
    'error projects.yaml:7:7 invalid-value null: agents.x.kind is "comand", which is not among: generator, command, openai, gemini. | Did you mean "command"?',
    "error projects.yaml:8:3 missing-key null: The agent y has neither run nor preset. | Add run: with a shell command, or preset:.",
    "error projects.yaml:9:32 idle-key null: The agent own has max_turns, but nothing can count the turns of its own command. | Give the limit to the command itself, or limit its timeout.",
    'error projects.yaml:10:21 wrong-type null: agents.z.model must be text, not the number 5. | Put it in quotes: "5".',
    'error projects.yaml:10:31 unknown-key null: agents.z: unknown key "maxturns". | Did you mean "max_turns"?',
    'error projects.yaml:11:22 unknown-agent null: The routing of planner names the unknown agent "w". | Did you mean "x"?',
    "error projects.yaml:12:10 invalid-value null: limits.agents must be a whole number from 1; it is 0. | Fix limits.agents.",
  ]);
  expect(value?.projects.map((project) => project.id)).toEqual(["shop", "web"]);
});

test("a canary stays inside its project", () => {
  const { diagnostics } = workspace(
    'projects: [{id: a, path: a, gates: [{id: g, run: x, canary: {"../x": "", ".git/hooks/x": ""}}]}]\n',
  );
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(["path-leaves-project", "hostile-path"]);
});

test("a network is all, none, or a list of hosts", () => {
  const { value, diagnostics } = workspace(
    'projects: [{id: a, path: a, network: ["*.x.org", "[::1]:80"], gates: [{id: g, run: x}, {id: h, run: x, network: false}]}]\n',
  );
  expect(diagnostics).toEqual([]);
  const { network, gates } = value?.projects[0] ?? {};
  const hosts = ["*.x.org", "[::1]:80"];
  expect([network, gates?.map((gate) => gate.network)]).toEqual([hosts, [hosts, false]]);
  const wrong = workspace(
    "projects: [{id: a, path: a, network: [], gates: [{id: g, run: x, network: ['https://y.org']}]}]\nagents: {c: {kind: command, run: x, network: z.org}}\n",
  );
  expect(wrong.diagnostics.map(({ message }) => message)).toEqual([
    "projects[0].network must name a host, since `false` is no network; it is a list.",
    'projects[0].gates[0].network[0] must be a host such as registry.example.com, *.example.com or [::1]:8080; it is "https://y.org".',
    "agents.c.network must be true, false or a list of hosts, not text.",
  ]);
});

test("an empty file and a file that is no map are told", () => {
  expect(workspace("").value).toBeNull();
  expect(lines(workspace("- a\n").diagnostics)).toEqual([
    "error projects.yaml:1:1 wrong-type null: The file must be a map, not a list. | Write it as a map.",
  ]);
});

test("a version that is not known is refused", () => {
  expect(workspace("version: 2\nprojects: []\n").diagnostics.map(({ code }) => code)).toEqual([
    "invalid-value",
  ]);
});

function at(line: number, column: number) {
  return { file: "projects.yaml", line, column };
}

test("roles that read and answer cannot go to the generator, and planners can: templates plan as well", () => {
  const { diagnostics } = workspace(`version: 1
projects: [{id: shop, path: shop}]
agents: {local: {kind: generator}, coder: {kind: command, run: x}}
routing: {planner: local, reviewer: [coder, local], implementer: local}
`);
  expect(lines(diagnostics)).toEqual([
    'error projects.yaml:4:45 unsuited-agent null: The routing of reviewer names the generator "local", which renders templates and cannot answer. | Name an agent with a model or a program, or remove the route.',
  ]);
});

test("a project may come from an address, and then needs no path; no password and no command is taken for one", () => {
  const project = (given: string) => workspace(`projects:\n  - {id: shop, ${given}}\n`);
  const good = [
    "https://git.example.com/shop.git",
    "ssh://git@git.example.com:2222/shop.git",
    "file:///srv/git/shop app.git",
    "git@git.example.com:shop/api.git",
  ];
  for (const url of good) {
    const { projects } = sound(project(`git: "${url}"`));
    expect(projects[0]).toMatchObject({ git: url, path: "projects/shop", branch: null });
  }
  expect(sound(project("git: file:///a, path: ../shop")).projects[0]).toMatchObject({ path: "../shop" });
  const bad = [
    "http://git.example.com/shop.git",
    "https://pat:secret@git.example.com/shop.git",
    "https://secret@git.example.com/shop.git",
    "https://git.example.com/shop.git?access_token=secret",
    "https://git.example.com/shop.git#secret",
    "ssh://git:secret@git.example.com/shop.git",
    "ssh://-oProxyCommand=touch/x",
    "ext::touch x",
    "--upload-pack=touch",
    "../shop",
    "git@-oProxyCommand=touch:x",
  ];
  for (const url of bad) {
    const { diagnostics } = project(`git: "${url}"`);
    expect(codesOf({ diagnostics }), url).toEqual(["invalid-value"]);
    expect(JSON.stringify(diagnostics)).not.toContain("secret");
  }
  expect(codesOf(project("git: file:///a, scaffold: node-ts"))).toEqual(["contradiction"]);
});

test("a command is told of names that nothing is put in for, and of a report that it cannot write", () => {
  const declared = (gate: string, run = "x") =>
    workspace(`projects:\n  - {id: shop, path: shop, gates: [{id: test, ${gate}}]}
agents: {pair: {kind: command, run: "${run}"}}\n`);
  expect(
    codesOf(declared('run: "t {{ report }}", report: junit', "a {{window}} {{ workspace }} {{.Names}}")),
  ).toEqual([]);
  expect(lines(declared("run: t, report: junit").diagnostics)).toEqual([
    "error projects.yaml:2:47 missing-placeholder shop/: The gate test has a report, but its command does not say where to write it. | Put {{report}} where the command takes the path of its report.",
  ]);
  expect(lines(declared('run: "t {{window}}"', "a {{windw}}").diagnostics)).toEqual([
    "warning projects.yaml:2:47 unknown-placeholder shop/: The gate test runs with {{window}} unchanged: nothing replaces it. | Use one of: {{report}}, {{tests}}.",
    'warning projects.yaml:3:32 unknown-placeholder null: The agent pair runs with {{windw}} unchanged: nothing replaces it. | Did you mean "{{window}}"?',
  ]);
});

function codesOf({ diagnostics }: { readonly diagnostics: readonly { readonly code: string }[] }): string[] {
  return diagnostics.map(({ code }) => code);
}
