// What does a tool tell a model? A text, and by what it is recognised when it is told again.

export interface ToolReply {
  readonly text: string;
  /** Names what was learnt or done: equal news are no news. Null where the call was refused. */
  readonly news: string | null;
}

export function toolReply(text: string, news: string): ToolReply {
  return { text, news };
}

export function refused(text: string): ToolReply {
  return { text, news: null };
}
