// What can a program ask of a workspace? Words, what it takes, and the shape of the document that answers. Whoever serves
// operations says how a program reaches them, and how much of an answer it gets at once.

import type { z } from "zod";
import type { Failure } from "../model/failure.ts";
import type { Caller } from "../pipeline/commands/caller.ts";
import type { DocumentOf } from "../report/document-schemas.ts";

/** What carrying it out may do: look alone, write files of the workspace, pay and build, or take something away. */
export type Effect = "looks" | "writes" | "spends" | "takes-away";

export interface Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  readonly effect: Effect;
  /** Of the document, what may be long; null: nothing. */
  readonly long: Long<DocumentOf<O>> | null;
  run(input: z.output<I>, caller: Caller): Promise<OperationEnd<DocumentOf<O>>>;
}

/** A field with a list, or with a text. */
export type Long<D> =
  | {
      readonly list: keyof D & string;
      /** How many of it are read with ease. */
      readonly handful: number;
      /** What else of the document is about the items alone, for some of them. */
      readonly about?: (document: D, items: readonly unknown[]) => Partial<D>;
    }
  | { readonly text: keyof D & string };

/** `target` is the address of what failed; null: the operation as a whole. `trouble`: in words, what is not well. */
export type OperationEnd<D> =
  | { readonly ok: true; readonly document: D; readonly trouble?: readonly string[] }
  | { readonly ok: false; readonly failure: Failure; readonly target?: string };

/** Lets the compiler fit the parts of one together. */
export function operation<I extends z.ZodObject, O extends z.ZodObject>(
  declared: Operation<I, O>,
): Operation {
  return declared as unknown as Operation;
}
