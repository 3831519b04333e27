// A workspace whose tasks are so small that a test can look at every call: each writes one file, in three turns, behind a
// gate that takes milliseconds. What is written hangs on the window alone, so that a repeated session repeats itself.

import { FactoryRig, type RigOptions } from "./factory-rig.ts";
import { type Asked, type Reply, turnOf, windowOf } from "./model-server.ts";

export const KEYS = { OPENAI_API_KEY: "sk-test-0123456789", GEMINI_API_KEY: "gm-test-0123456789" };

export type Protocol = "openai" | "gemini";

/** A feature `work` with so many tasks, which do not wait for each other; without a template. */
export async function smallWork(
  at: Readonly<Record<Protocol, string>>,
  {
    kind = "openai",
    tasks = 1,
    agent = {},
    ...options
  }: RigOptions & { kind?: Protocol; tasks?: number; agent?: object } = {},
): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    ...options,
    projects: options.projects ?? [{ id: "app", files: { "package.json": '{"name": "app"}\n' } }],
    agents: { coder: { kind, model: "house-model", base_url: at[kind], ...agent }, ...options.agents },
    implementer: options.implementer ?? "coder",
    limits: { attempts: 1, rebases: 0, ...options.limits },
  });
  const ids = Array.from({ length: tasks }, (_, index) => `T${String(index + 1).padStart(2, "0")}`);
  rig.write({
    "specs/work/feature.md":
      "---\nproject: app\n---\n# Work\n\n## Requirements\n\n- R1: Every file says its own name.\n",
    "specs/work/BACKLOG.yaml": [
      "version: 1",
      "tasks:",
      ...ids.flatMap((id) => [
        `  - id: ${id}`,
        `    title: Write ${id}`,
        "    requirements: [R1]",
        `    scope: {files_hint: [src/${id}.txt]}`,
        "    acceptance:",
        `      - src/${id}.txt says ${id}`,
      ]),
      "",
    ].join("\n"),
  });
  return rig;
}

export const write = (path: string, content: string) => ({ name: "write_file", input: { path, content } });
export const finish = { name: "finish", input: { summary: "done" } };

/** The address of the task that the window is about. */
export function taskOf(asked: Asked): string {
  return /src\/(T\d+)\.txt/.exec(windowOf(asked))?.[1] ?? "";
}

/** Reads, writes, finishes; approves whatever it reviews. */
export function smallWorker(tokens?: { readonly in: number; readonly out: number }) {
  const counted = tokens === undefined ? {} : { tokens };
  return (asked: Asked): Reply => {
    if (asked.system.includes("You review"))
      return { text: '{"verdict":"approve","findings":[]}', ...counted };
    const id = taskOf(asked);
    switch (turnOf(asked)) {
      case 0:
        return { calls: [{ name: "read_file", input: { path: "package.json" } }], ...counted };
      case 1:
        return { calls: [write(`src/${id}.txt`, `${id}\n`)], ...counted };
      default:
        return { calls: [finish], ...counted };
    }
  };
}

/** A feature of one requirement that the model there plans. */
export async function unplannedBills(base_url: string): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    agents: { house: { kind: "openai", model: "house-model", base_url } },
    implementer: "house",
    routing: { planner: "house", backlog: "house" },
  });
  rig.write({
    "specs/bills/feature.md":
      "---\ntitle: Bills\nproject: app\n---\n\n## Requirements\n\n- R1: A bill costs 5.\n",
  });
  return rig;
}
