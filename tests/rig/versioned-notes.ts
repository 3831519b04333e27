// A workspace whose feature has a history: a program drafts its notes, and writes down every time that it is called.

import { existsSync, readFileSync } from "node:fs";
import { FactoryRig } from "./factory-rig.ts";

/** Writes every file that its window lists for it, and never the same twice: a tree that comes back was not drafted again. */
const NOTER = `import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
const [workspace, windowPath] = process.argv.slice(2);
const window = readFileSync(windowPath, "utf8");
appendFileSync(join(workspace, "calls.txt"), process.env.FACTORY_TASK + "\\n");
for (const [, path] of window.matchAll(/^- (src\\/[\\w.-]+\\.txt)$/gm)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "a note\\nof call " + randomUUID() + "\\n");
}
writeFileSync(process.env.FACTORY_RESULT, JSON.stringify({ usage: { in: 9, out: 3 }, usd: 0.25 }));
`;

export interface NotedTask {
  readonly id: string;
  readonly title: string;
  readonly files: readonly string[];
  readonly requirements: readonly string[];
  readonly dependsOn?: readonly string[];
}

export class VersionedNotes implements AsyncDisposable {
  readonly rig: FactoryRig;

  private constructor(rig: FactoryRig) {
    this.rig = rig;
  }

  static async create(): Promise<VersionedNotes> {
    const rig = await FactoryRig.create({
      agents: {
        noter: {
          kind: "command",
          run: `"${process.execPath}" "{{workspace}}/noter.mjs" "{{workspace}}" {{window}}`,
        },
      },
      implementer: "noter",
      limits: { attempts: 1, rebases: 0 },
    });
    rig.write({ "noter.mjs": NOTER, ".gitignore": ".factory/\nprojects/\ncalls.txt\n" });
    return new VersionedNotes(rig);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.rig[Symbol.asyncDispose]();
  }

  /** How often an agent was called in all. */
  get calls(): number {
    const path = this.rig.path("calls.txt");
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
  }

  write(requirements: Readonly<Record<string, string>>, tasks: readonly NotedTask[]): void {
    const items = Object.entries(requirements).map(([id, text]) => `- ${id}: ${text}\n`);
    const entries = tasks.map(({ id, title, files, requirements: needs, dependsOn = [] }) =>
      [
        `  - id: ${id}`,
        `    title: ${title}`,
        `    requirements: [${needs.join(", ")}]`,
        `    depends_on: [${dependsOn.join(", ")}]`,
        `    scope: {files_hint: [${files.join(", ")}]}`,
        `    acceptance: ["${title}, and says so"]`,
        "",
      ].join("\n"),
    );
    this.rig.write({
      "specs/notes/feature.md": `---\nproject: app\n---\n# Notes\n\n## Requirements\n\n${items.join("")}`,
      "specs/notes/BACKLOG.yaml": `version: 1\ntasks:\n${entries.join("")}`,
    });
  }
}
