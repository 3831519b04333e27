// What does a build start from? Everything that people wrote, read once: the immutable snapshot of one build.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Feature } from "../../model/feature.ts";
import type { Workspace } from "../../model/workspace.ts";
import type { Locks } from "./feature-reading.ts";
import type { TemplateShelf } from "./template-shelf.ts";

export interface Sources {
  /** Absolute path of the workspace. */
  readonly root: string;
  readonly workspace: Workspace;
  readonly features: readonly Feature[];
  readonly templates: TemplateShelf;
  readonly prompts: ReadonlyMap<string, Prompt>;
  readonly locks: Locks;
  /** All findings. A build goes on only where none is an error. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface Prompt {
  readonly file: string;
  readonly text: string;
}
