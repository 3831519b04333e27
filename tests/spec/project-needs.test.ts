// What may a project ask for around its gates, and what is told of that which it may not?

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lines, sound, workspace } from "./sources.ts";

const project = (...keys: readonly string[]) =>
  `projects:\n  - id: app\n    path: app\n${keys.map((key) => `    ${key}\n`).join("")}`;

test("variables, services and warm caches of a project are read, and a gate sees what its project names, too", () => {
  const { projects } = sound(
    workspace(
      project(
        "env: [REDIS_URL, NPM_TOKEN, REDIS_URL]",
        "keep: [target, web/.cache/]",
        "services:",
        "  - {id: db, run: redis-server --port 7000, ready: redis-cli -p 7000 ping, timeout: 20s}",
        "  - {id: web, run: node web.js, ready: curl -sf localhost:8000}",
        "gates:",
        "  - {id: lint, run: biome check}",
        "  - {id: test, run: node --test, env: [API_URL], exclusive: true}",
      ),
    ),
  );
  const [app] = projects;
  expect(app).toMatchObject({
    env: ["NPM_TOKEN", "REDIS_URL"],
    keep: ["target", "web/.cache/"],
    services: [
      { id: "db", run: "redis-server --port 7000", ready: "redis-cli -p 7000 ping", timeoutMs: 20_000 },
      { id: "web", run: "node web.js", ready: "curl -sf localhost:8000", timeoutMs: 30_000 },
    ],
    gates: [
      { id: "lint", env: ["NPM_TOKEN", "REDIS_URL"], exclusive: false },
      { id: "test", env: ["API_URL", "NPM_TOKEN", "REDIS_URL"], exclusive: true },
    ],
  });
});

test.each([
  ["env: [REDIS URL]", "4:11", "environment variable"],
  ["env: {REDIS_URL: x}", "4:5", "list"],
  ["keep: [../other]", "4:12", "../other"],
  ["keep: [/var/cache]", "4:12", "/var/cache"],
  ["keep: [.git/x]", "4:12", ".git/x"],
  ["services: [{id: db, run: sleep 9}]", "4:16", "ready"],
  ["services: [{id: db, run: sleep 9, ready: 'true', port: 1}]", "4:54", "port"],
  ["services: [{id: db, run: sleep 9, ready: 'true', timeout: soon}]", "4:54", "duration"],
  ["services: [{id: 'a/b', run: sleep 9, ready: 'true'}]", "4:17", "letters"],
  ["gates: [{id: t, run: x, exclusive: yes please}]", "4:29", "true"],
  ["gates: [{id: t, run: x, env: [1A]}]", "4:35", "environment variable"],
])("%s is refused where it stands", (key, at, word) => {
  const found = lines(workspace(project(key)).diagnostics);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`:${at}`);
  expect(found[0]).toContain(word);
});

test("the example of the guide is sound", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/gates-and-services.md"), "utf8");
  const example = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
  const [shop] = sound(workspace(example)).projects;
  expect(shop?.services.map(({ timeoutMs }) => timeoutMs)).toEqual([20_000]);
  expect(shop?.gates.map(({ exclusive }) => exclusive)).toEqual([false, false, true]);
});
