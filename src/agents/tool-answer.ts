// What does a tool tell a model? A text, and by what it is recognised when it is told again.

export interface Told {
  readonly text: string;
  /** Names what was learnt or done: equal news are no news. Null where the call was refused. */
  readonly news: string | null;
}

export function told(text: string, news: string): Told {
  return { text, news };
}

export function refused(text: string): Told {
  return { text, news: null };
}
