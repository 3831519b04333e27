// Where in the sources does something stand?

/** `file` is relative to the workspace root with `/`; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place of which only the file may be known. */
export interface FilePlace {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

export function wholeFile(file: string): FilePlace {
  return { file, line: null, column: null };
}
