// In what does a copy of a project differ from the folder in which a person works? Facts that were looked at.

export type Difference =
  /** The folder shows another branch, or no branch: null. */
  | { readonly kind: "other-branch"; readonly branch: string; readonly shown: string | null }
  /** Files that are in the folder, or are otherwise there, and are committed nowhere. */
  | { readonly kind: "not-committed"; readonly paths: readonly string[] }
  /** What git ignores in the folder, and the copy does not have. */
  | { readonly kind: "ignored"; readonly paths: readonly string[] }
  /** Installed packages in the folder, where the project declares no setup that would install them in the copy. */
  | { readonly kind: "no-setup"; readonly paths: readonly string[] }
  /** Submodules that are filled in the folder and not in the copy. */
  | { readonly kind: "submodules"; readonly paths: readonly string[] }
  /** Files that pass a filter of git's, and have another content in the copy. */
  | { readonly kind: "filtered"; readonly paths: readonly string[] }
  /** What the factory made, and takes out of a tree that it calls untouched. */
  | { readonly kind: "generated"; readonly paths: readonly string[] }
  /** Something could not be looked at. */
  | { readonly kind: "unknown"; readonly what: string; readonly why: string };
