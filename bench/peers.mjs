// How do other engines of build tasks do on the same graph? Fetched from npm into a folder of their own, and only on request.
// A feature is a package, and a task a script of it that copies its input: the cheapest command there is. Each peer is declared
// in the form in which it is quickest, with its cache on this machine and nothing that it tells others.

import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run } from "./measure.mjs";

const PACKAGE_MANAGER = "npm@10.8.2";
const COMMAND = (task) => `cp in/${task.id}.txt out/${task.id}.txt`;

/** What one of them is declared with, from all features, and how it is started. */
const PEERS = {
  turbo: {
    files: (features) => ({
      ...packages(features, (feature) => ({
        scripts: Object.fromEntries(feature.tasks.map((task) => [task.id, COMMAND(task)])),
      })),
      "turbo.json": {
        tasks: Object.fromEntries(
          tasksOf(features).map(([feature, task]) => [
            `${feature.id}#${task.id}`,
            {
              dependsOn: task.dependsOn.map((address) => address.replace(":", "#")),
              inputs: [`in/${task.id}.txt`],
              outputs: [`out/${task.id}.txt`],
            },
          ]),
        ),
      },
    }),
    // It starts every task by the package manager, whose own start would be all that is measured.
    standIn: { npm: '#!/bin/sh\nexec cp "in/$2.txt" "out/$2.txt"\n' },
    command: (names) => ["node_modules/.bin/turbo", "run", ...names, "--concurrency=2", "--output-logs=none"],
  },
  nx: {
    files: (features) => ({
      ...packages(features, (feature) => ({
        nx: {
          targets: Object.fromEntries(
            feature.tasks.map((task) => [
              task.id,
              {
                executor: "nx:run-commands",
                options: { command: COMMAND(task), cwd: `packages/${feature.id}` },
                cache: true,
                inputs: [`{projectRoot}/in/${task.id}.txt`],
                outputs: [`{projectRoot}/out/${task.id}.txt`],
                dependsOn: task.dependsOn.map((address) => {
                  const [projects, target] = address.split(":");
                  return { projects: [projects], target };
                }),
              },
            ]),
          ),
        },
      })),
      "nx.json": { neverConnectToCloud: true, analytics: false },
    }),
    command: (names) => ["node_modules/.bin/nx", "run-many", "-t", ...names, "--parallel=2"],
  },
  wireit: {
    files: (features) => ({
      ...packages(features, (feature) => ({
        scripts: Object.fromEntries(feature.tasks.map((task) => [task.id, "wireit"])),
        wireit: Object.fromEntries(
          feature.tasks.map((task) => [
            task.id,
            {
              command: COMMAND(task),
              files: [`in/${task.id}.txt`],
              output: [`out/${task.id}.txt`],
              dependencies: task.dependsOn.map((address) => {
                const [other, id] = address.split(":");
                return other === feature.id ? id : `../${other}:${id}`;
              }),
            },
          ]),
        ),
      })),
    }),
    root: (features) => ({
      scripts: { all: "wireit" },
      wireit: {
        all: {
          dependencies: tasksOf(features).map(([feature, task]) => `./packages/${feature.id}:${task.id}`),
        },
      },
    }),
    command: () => ["npm", "run", "--silent", "all"],
  },
};

export const PEER_NAMES = Object.keys(PEERS);

const ENVIRONMENT = {
  TURBO_TELEMETRY_DISABLED: "1",
  NX_DAEMON: "false",
  NX_NO_CLOUD: "true",
  WIREIT_CACHE: "local",
  WIREIT_LOGGER: "quiet",
  WIREIT_PARALLEL: "2",
  DO_NOT_TRACK: "1",
};

/**
 * Lays a peer out and installs it, without running anything.
 * @returns {{name: string, command: readonly string[], cwd: string, input: string}} `input` is the file that the bench edits.
 */
export function layPeer(name, features, folder) {
  const peer = PEERS[name];
  const cwd = join(folder, "peers-on-request", name);
  rmSync(cwd, { recursive: true, force: true, maxRetries: 5 });
  const write = (path, content) => {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), typeof content === "string" ? content : `${JSON.stringify(content)}\n`);
  };
  write("package.json", {
    ...{ name: "bench", version: "1.0.0", private: true, packageManager: PACKAGE_MANAGER },
    ...(name === "wireit" ? {} : { workspaces: ["packages/*"] }),
    ...peer.root?.(features),
  });
  for (const [path, content] of Object.entries(peer.files(features))) write(path, content);
  for (const [feature, task] of tasksOf(features)) {
    write(`packages/${feature.id}/in/${task.id}.txt`, `${task.text}\n`);
    write(`packages/${feature.id}/out/.keep`, "");
  }
  write(".gitignore", "node_modules\nout\n.turbo\n.nx\n.wireit\n");
  run(["npm", "install", "--save-dev", "--silent", "--no-audit", "--no-fund", name], cwd);
  for (const [program, text] of Object.entries(peer.standIn ?? {})) {
    write(`stand-ins/${program}`, text);
    chmodSync(join(cwd, "stand-ins", program), 0o755);
  }
  const ids = [...new Set(tasksOf(features).map(([, { id }]) => id))];
  const path = `${join(cwd, "stand-ins")}${delimiter}${process.env.PATH}`;
  const variables = Object.entries({ ...ENVIRONMENT, PATH: path }).map(([key, value]) => `${key}=${value}`);
  return {
    name,
    command: ["env", ...variables, ...peer.command(ids)],
    cwd,
    input: join(cwd, `packages/${features[0].id}/in/${features[0].tasks[0].id}.txt`),
  };
}

function tasksOf(features) {
  return features.flatMap((feature) => feature.tasks.map((task) => [feature, task]));
}

function packages(features, declare) {
  return Object.fromEntries(
    features.map((feature) => [
      `packages/${feature.id}/package.json`,
      { name: feature.id, version: "1.0.0", private: true, ...declare(feature) },
    ]),
  );
}
