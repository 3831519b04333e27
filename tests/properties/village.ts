// What can happen to a workspace between two builds? People edit specs, templates and generated files, take away locks, stores
// and features, and agents ask or fail: a small workspace on real files, and the hands that change it.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { digestOfBytes } from "../../src/model/digest.ts";
import type { Lock, LockEntry } from "../../src/model/trace.ts";
import { evaluate } from "../../src/pipeline/line/evaluate.ts";
import { editsOf, release, yieldEdits } from "../../src/pipeline/settling/edits.ts";
import { readLockOnDisk, writeLock } from "../../src/store/locks.ts";
import { Field } from "./field.ts";

const FEATURES = ["f0", "f1"] as const;
const PROJECT = "projects/app";

/** What a program makes of a task follows from its window, as a key expects it. */
const TEMPERS = ["WORKS", "WORKS", "WORKS", "WORKS", "WORKS", "ASKS", "FAILS"] as const;

export interface Villager {
  readonly feature: (typeof FEATURES)[number];
  readonly by: "generator" | "program";
  readonly temper: (typeof TEMPERS)[number];
  readonly dependsOn: readonly number[];
  /** Its code shows the interfaces of what it depends on. */
  readonly shows: boolean;
  /** Of its text, and of its exported types. */
  readonly text: number;
  readonly face: number;
  /** Also changes a file that people keep. */
  readonly keepsNotes: boolean;
  /** Its template writes where it must not. */
  readonly strays: boolean;
}

const drawn = fc.record({
  feature: fc.constantFrom(...FEATURES),
  by: fc.constantFrom("generator" as const, "generator" as const, "program" as const),
  temper: fc.constantFrom(...TEMPERS),
  dependsOn: fc.uniqueArray(fc.nat(5), { maxLength: 2 }),
  shows: fc.boolean(),
  text: fc.nat(3),
  face: fc.nat(3),
});

export const villages = fc.array(drawn, { minLength: 3, maxLength: 5 });

const KINDS = [
  ...(["requirement", "text", "text", "text", "face", "face", "temper", "dependency", "gate"] as const),
  ...(["add-task", "task-in-the-way", "remove-task", "remove-feature", "clarification", "stray"] as const),
  ...(["append", "append", "rewrite", "clash", "clash", "clash", "delete"] as const),
  ...(["uncommitted", "clean", "notes", "notes", "accept", "discard"] as const),
  ...(["lock", "lock-entry", "lock-key", "lock-verification", "store", "index", "project"] as const),
] as const;

export interface Deed {
  readonly kind: (typeof KINDS)[number];
  readonly at: number;
  readonly number: number;
  readonly drawn: Omit<Villager, "keepsNotes" | "strays">;
}

export const deeds: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constantFrom(...KINDS),
  /** Low numbers are drawn often, so that several deeds befall one task. */
  at: fc.oneof(fc.nat(2), fc.nat(30)),
  number: fc.nat(3),
  drawn,
});

const PROGRAM = `
file=src/\${FACTORY_TASK%%:*}/\${FACTORY_TASK#*:}.ts
if grep -q ASKS "$FACTORY_WINDOW"; then echo '{"question": "Which one?"}' > "$FACTORY_RESULT"; exit 0; fi
if grep -q FAILS "$FACTORY_WINDOW"; then exit 1; fi
mkdir -p "$(dirname "$file")"
{ grep -v '^import' "$FACTORY_WINDOW" | cksum | sed 's/.*/export const made: string = "&";/'
  printf '// one\\n// two\\n// three\\n// four\\n// five\\n// six\\n'
  sed -n 's/^.*\\(Face [0-9]\\).*$/export type Face = "\\1";/p' "$FACTORY_WINDOW" | head -1; } > "$file"
if grep -q NOTES "$FACTORY_WINDOW"; then echo "made by $FACTORY_TASK" >> notes.md; fi
`;

export class Village implements Disposable {
  readonly field = new Field();
  #tasks: Map<number, Villager>;
  #next: number;
  #requirements: Record<string, number> = { f0: 0, f1: 0 };
  #unclear = new Set<string>();
  #gate = 0;
  #hasLostStore = false;
  #written = new Set<string>();

  constructor(drawnTasks: readonly Deed["drawn"][]) {
    this.#tasks = new Map(
      drawnTasks.map((task, number) => [
        number,
        { ...task, dependsOn: below(task, number), keepsNotes: number === 1, strays: false },
      ]),
    );
    this.#next = drawnTasks.length;
    writeFileSync(join(this.field.root, "program.sh"), PROGRAM);
    this.#write();
  }

  [Symbol.dispose](): void {
    this.field[Symbol.dispose]();
  }

  get tasks(): ReadonlyMap<string, Villager> {
    return new Map([...this.#tasks].map(([number, task]) => [addressOf(number, task), task]));
  }

  get hasLostStore(): boolean {
    return this.#hasLostStore;
  }

  get hasProject(): boolean {
    return existsSync(join(this.field.root, PROJECT, ".git"));
  }

  /** A file of the branch; null where it is not there. */
  show(path: string): string | null {
    if (!this.hasProject) return null;
    try {
      return execFileSync("git", ["-C", join(this.field.root, PROJECT), "show", `main:${path}`], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
    } catch {
      return null;
    }
  }

  lock(feature: string): Lock | null {
    const found = readLockOnDisk(this.field.root, feature);
    return found.ok ? (found.value?.lock ?? null) : null;
  }

  async suffer({ kind, at, number, drawn: fresh }: Deed): Promise<void> {
    const all = [...this.#tasks];
    const [id, task] = all[at % Math.max(1, all.length)] ?? [-1, null];
    const file = task === null ? "no.ts" : fileOf(id, task);
    const change = (part: Partial<Villager>) => {
      if (task !== null) this.#tasks.set(id, { ...task, ...part });
    };
    switch (kind) {
      case "requirement":
        this.#requirements[FEATURES[at % 2] as string] = number;
        break;
      case "text":
        change({ text: number });
        break;
      case "face":
        change({ face: number });
        break;
      case "temper":
        change({ temper: fresh.temper });
        break;
      case "dependency":
        change({ dependsOn: below(fresh, id).filter((other) => this.#tasks.has(other)) });
        break;
      case "gate":
        this.#gate = number;
        break;
      case "add-task":
      case "task-in-the-way": {
        const known = fresh.dependsOn.filter((other) => this.#tasks.has(other));
        const added: Villager = { ...fresh, dependsOn: known, keepsNotes: false, strays: false };
        const where = fileOf(this.#next, added);
        if (kind === "task-in-the-way") this.#commit({ [where]: "// a person was here first\n" });
        this.#tasks.set(this.#next++, added);
        break;
      }
      case "remove-task":
        this.#tasks.delete(id);
        break;
      case "remove-feature":
        for (const [other, one] of all) if (one.feature === task?.feature) this.#tasks.delete(other);
        if (task !== null)
          rmSync(join(this.field.root, "specs", task.feature), { recursive: true, force: true });
        break;
      case "clarification": {
        const feature = FEATURES[at % 2] as string;
        if (!this.#unclear.delete(feature)) this.#unclear.add(feature);
        break;
      }
      case "stray":
        change({ strays: task?.strays === false });
        break;
      case "append":
        this.#edit(file, (text) => `${text}// ${number} by hand\n`);
        break;
      case "rewrite":
        this.#edit(file, (text) => `// ${number} rewritten${text.slice(text.indexOf("\n"))}`);
        break;
      case "clash":
        this.#edit(file, (text) => `// ${number} rewritten${text.slice(text.indexOf("\n"))}`);
        change({ text: ((task?.text ?? 0) + 1) % 4 });
        break;
      case "delete":
        this.#edit(file, () => null);
        break;
      case "uncommitted": {
        const path = join(this.field.root, PROJECT, file);
        if (existsSync(path))
          writeFileSync(path, `${readFileSync(path, "utf8")}// ${number} not committed\n`);
        break;
      }
      case "clean":
        if (this.hasProject) this.#git("checkout", "--force", "main");
        break;
      case "notes":
        this.#commit({ "notes.md": `A note of ${number}.\n\nIt is long.\n\nIt ends here.\n` });
        break;
      case "accept":
      case "discard":
        await this.#settle(kind, task === null ? null : addressOf(id, task));
        break;
      case "lock":
        rmSync(join(this.field.root, "specs", task?.feature ?? "f0", "factory.lock"), { force: true });
        break;
      case "lock-entry":
        await this.#relock(id, task, () => null);
        break;
      case "lock-key":
        await this.#relock(id, task, (entry) => ({ ...entry, key: digestOfBytes(`key ${number}`) }));
        break;
      case "lock-verification":
        await this.#relock(id, task, (entry) => ({
          ...entry,
          verification: digestOfBytes(`seen ${number}`),
        }));
        break;
      case "store":
        this.field.remove(".factory/store");
        this.#hasLostStore = true;
        break;
      case "index":
        this.field.remove(".factory/index");
        break;
      case "project":
        this.field.remove(PROJECT);
        break;
    }
    this.#write();
  }

  #edit(path: string, change: (text: string) => string | null): void {
    const text = this.show(path);
    if (text !== null) this.#commit({ [path]: change(text) });
  }

  /** On the branch, whatever else lies in the folder. */
  #commit(files: Readonly<Record<string, string | null>>): void {
    if (!this.hasProject) return;
    this.#git("checkout", "--force", "main");
    for (const [path, text] of Object.entries(files)) {
      const full = join(this.field.root, PROJECT, path);
      rmSync(full, { force: true });
      if (text === null) continue;
      execFileSync("mkdir", ["-p", dirname(full)]);
      writeFileSync(full, text);
    }
    this.#git("add", "--all");
    this.#git(
      "-c",
      "user.name=P",
      "-c",
      "user.email=p@example.org",
      "commit",
      "--quiet",
      "--allow-empty",
      "-mHand",
    );
  }

  #git(...words: readonly string[]): void {
    execFileSync("git", ["-C", join(this.field.root, PROJECT), ...words], { stdio: "ignore" });
  }

  async #settle(how: "accept" | "discard", target: string | null): Promise<void> {
    if (target === null) return;
    const evaluation = await evaluate(
      this.field.environment,
      this.field.options({ targets: [target], removalsMeant: true }),
      "again",
    );
    if (!evaluation.ok) throw new Error(JSON.stringify(evaluation.failure));
    const edits = editsOf(evaluation.value, []);
    if (!edits.ok) return;
    const settled = await (how === "accept" ? release : yieldEdits)(evaluation.value, edits.value);
    if (!settled.ok) throw new Error(JSON.stringify(settled.failure));
  }

  async #relock(
    number: number,
    task: Villager | null,
    change: (entry: LockEntry) => LockEntry | null,
  ): Promise<void> {
    const lock = task === null ? null : this.lock(task.feature);
    const entry = lock?.tasks[localOf(number)];
    if (lock === null || entry === undefined) return;
    const { [localOf(number)]: _, ...others } = lock.tasks;
    const changed = change(entry);
    const tasks = changed === null ? others : { ...others, [localOf(number)]: changed };
    const written = await writeLock(this.field.root, `specs/${lock.feature}`, { ...lock, tasks });
    if (!written.ok) throw new Error(JSON.stringify(written.failure));
  }

  /** Touches only what changes, as an editor does. */
  #write(): void {
    const files = this.#files();
    for (const path of this.#written) if (!(path in files)) this.field.remove(path);
    const isNew = ([path, text]: [string, string]) => {
      const full = join(this.field.root, path);
      return !existsSync(full) || readFileSync(full, "utf8") !== text;
    };
    this.field.lay(Object.fromEntries(Object.entries(files).filter(isNew)));
    this.#written = new Set(Object.keys(files));
  }

  #files(): Record<string, string> {
    const run = `sh ${join(this.field.root, "program.sh")}`;
    const files: Record<string, string> = {
      "templates/projects/plain/README.md": "A project.\n",
      "templates/projects/plain/notes.md": "A note.\n\nIt is long.\n\nIt ends here.\n",
      "projects.yaml": stringify({
        projects: [
          {
            id: "app",
            path: PROJECT,
            scaffold: "plain",
            gates: [{ id: "check", run: `true ${this.#gate}` }],
          },
        ],
        agents: { local: { kind: "generator" }, coder: { kind: "command", run } },
        limits: { window_bytes: 100000, attempts: 1 },
      }),
    };
    for (const feature of FEATURES) {
      const own = [...this.#tasks].filter(([, task]) => task.feature === feature);
      if (own.length === 0) continue;
      const mark = this.#unclear.has(feature) ? " [NEEDS CLARIFICATION: for whom?]" : "";
      const front = stringify({ title: feature, projects: ["app"], template: feature });
      const requirement = `R1: The things of ${feature} hold ${this.#requirements[feature]} times.${mark}`;
      files[`specs/${feature}/feature.md`] = `---\n${front}---\n\n## Requirements\n\n- ${requirement}\n`;
      files[`specs/${feature}/BACKLOG.yaml`] = stringify({ tasks: own.map((one) => this.#entry(...one)) });
      const generated = own.filter(([, task]) => task.by === "generator");
      files[`templates/features/${feature}/template.yaml`] = stringify({
        version: "1.0.0",
        code: Object.fromEntries(
          generated.map(([number, task]) => [
            localOf(number),
            [
              {
                template: `${localOf(number)}.hbs`,
                to: task.strays ? `elsewhere/${number}.ts` : fileOf(number, task),
              },
            ],
          ]),
        ),
      });
      for (const [number, task] of generated)
        files[`templates/features/${feature}/code/${localOf(number)}.hbs`] = sourceOf(task);
    }
    return files;
  }

  #entry(number: number, task: Villager) {
    const { by, temper, text, face, keepsNotes } = task;
    const isProgram = by === "program";
    const told = isProgram
      ? `${temper} text ${text} Face ${face}${keepsNotes ? " NOTES" : ""}`
      : "A generated thing";
    const files = [fileOf(number, task), ...(isProgram && keepsNotes ? ["notes.md"] : [])];
    return {
      id: localOf(number),
      title: `Task ${number}`,
      description: told,
      requirements: ["R1"],
      depends_on: task.dependsOn.flatMap((other) => {
        const below = this.#tasks.get(other);
        return below === undefined ? [] : [addressOf(other, below)];
      }),
      scope: { files_hint: files },
      acceptance: ["it holds"],
      ...(isProgram ? { agent: "coder" } : { generator: `${task.feature}/${localOf(number)}` }),
    };
  }
}

function sourceOf({ text, face, shows }: Villager): string {
  const shown = shows ? 'export const shown: string = "{{#each interfaces}}{{path}} {{/each}}";\n' : "";
  const lines = ["one", "two", "three", "four", "five", "six"].map((word) => `// ${word}\n`).join("");
  return `export const text: string = "${text} {{#each requirements}}{{text}}{{/each}}";\n${lines}${shown}export type Face = "${face}";\n`;
}

/** No cycle can be drawn: what a task depends on is older. */
function below({ dependsOn }: Pick<Villager, "dependsOn">, number: number): readonly number[] {
  return dependsOn.filter((other) => other < number);
}

function localOf(number: number): string {
  return `T${String(number).padStart(2, "0")}`;
}

function addressOf(number: number, { feature }: Pick<Villager, "feature">): string {
  return `${feature}:${localOf(number)}`;
}

function fileOf(number: number, { feature }: Pick<Villager, "feature">): string {
  return `src/${feature}/${localOf(number)}.ts`;
}
