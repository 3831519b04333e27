// What are the columns of the board called, which are the colors of the graph?

export type Column = "waits" | "failing" | "running" | "stale" | "fresh";

export const COLUMNS: readonly { readonly id: Column; readonly title: string; readonly about: string }[] = [
  { id: "waits", title: "Waits for you", about: "a question, an edit or an approval is open" },
  { id: "failing", title: "Failing", about: "the last attempt came to nothing" },
  { id: "running", title: "Running", about: "an agent or a gate works on it now" },
  { id: "stale", title: "Stale", about: "the next build does something about it" },
  { id: "fresh", title: "Fresh", about: "as its spec says" },
];
