// Do the examples of the page about fleets work? No container is started: what they say is taken out of the page, and the worker is run
// by their command line, with their projects.yaml and the variables that they give it; their names of machines lead to loopback.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { FACTORY, FactoryRig } from "../rig/factory-rig.ts";
import { start } from "../rig/program.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";
import { TeamStore } from "../rig/team-store.ts";
import { blocksOf } from "./blocks.ts";

const PASSWORD = "word-of-the-example";
const PAGE = blocksOf(readFileSync("docs/fleet.md", "utf8"));
const PACKAGE = JSON.parse(readFileSync("package.json", "utf8"));
const [compose, kubernetes] = ["services:", "apiVersion:"].map(
  (start) => PAGE.find(({ language, text }) => language === "yaml" && text.startsWith(start))?.text ?? "",
) as [string, string];
const image = PAGE.find(({ language }) => language === "dockerfile")?.text ?? "";

/** What is started in a container, and with what. */
interface Example {
  readonly args: readonly string[];
  readonly projects: string;
  /** Folder and file of projects.yaml there. */
  readonly at: string;
  readonly variables: readonly string[];
}

function ofCompose(): Example {
  const { services, configs, volumes } = parse(compose);
  const { worker, queue, store } = services;
  const [mounted] = worker.configs;
  expect(queue.command).toBe(`valkey-server --requirepass $\{FLEET_PASSWORD}`);
  for (const volume of store.volumes) expect(volumes).toHaveProperty(volume.split(":")[0]);
  return {
    args: worker.command.split(" "),
    // A dollar that is doubled is none of a variable of Compose.
    projects: configs[mounted.source].content.replaceAll("$$", "$"),
    at: mounted.target,
    variables: worker.environment,
  };
}

function ofKubernetes(): Example {
  const [config, deployment] = parseAllDocuments(kubernetes).map((one) => one.toJS());
  const { selector, template } = deployment.spec;
  expect(template.metadata.labels).toMatchObject(selector.matchLabels);
  const [container] = template.spec.containers;
  const named = new Map<string, { configMap?: { name: string } }>(
    template.spec.volumes.map((volume: { name: string }) => [volume.name, volume]),
  );
  for (const { name } of container.volumeMounts) expect([...named.keys()]).toContain(name);
  const [mounted] = container.volumeMounts.filter(
    ({ subPath }: { subPath?: string }) => subPath !== undefined,
  );
  expect(named.get(mounted.name)?.configMap?.name).toBe(config.metadata.name);
  return {
    args: container.args,
    projects: config.data[mounted.subPath],
    at: mounted.mountPath,
    variables: container.env.map(({ name }: { name: string }) => name),
  };
}

test("the image installs this package, and starts the command that it has", () => {
  const file = `${PACKAGE.name}-${PACKAGE.version}.tgz`;
  expect(image.match(/\S+\.tgz/g)).toEqual([file, `/tmp/${file}`]);
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(image)?.[1] ?? "") as readonly string[];
  expect(Object.keys(PACKAGE.bin)).toContain(entry.at(-1));
  const packages = image.split("\n").find((line) => line.includes("apt-get install"));
  for (const needed of ["bubblewrap", "git", entry[0]]) expect(packages).toContain(needed);
  for (const { at } of [ofCompose(), ofKubernetes()])
    expect(at).toBe(`${/^WORKDIR (.*)$/m.exec(image)?.[1]}/projects.yaml`);
});

test.skipIf(NO_REDIS !== null).each([
  ["Docker Compose", ofCompose],
  ["Kubernetes", ofKubernetes],
] as const)("the worker of the example for %s works for a build", async (_, read) => {
  const { args, projects, variables } = read();
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open({ password: PASSWORD });
  // Where its names lead to.
  const here = projects
    .replace(/https?:\/\/[^"]+/, store.url)
    .replace(/rediss?:\/\/([^@"]*)@[^"]+/, `redis://$1@127.0.0.1:${redis.port}`);
  expect(here).toContain(":$FLEET_PASSWORD@127.0.0.1");
  const base = mkdtempSync(join(tmpdir(), "factory-example-"));
  for (const folder of ["work", "home"]) mkdirSync(join(base, folder));
  writeFileSync(join(base, "work", "projects.yaml"), here);
  const env = Object.fromEntries(variables.map((name) => [name, PASSWORD]));
  const worker = start(process.execPath, [FACTORY, ...args], {
    ...{ cwd: join(base, "work"), home: join(base, "home"), env },
  });
  let said = "";
  worker.child.stderr?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  try {
    while (!said.includes("works for")) {
      if (worker.child.exitCode !== null) throw new Error(said);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await using rig = await FactoryRig.create();
    rig.feature({ id: "bills", requirements: { R1: "A bill costs 5." }, tasks: [{ id: "T01" }] });
    const [, ...declared] = here.split("projects: []\n");
    rig.write({ "projects.yaml": `${rig.read("projects.yaml")}${declared.join("")}` });
    const built = await rig.factoryWith(env, "build", "--json");
    expect(built.code, built.stderr).toBe(0);
    expect(said).toContain("bills:T01  gate check passed");
  } finally {
    worker.child.kill("SIGTERM");
    await worker.done;
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
});
