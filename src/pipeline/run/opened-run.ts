// What is known of a build before its first task is judged?

import type { Project } from "../../model/project.ts";
import type { PreviousBuild } from "../reading/build-index.ts";
import type { Reading } from "../reading/read.ts";
import type { Run } from "./run.ts";

export interface OpenedRun {
  readonly run: Run;
  readonly reading: Reading;
  readonly previous: PreviousBuild;
  /** Positions that need nothing, or that this build was not asked for. */
  readonly settled: ReadonlySet<number>;
  /** Positions that the targets name; all where there are none. */
  readonly named: ReadonlySet<number>;
  /** Positions that stay doubtful although this build does not look at them. */
  readonly postponed: readonly number[];
  /** Projects whose product has to be composed and compared with their branch. */
  readonly projects: readonly Project[];
}
