// Which command of git brings to a clone what it was made without?

/** The history before the end of a shallow clone. */
export const FETCH_HISTORY = "git fetch --unshallow";
/** The files that a partial clone left on its server. */
export const FETCH_FILES = "git fetch --refetch --no-filter";
