// What does the map of a repository know of one file? What it declares, and which names it uses; nothing of what its
// bodies do. Read from the file alone, so that it is remembered by content.

export interface SketchedSymbol {
  readonly name: string;
  /** Its head in one line. */
  readonly text: string;
  readonly exported: boolean;
  /** Index of the symbol that it is a member of. */
  readonly within: number | null;
  /** Lines of the source, from 1. */
  readonly first: number;
  readonly last: number;
}

export interface Sketch {
  readonly symbols: readonly SketchedSymbol[];
  /** Names that the code uses, each once, as indexes into the names of all files. */
  readonly uses: readonly number[];
  /** Paths of modules as the file names them. */
  readonly imports: readonly string[];
  /** Files that a manifest says the program starts from, as it names them. */
  readonly entries: readonly string[];
}

export const EMPTY_SKETCH: Sketch & SourceSketch = { symbols: [], uses: [], imports: [], entries: [] };

/** Of one file alone, before its names are those of all. */
export interface SourceSketch extends Omit<Sketch, "uses"> {
  readonly uses: readonly string[];
}

export interface SketchedCode {
  /** Each once: thousands of files use the same few. */
  readonly names: readonly string[];
  readonly files: readonly SketchedFile[];
}

/** A file with what is known of it; null where there is nothing to know. */
export interface SketchedFile {
  readonly path: string;
  readonly sketch: Sketch | null;
}
