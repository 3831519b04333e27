// How is a long document told in pieces? One list of it is cut, and the next piece is pointed to; a long text likewise.

import { z } from "zod";

const MOST = 500;

/** What a tool takes whose list may be long. */
export const PAGE_INPUT = {
  offset: z.number().int().min(0).default(0).describe("where the page begins; `page.next` of the one before"),
  limit: z.number().int().min(1).max(MOST).default(50),
};

/** What such a tool adds to the document of the command. */
export const PAGE = z.object({
  total: z.number(),
  next: z.number().nullable().describe("`offset` of the next page; null: this is the last"),
});

export type Page = Readonly<z.infer<typeof PAGE>>;

interface Cut {
  readonly offset: number;
  readonly limit: number;
}

export function pageOf<T>(
  list: readonly T[],
  { offset, limit }: Cut,
): { readonly items: readonly T[]; readonly page: Page } {
  const end = offset + limit;
  const next = end < list.length ? end : null;
  return { items: list.slice(offset, end), page: { total: list.length, next } };
}

const TEXT_LIMIT = 20_000;

export const TEXT_OFFSET = z.number().int().min(0).default(0).describe("in characters; `page.next`");

/** Cut between lines where that is possible. */
export function textPage(text: string, offset: number): { readonly text: string; readonly page: Page } {
  const total = text.length;
  if (total - offset <= TEXT_LIMIT) return { text: text.slice(offset), page: { total, next: null } };
  const piece = text.slice(offset, offset + TEXT_LIMIT);
  const lines = piece.lastIndexOf("\n") + 1;
  const length = lines > 0 ? lines : TEXT_LIMIT;
  return { text: piece.slice(0, length), page: { total, next: offset + length } };
}
