// What is paid with in one build? One ledger and one set of sessions for its planners and its tasks alike.

import type { BuildOptions } from "../../model/build-options.ts";
import type { EventBody } from "../../model/event.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { SharedStore } from "../../store/sharing/shared-store.ts";
import type { SourceEdits } from "../reading/source-edits.ts";
import type { Sources } from "../reading/sources.ts";
import { type BuildSessions, openSessions } from "./build-sessions.ts";
import { hourlySpendOf } from "./hourly-spend.ts";
import { Ledger } from "./ledger.ts";

export interface PaidSessions {
  readonly ledger: Ledger;
  /** To be closed by whoever opened it, once. */
  readonly sessions: BuildSessions;
}

export interface PaidSessionsOrder {
  readonly sources: Pick<Sources, "root" | "workspace">;
  readonly options: Pick<BuildOptions, "budgetUsd" | "perHourUsd" | "modelCalls">;
  readonly blobs: Blobs;
  /** Where answers are looked for that this workspace does not have. */
  readonly shared: SharedStore | null;
  readonly emit: (event: EventBody) => void;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly edits: SourceEdits | null;
}

export function openPaidSessions({ sources, options, ...rest }: PaidSessionsOrder): PaidSessions {
  const { root, workspace } = sources;
  const ledger = new Ledger({
    build: options.budgetUsd ?? workspace.budget.usd,
    perTask: workspace.budget.perTaskUsd,
    hourly: hourlySpendOf(options.perHourUsd ?? workspace.budget.perHourUsd, root, rest.clock),
    projects: new Map(workspace.projects.map(({ id, budget }) => [id, budget])),
  });
  const { modelCalls } = options;
  return { ledger, sessions: openSessions({ root, workspace, ledger, modelCalls, ...rest }) };
}
