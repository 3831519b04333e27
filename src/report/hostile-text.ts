// What is wrong with a path that no draft may have? Continues "the path …, which".

import type { HostilePath } from "../model/failure.ts";

export const HOSTILE_TEXT: Readonly<Record<HostilePath, string>> = {
  absolute: "is absolute",
  parent: "leads out of the project",
  "git-folder": "reaches into a .git folder",
  "control-character": "holds a control character",
  "invisible-character": "holds a character that is not seen, or that turns text around",
  "not-utf8": "is not UTF-8",
  "reserved-name": "has a name that some operating systems reserve",
  twin: "differs from another path only in letter case or Unicode spelling",
  "through-symlink": "goes through a symbolic link",
  "symlink-outside": "is a symbolic link to a place outside of the project",
  "special-file": "is neither a file nor a symbolic link",
  "hard-link": "is a hard link to another file",
  "nested-repository": "is a git repository of its own",
  "too-long": "is too long",
};
