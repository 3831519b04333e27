// What has to be known of a program to use it as an agent? How it is called, and how its events are read: a few pure
// functions and a few names. Who starts it, and what becomes of what it told, is command.ts.

import * as z from "zod";
import type { Json } from "../../model/digest.ts";
import type { Tokens } from "../../model/output.ts";

export interface Preset {
  /** As it is found on PATH. */
  readonly program: string;
  /** Variables of ours that it needs where they are set: its own settings, and the keys of the model's provider. */
  readonly variables: (model: string | null) => readonly string[];
  /** Whose models it asks, by its name in the table of prices; null where they may be anybody's. */
  readonly seller: string | null;
  /** Where a workspace keeps the file of a role; from its root. */
  readonly roleFile: (role: string) => string;
  /** What such a file says. */
  readonly roleText: (sheet: RoleSheet) => string;
  /** Whether it may know roles that the workspace has no file of. */
  readonly ownRoles: boolean;
  /** What of the person's own it needs in a sandbox. Absolute; what is not there is none of it. */
  readonly own: (env: Environment) => OwnPlaces;
  readonly call: (order: CommandCallOrder) => CommandCall;
  /** What is known after one more event; an event that means nothing to us changes nothing. */
  readonly read: (output: ProgramOutput, event: unknown) => ProgramOutput;
  /** What the event says of the way it goes on, in order; empty where it says nothing of that. */
  readonly turnEvents: (event: unknown) => readonly TurnEvent[];
  /** Whether the program is told of `maxTurns` by its call, and ends itself. */
  readonly countsTurns: boolean;
  /** What it prints where it does not know the role. */
  readonly unknownRole: RegExp | null;
}

type Environment = Readonly<Record<string, string>>;

export interface OwnPlaces {
  /** Its settings. Nothing there may change: they may name programs, which it starts for the person, too. */
  readonly reads: readonly string[];
  /** Files with its logins: a token that is refreshed and not kept would log the person out. */
  readonly logins: readonly string[];
}

/** What there is to say about a role. */
export interface RoleSheet {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Whether its work is files, rather than a text. */
  readonly drafts: boolean;
  readonly text: string;
}

/** All that a call may depend on. Paths are absolute. */
export interface CommandCallOrder {
  /** A draft may change what lies in `dir`, a reply nothing. */
  readonly purpose: "draft" | "reply";
  readonly title: string;
  readonly dir: string;
  readonly root: string;
  /** A folder of this run, for what the program keeps to itself. */
  readonly scratch: string;
  readonly model: string | null;
  readonly maxTurns: number | null;
  readonly role: { readonly name: string; readonly text: string | null } | null;
  readonly window: string;
  /** What the program would see without the additions of the call. */
  readonly env: Environment;
}

export interface CommandCall {
  readonly args: readonly string[];
  /** Added to the environment, or put in the place of what is there. */
  readonly env: Environment;
  /** What it reads on stdin. */
  readonly input: string;
  /** What must lie in `scratch` before it starts, in this order. */
  readonly scratchFiles: readonly ScratchFile[];
}

/** One file or folder of the scratch folder. A copy or link of what does not exist is left out. */
export type ScratchFile =
  | { readonly kind: "folder"; readonly to: string }
  | { readonly kind: "file"; readonly to: string; readonly text: string }
  /** A folder; `without` names what stays out of it, from that folder. */
  | { readonly kind: "copy"; readonly to: string; readonly from: string; readonly without: string }
  | {
      readonly kind: "edited-copy";
      readonly to: string;
      readonly from: string;
      readonly edit: (text: string) => string;
    }
  | { readonly kind: "link"; readonly to: string; readonly from: string };

/** One fact about the turns of a program. `helper` names a session within its own, such as a subagent's; null: its own. */
export type TurnEvent =
  /** The model spoke. Pieces of one message have one id; null: it is one message until a tool has answered. */
  | { readonly kind: "spoke"; readonly message: string | null; readonly helper: string | null }
  /** It asked for a tool. */
  | {
      readonly kind: "called";
      readonly id: string;
      readonly tool: string;
      readonly input: Json;
      readonly helper: string | null;
    }
  /** The tool is done. Null: what came of it is not told, so it may be something new each time. */
  | { readonly kind: "answered"; readonly id: string; readonly answer: Json; readonly refused: boolean };

export interface ProgramOutput {
  /** Calls of the model that ended. */
  readonly calls: number;
  readonly tokens: Tokens;
  /** Null until a price was told. */
  readonly usd: number | null;
  /** The model's last words. */
  readonly text: string;
  /** Models that answered. */
  readonly models: readonly string[];
  readonly error: { readonly status: number | null; readonly message: string } | null;
  /** Tools that it was not allowed to use, with the reason. */
  readonly refused: readonly string[];
  /** Whether it came to its own end, rather than merely stopped. */
  readonly done: boolean;
  /** Whether it says itself that its turns were used up. */
  readonly outOfTurns: boolean;
  /** Id of the message that was counted last, where messages are told in pieces. */
  readonly message: string | null;
}

export const NO_OUTPUT: ProgramOutput = {
  calls: 0,
  tokens: { in: 0, out: 0, cached: 0 },
  usd: null,
  text: "",
  models: [],
  error: null,
  refused: [],
  done: false,
  outOfTurns: false,
  message: null,
};

/** A number of tokens, of turns or of dollars; what is none counts as nothing. */
export const COUNT = z.number().nonnegative().catch(0);

export function plus(a: Tokens, b: Tokens): Tokens {
  return { in: a.in + b.in, out: a.out + b.out, cached: a.cached + b.cached };
}

/** A file of Markdown with lines of YAML before it. */
export function withHead(head: readonly string[], text: string): string {
  return `---\n${head.join("\n")}\n---\n\n${text}\n`;
}

/** The window with the text of a role before it, for programs that take no text beside it. Never says it twice. */
export function underRole({ role, window }: CommandCallOrder): string {
  const text = addedByRole(role, window);
  return text === null ? window : `${text}\n\n${window}`;
}

/** What the role adds to a window; null where it is in there already. */
export function addedByRole(role: CommandCallOrder["role"], window: string): string | null {
  const text = role?.text?.replace(/^---\r?\n[\s\S]*?\r?\n---(?:\r?\n|$)/, "").trim() ?? "";
  return text === "" || window.includes(text) ? null : text;
}
