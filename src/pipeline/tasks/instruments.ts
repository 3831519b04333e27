// Can a project's gates be trusted? Before its first task, and whenever its gates or toolchain change: its setup is
// done, each gate passes on the untouched tree, and each gate with a canary fails on it. Asked once per build.

import { join } from "node:path";
import { canaryKey } from "../../engine/verification.ts";
import { checkInstruments } from "../../gates/canary.ts";
import { type GateRun, runGate } from "../../gates/gate.ts";
import { type PrepareSetup, setupsIn } from "../../gates/setup.ts";
import type { Failure } from "../../model/failure.ts";
import type { Gate } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { TreeEntry } from "../../model/tree.ts";
import type { Marks } from "../../store/marks.ts";
import { dispose, materialise } from "../../workspaces/worktree.ts";
import type { Happening } from "../happening.ts";
import { withLacks } from "../projects/lacks.ts";
import type { Site } from "../projects/site.ts";
import type { Sources } from "../reading/sources.ts";

export interface Link {
  readonly name: string;
  readonly target: string;
}

interface Place {
  readonly sources: Sources;
  readonly emit: (happening: Happening) => void;
  readonly signal: AbortSignal;
  readonly clock: () => number;
}

export class Instruments {
  readonly #run: Place;
  readonly #marks: Marks;
  readonly #prepare: PrepareSetup;
  readonly #links = new Map<string, Promise<Result<readonly Link[]>>>();
  readonly #checks = new Map<string, Promise<Result<void>>>();
  /** Projects of which `check` has ended. */
  readonly #checked = new Set<string>();

  constructor(run: Place, marks: Marks) {
    this.#run = run;
    this.#marks = marks;
    this.#prepare = setupsIn(join(run.sources.root, ".factory", "installs"));
  }

  /** What the project's setup installed, to be linked into every worktree. */
  links(site: Site): Promise<Result<readonly Link[]>> {
    return once(this.#links, site.project.id, () => this.#setUp(site));
  }

  /** Fails with `gate-broken` where a gate cannot be trusted, or `setup-failed`. */
  check(site: Site): Promise<Result<void>> {
    const { id } = site.project;
    return once(this.#checks, id, () => this.#check(site).finally(() => this.#checked.add(id)));
  }

  /** Whether `check` has its answer already; else it may take as long as a setup and all gates. */
  isChecked(site: Site): boolean {
    return this.#checked.has(site.project.id) || this.#isTrusted(site);
  }

  #isTrusted({ project: { gates }, toolchain }: Site): boolean {
    return gates.length === 0 || this.#marks.has("canary", canaryKey(gates, toolchain));
  }

  async #setUp(site: Site): Promise<Result<readonly Link[]>> {
    const { setup, id } = site.project;
    if (setup === null) return success([]);
    let started: number | null = null;
    const prepared = await this.#prepare({
      command: setup,
      lockfiles: site.lockfiles,
      lay: (dir) => {
        started = this.#run.clock();
        this.#run.emit({ type: "setup-started", project: id, command: setup });
        return materialise({
          repository: site.repository,
          tree: site.human,
          human: site.human,
          dir,
          links: [],
        });
      },
      signal: this.#run.signal,
      log: join(this.#run.sources.root, ".factory", "logs", `${id}.setup.log`),
    });
    if (!prepared.ok) return prepared;
    if (started !== null) {
      this.#run.emit({ type: "setup-ended", project: id, ms: this.#run.clock() - started });
    }
    return success(prepared.value.links);
  }

  async #check(site: Site): Promise<Result<void>> {
    const { gates, id } = site.project;
    if (this.#isTrusted(site)) return success(undefined);
    const links = await this.links(site);
    if (!links.ok) return links;
    this.#run.emit({ type: "canary-started", project: id });
    const started = this.#run.clock();
    const checked = await this.#checkAll(site);
    this.#run.emit({
      type: "canary-ended",
      project: id,
      passed: checked.ok,
      ms: this.#run.clock() - started,
    });
    if (checked.ok) await this.#marks.set("canary", canaryKey(gates, site.toolchain));
    return checked;
  }

  async #checkAll(site: Site): Promise<Result<void>> {
    // A tree that cannot be laid out is no word of the gate's about it.
    let trouble: Failure | null = null;
    const run = async (gate: Gate, files: Readonly<Record<string, string>> | null): Promise<GateRun> => {
      const tried = await this.#try(site, gate, files);
      if (tried.ok) return tried.value;
      trouble ??= tried.failure;
      return untried(gate, tried.failure);
    };
    const checked = await checkInstruments({ gates: site.project.gates, run, signal: this.#run.signal });
    if (trouble !== null) return failed(trouble);
    return checked.ok ? success(undefined) : failed(await withLacks(site, checked.failure));
  }

  async #try(
    site: Site,
    gate: Gate,
    files: Readonly<Record<string, string>> | null,
  ): Promise<Result<GateRun>> {
    const { root } = this.#run.sources;
    const name = `${site.project.id}-canary-${gate.id.replace(/[^A-Za-z0-9._-]/g, "-")}`;
    const tree = new Map<string, TreeEntry>(site.human);
    if (files !== null) {
      const written = await site.repository.write(Object.values(files).map((text) => Buffer.from(text)));
      if (!written.ok) return written;
      for (const [index, path] of Object.keys(files).entries()) {
        tree.set(path, { mode: "100644", oid: written.value[index] as TreeEntry["oid"] });
      }
    }
    const links = await this.links(site);
    if (!links.ok) return links;
    const dir = join(root, ".factory", "worktrees", name);
    const cleared = await dispose(dir);
    if (!cleared.ok) return cleared;
    const worktree = await materialise({
      repository: site.repository,
      tree,
      human: site.human,
      dir,
      links: links.value,
    });
    if (!worktree.ok) return worktree;
    const scratch = `${dir}.scratch`;
    try {
      return success(
        await runGate({
          gate,
          dir,
          scratch,
          env: {},
          subject: `${site.project.id}/`,
          signal: this.#run.signal,
        }),
      );
    } finally {
      await dispose(dir);
      await dispose(scratch);
    }
  }
}

function untried(gate: Gate, { reason }: Failure): GateRun {
  return {
    result: { gate: gate.id, passed: false, ms: 0, evidence: reason, output: "", end: "killed" },
    cases: null,
  };
}

function once<T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
