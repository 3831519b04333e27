// How is a long document told in pieces? One list of it is cut, or one text, and the next piece is pointed to.

import { z } from "zod";
import type { Operation } from "../operations/operation.ts";
import type { JsonObject } from "../report/json.ts";

const MOST = 500;
const TEXT_LIMIT = 20_000;

const OFFSET = z.number().int().min(0).default(0);
const PAGE = z.object({
  total: z.number(),
  next: z.number().nullable().describe("`offset` of the next page; null: this is the last"),
});

type Page = z.infer<typeof PAGE>;
type Args = Readonly<Record<string, unknown>>;

/** Which piece is asked for. */
interface Piece {
  readonly offset: number;
  readonly limit: number;
}

interface Paging {
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** What the operation is asked, and which piece of its answer is wanted. */
  split(args: Args): { readonly asked: Args; readonly piece: Piece };
  /** The document with `page`; all of it where nothing can be long. */
  cut(document: JsonObject, piece: Piece): JsonObject;
}

const whole: Piece = { offset: 0, limit: 0 };

export function pagingOf({ input, output, long }: Operation): Paging {
  if (long === null)
    return { input, output, split: (asked) => ({ asked, piece: whole }), cut: (document) => document };
  const field = "list" in long ? long.list : long.text;
  const split = ({ offset, limit, ...asked }: Args) => ({
    asked,
    piece: { offset: Number(offset), limit: Number(limit) },
  });
  const paged = (unit: string) => output.extend({ page: PAGE.describe(`of \`${field}\`${unit}`) });
  if ("text" in long)
    return {
      input: input.extend({ offset: OFFSET.describe(`of \`${field}\`, in characters; \`page.next\``) }),
      output: paged(", in characters"),
      split,
      cut: (document, { offset }) => {
        const all = document[field];
        if (typeof all !== "string") return { ...document, page: { total: 0, next: null } };
        const { text, page } = textPage(all, offset);
        return { ...document, [field]: text, page };
      },
    };
  const { handful, about } = long;
  return {
    input: input.extend({
      offset: OFFSET.describe("where the page begins; `page.next` of the one before"),
      limit: z.number().int().min(1).max(MOST).default(handful),
    }),
    output: paged(""),
    split,
    cut: (document, { offset, limit }) => {
      const all = document[field] as readonly JsonObject[];
      const items = all.slice(offset, offset + limit);
      const next = offset + limit < all.length ? offset + limit : null;
      const rest = (about?.(document, items) ?? {}) as JsonObject;
      return { ...document, ...rest, [field]: items, page: { total: all.length, next } };
    },
  };
}

/** Cut between lines where that is possible. */
function textPage(text: string, offset: number): { readonly text: string; readonly page: Page } {
  const total = text.length;
  if (total - offset <= TEXT_LIMIT) return { text: text.slice(offset), page: { total, next: null } };
  const piece = text.slice(offset, offset + TEXT_LIMIT);
  const lines = piece.lastIndexOf("\n") + 1;
  const length = lines > 0 ? lines : TEXT_LIMIT;
  return { text: piece.slice(0, length), page: { total, next: offset + length } };
}
