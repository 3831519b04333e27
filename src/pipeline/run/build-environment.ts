// Where does a command work, and who hears of it?

import type { Event } from "../../model/event.ts";
import type { SourceEdits } from "../reading/source-edits.ts";

export interface Listener {
  readonly clock: () => number;
  readonly tell: (event: Event) => void;
}

/** Where a build takes place. */
export interface BuildEnvironment extends Listener {
  readonly root: string;
  /** Where the shipped templates are. */
  readonly packageRoot: string;
  /** Version of the product and of its remembered state. */
  readonly writer: string;
  readonly signal: AbortSignal;
  /** Whether the build lock is held still; absent for whoever holds none, and moves nothing. */
  readonly holds?: () => boolean;
  /** Where somebody watches the sources meanwhile. */
  readonly edits?: SourceEdits;
}
