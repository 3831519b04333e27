// What does a stage ask of a slot, and what is it given?

import type { SlotKind } from "../../model/slot.ts";
import type { Tree } from "../../model/tree.ts";
import type { Worktree } from "../../workspaces/worktree.ts";

export interface Lease {
  readonly kind: SlotKind;
  /** As the project sees it. */
  readonly tree: Tree;
  /** Task or `project/`. */
  readonly subject: string;
}

/** What a stage is given while it works. */
export interface Slot {
  /** Small, and of no other slot of the workspace. */
  readonly number: number;
  readonly worktree: Worktree;
  /** Folder of the project in it, absolute: where whoever works for it is started. */
  readonly dir: string;
  /** Folder outside the tree, for reports. */
  readonly scratch: string;
  /** Variables that tell a child where it is. */
  readonly env: Readonly<Record<string, string>>;
}

/** A slot for longer. */
export interface LentSlot {
  readonly slot: Slot;
  readonly giveBack: () => Promise<void>;
}
