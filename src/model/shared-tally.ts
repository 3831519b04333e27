// What did a build get out of the store that a team shares, and what did it add?

export interface SharedTally {
  /** Its address, as people may read it. */
  readonly store: string;
  /** Found there. */
  readonly restored: {
    readonly results: number;
    readonly answers: number;
    readonly trials: number;
    /** Contents of files. */
    readonly blobs: number;
  };
  readonly sent: number;
  /** Could not be sent so far; the next build tries again. */
  readonly waiting: number;
  /** Not what its name said, and set aside. */
  readonly doubtful: number;
}
