// How is a command declared? Its words as the help shows them, and where its code is loaded from when it is called.

import type { ExitCode } from "./exit-code.ts";
import type { Invocation } from "./invocation.ts";

export interface CommandDeclaration {
  readonly name: string;
  /** Name and arguments, as the help shows them. */
  readonly usage: string;
  readonly summary: string;
  readonly description?: string;
  readonly examples: readonly [Example, ...Example[]];
  /** All that its first argument may be, where that is a closed list. */
  readonly choices?: readonly string[];
  /** The page of the documentation that says more. */
  readonly page?: string;
  readonly options: readonly OptionDeclaration[];
  /** `run` gets all declarations, too: they load the commands, so that no command can import them. */
  readonly load: () => Promise<{
    run(invocation: Invocation, sections: readonly CommandSection[]): Promise<ExitCode>;
  }>;
}

/** Commands that the help shows below one heading. */
export interface CommandSection {
  readonly heading: string;
  readonly commands: readonly (CommandDeclaration | CommandGroup)[];
}

/** A call as a person would type it, in the sample of this repository. */
export interface Example {
  /** What follows `factory`, quoted for a shell. */
  readonly run: string;
  /** What of the command it shows. */
  readonly does: string;
}

/** A word that other commands follow: `factory template list`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandDeclaration[];
}

export interface OptionDeclaration {
  readonly flags: string;
  readonly help: string;
  readonly parse?: (value: string, previous: unknown) => unknown;
  readonly choices?: readonly string[];
}

/** Collects the values of an option that may be given several times. */
export function append(value: string, previous: unknown): readonly string[] {
  return [...(Array.isArray(previous) ? (previous as string[]) : []), value];
}
