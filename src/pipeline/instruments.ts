// Can a project's gates be trusted? Before its first task, and whenever its gates or toolchain change: its setup is
// done, each gate passes on the untouched tree, and each gate with a canary fails on it. Asked once per build.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { canaryKey } from "../engine/verification.ts";
import { checkInstruments } from "../gates/canary.ts";
import { type GateRun, runGate } from "../gates/gate.ts";
import { prepareSetup, type SetupLink } from "../gates/setup.ts";
import { type Result, success } from "../model/result.ts";
import type { Gate } from "../model/project.ts";
import type { TreeEntry } from "../model/tree.ts";
import type { Marks } from "../store/marks.ts";
import { materialise } from "../workspaces/worktree.ts";
import type { Run } from "./run.ts";
import type { Site } from "./site.ts";

export class Instruments {
  readonly #run: Pick<Run, "sources" | "emit" | "signal" | "clock">;
  readonly #marks: Marks;
  readonly #links = new Map<string, Promise<Result<readonly SetupLink[]>>>();
  readonly #checks = new Map<string, Promise<Result<void>>>();

  constructor(run: Pick<Run, "sources" | "emit" | "signal" | "clock">, marks: Marks) {
    this.#run = run;
    this.#marks = marks;
  }

  /** What the project's setup installed, to be linked into every worktree. */
  links(site: Site): Promise<Result<readonly SetupLink[]>> {
    return once(this.#links, site.project.id, () => this.#setUp(site));
  }

  /** Fails with `gate-broken` where a gate cannot be trusted, or `setup-failed`. */
  check(site: Site): Promise<Result<void>> {
    return once(this.#checks, site.project.id, () => this.#check(site));
  }

  async #setUp(site: Site): Promise<Result<readonly SetupLink[]>> {
    const { setup, id } = site.project;
    if (setup === null) return success([]);
    const { root } = this.#run.sources;
    const dir = join(root, ".factory", "worktrees", `${id}-setup`);
    const started = this.#run.clock();
    const prepared = await prepareSetup({
      command: setup,
      lockfiles: site.lockfiles,
      installs: join(root, ".factory", "installs", id),
      open: () => materialise({ repository: site.repository, tree: site.human, dir, links: [] }),
      started: () => this.#run.emit({ type: "setup-started", project: id, command: setup }),
      signal: this.#run.signal,
      log: join(root, ".factory", "logs", `${id}.setup.log`),
    });
    if (!prepared.ok) return prepared;
    if (prepared.value.ran)
      this.#run.emit({ type: "setup-ended", project: id, ms: this.#run.clock() - started });
    return success(prepared.value.links);
  }

  async #check(site: Site): Promise<Result<void>> {
    const { gates, id } = site.project;
    const key = canaryKey(gates, site.toolchain);
    if (gates.length === 0 || this.#marks.has("canary", key)) return success(undefined);
    const links = await this.links(site);
    if (!links.ok) return links;
    this.#run.emit({ type: "canary-started", project: id });
    const started = this.#run.clock();
    const checked = await checkInstruments({ gates, run: (gate, files) => this.#try(site, gate, files) });
    this.#run.emit({
      type: "canary-ended",
      project: id,
      passed: checked.ok,
      ms: this.#run.clock() - started,
    });
    if (checked.ok) await this.#marks.set("canary", key);
    return checked;
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
    const worktree = await materialise({ repository: site.repository, tree, dir, links: links.value });
    if (!worktree.ok) return worktree;
    const scratch = `${dir}.scratch`;
    await mkdir(scratch, { recursive: true });
    try {
      return success(
        await runGate({ gate, dir, scratch, subject: `${site.project.id}/`, signal: this.#run.signal }),
      );
    } finally {
      await worktree.value.dispose();
    }
  }
}

function once<T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
