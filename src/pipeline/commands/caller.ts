// Who asks for something to be done in a workspace, and how do they hear of it meanwhile? The command line and whoever
// else has commands carried out say it in the same way; what a command comes to is its value.

import type { Event } from "../../model/event.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";

/** Which workspace, and whose version of the product looks at it. */
export type Place = Pick<BuildEnvironment, "root" | "packageRoot" | "writer">;

export interface Caller extends Place {
  /** As whoever has to wait for it reads it, such as `factory build`. */
  readonly command: string;
  /** Whether to wait while another build holds the workspace. */
  readonly waits: boolean;
  /** What happens, in lines without a break at their end. */
  say(...lines: readonly string[]): void;
  /** What must be heard even by those who want it quiet. */
  warn(...lines: readonly string[]): void;
  /** Aborts the controller where the work is to end in order; what it gives back ends the listening. */
  onInterrupt(interrupt: AbortController): () => void;
  /** Opened once for a build, and closed at its end. */
  openView(): Promise<View>;
}

export interface View {
  /** Cheap and synchronous. */
  tell(event: Event): void;
  /** May be called twice. */
  close(): void;
}
