// Where in the sources does something stand?

/** `file` is relative to the workspace root with `/`; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
