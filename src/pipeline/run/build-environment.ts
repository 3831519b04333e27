// Where does a command work, and who hears of it?

import type { Event } from "../../model/event.ts";
import type { SourceEdits } from "../reading/source-edits.ts";
import type { Thought } from "../reading/source-reader.ts";

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
  /** What somebody thinks of writing, for whoever asks what would come of it. */
  readonly thought?: Thought;
  /** Where somebody watches the sources meanwhile. */
  readonly edits?: SourceEdits;
}
