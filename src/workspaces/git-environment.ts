// What does a git that is called find in its environment? Nothing of the caller's shell for the engine's own questions; all of
// it but the place for what is a person's alone.

import { devNull } from "node:os";

/** The identity of every commit that the factory makes; people's own commits keep theirs. */
export const IDENTITY = { name: "spec-factory", email: "spec-factory@localhost" } as const;

/** Where a command works. Whatever is left out is git's default for the repository. */
export interface GitPlace {
  readonly gitDir: string;
  /** Also the current folder of the command. */
  readonly workTree?: string;
  readonly indexFile?: string;
  /** Where new objects go, instead of into the repository; it borrows the repository's own. */
  readonly objects?: string;
  /** Flush everything that is written: for repositories that people own. The factory's own are derived state. */
  readonly durable?: boolean;
  /** With the settings, credentials and programs of whoever runs the factory: for what is theirs alone. */
  readonly asPerson?: boolean;
}

/** Variables by which a caller's shell would send git to another place, or to other objects, paths and attributes in it. */
const PLACES =
  /^GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|INDEX_VERSION|COMMON_DIR|PREFIX|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_.*|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|ATTR_SOURCE|(GLOB|NOGLOB|ICASE)_PATHSPECS|QUARANTINE_PATH)$/;

export function ownEnvironment(place: GitPlace): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).filter(([name]) => !PLACES.test(name));
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    ...placeVariables(place),
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
  };
}

function placeVariables(place: GitPlace): Readonly<Record<string, string>> {
  return {
    GIT_DIR: place.gitDir,
    ...(place.workTree === undefined ? {} : { GIT_WORK_TREE: place.workTree }),
    ...(place.indexFile === undefined ? {} : { GIT_INDEX_FILE: place.indexFile }),
    ...(place.objects === undefined ? {} : { GIT_OBJECT_DIRECTORY: place.objects }),
  };
}

export function environment(place: GitPlace): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? "",
    // Folders that do not exist: no ~/.gitconfig, no ~/.config/git/ignore, no credentials.
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
    LC_ALL: "C",
    ...placeVariables(place),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_ALLOW_PROTOCOL: "",
    GIT_AUTHOR_NAME: IDENTITY.name,
    GIT_AUTHOR_EMAIL: IDENTITY.email,
    GIT_COMMITTER_NAME: IDENTITY.name,
    GIT_COMMITTER_EMAIL: IDENTITY.email,
  };
}

/** What a machine needs to get out of its network, and an ssh that asks nobody. */
export function wayOut(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = [
    ...["SSH_AUTH_SOCK", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR"],
    ...["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"],
  ];
  const given = names.flatMap((name): [string, string][] => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const GIT_SSH_COMMAND = "ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=20";
  return { ...Object.fromEntries(given), GIT_SSH_COMMAND };
}
