// What is a project, and what does it ask of the code that it receives?

import type { Budget } from "./budget.ts";
import type { CommitRules } from "./commit-rules.ts";
import type { Network } from "./network.ts";
import { inRepository } from "./path.ts";
import type { Place } from "./place.ts";
import type { Rules } from "./rules.ts";

/** In place of a branch: the one that is checked out. */
export const CURRENT = "current";

/** `pull-request`: products go to a branch of their own, and people merge them where their repository is hosted. */
export type MergeCheckpoint = (typeof MERGE_CHECKPOINTS)[number];

export const MERGE_CHECKPOINTS = ["auto", "ask", "pull-request"] as const;

export interface Project {
  readonly id: string;
  /** Folder of the git repository, relative to the workspace root or absolute. */
  readonly path: string;
  /** Folder of the project in its repository, `""` where it is the whole: all its paths are said from there. */
  readonly root: string;
  /**
   * The first project that lies in the same repository: branch, setup, product and merge are of the repository, and all
   * else is of the project.
   */
  readonly repository: string;
  /** Folder of its own features, from the workspace root; null where they lie in specs/. */
  readonly specs: string | null;
  /** Such folders of all projects of its repository. */
  readonly specFolders: readonly string[];
  readonly scaffold: string | null;
  /** Where it is cloned from when it is needed first and its folder is not there; null where it lives here alone. */
  readonly git: string | null;
  /** CURRENT, or null where nothing is said. */
  readonly branch: string | null;
  /** Its share of the agents beside other projects when they are scarce: 3 gets three times what 1 gets. */
  readonly priority: number;
  /** What its tasks may spend in one build, within the workspace's own budget; its limit per task beats the workspace's. */
  readonly budget: Budget;
  /** Command run once per lockfile digest; what it installs is linked into every worktree. */
  readonly setup: string | null;
  /** Names of variables of the shell that setup and services may see beside the built-in allow-list. */
  readonly env: readonly string[];
  readonly services: readonly Service[];
  /** Of its setup and its gates; absent: all for the setup, and for gates that need services. */
  readonly network?: Network;
  /** Globs of paths that a draft touches only with a person's word, beside those that always are. */
  readonly sensitive?: readonly string[];
  /** Paths and names of caches that stay warm from one run of its gates to the next. */
  readonly keep: readonly string[];
  readonly gates: readonly Gate[];
  /** Whether acceptance tests are written first, by an agent that sees no code. */
  readonly independentTests: boolean;
  /** Who sees a product before it is on the branch. */
  readonly merge: MergeCheckpoint;
  readonly commits: CommitRules;
  /** What holds for each of its tasks, beside the rules of the workspace. */
  readonly rules?: Rules;
  /** Who drafts its tasks, by their type; beats the workspace. */
  readonly drafters?: {
    readonly byType: Readonly<Record<string, readonly string[]>>;
    /** Where types stand that only this workspace knows. */
    readonly places: Readonly<Record<string, Place>>;
  };
  readonly place: Place;
}

/** A file of a project by its repository: the same for all projects that share it. */
export function addressInRepository(
  { repository, root }: Pick<Project, "repository" | "root">,
  path: string,
): string {
  return `${repository}/${inRepository(root, path)}`;
}

export interface Gate {
  readonly id: string;
  /**
   * Shell command; `{{report}}` in it is the path of the report to write, and `{{tests}}` the test files of the task that
   * it judges: none of them, and so all tests, on a whole product.
   */
  readonly run: string;
  readonly timeoutMs: number;
  /** Files by path that must make the gate fail when added to the tree; null where undeclared. */
  readonly canary: Readonly<Record<string, string>> | null;
  /** What it tells of the tests that it runs: without one, it proves no criterion. */
  readonly report: ReportFormat | null;
  /** Names of variables of the shell that it may see: its own, and those of its project. */
  readonly env: readonly string[];
  /** Patterns of the files that decide its verdict, beside those that it runs from; null where all may. */
  readonly inputs: readonly string[] | null;
  /** Whether no other gate of its project may run while it does. */
  readonly exclusive: boolean;
  /** Absent: all of it as long as its project has services, else none. */
  readonly network?: Network;
  readonly place: Place;
}

/** What gates need while they run, such as a database. */
export interface Service {
  readonly id: string;
  /** Shell command that stays in the foreground, or goes to the background by itself. */
  readonly run: string;
  /** Shell command that succeeds once the service can be used. */
  readonly ready: string;
  /** Longest time until it is ready. */
  readonly timeoutMs: number;
  readonly place: Place;
}

/** `junit` is a file or a folder of files at `{{report}}`; all others are what the command says, or a file at `{{report}}`. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const REPORT_FORMATS = ["junit", "go", "tap", "cargo"] as const;
