// Whose are the commits of products, and what do they look like?

/** As commits name people. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** What projects.yaml says; null: as the project's git is set. */
export interface CommitRules {
  readonly author: Identity | null;
  readonly signOff: boolean | null;
  readonly sign: boolean | null;
  /** What each subject begins with; empty for nothing. */
  readonly prefix: string;
}

/** What is so for one project, when all has been asked. */
export interface CommitStyle {
  readonly author: Identity;
  readonly committer: Identity;
  readonly signOff: boolean;
  readonly sign: boolean;
  readonly prefix: string;
}
