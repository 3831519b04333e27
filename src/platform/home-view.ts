// What of a person's home does a confined child see? The toolchains that live there, and caches of downloads; nothing that
// holds a login, but for settings of package managers where a setup fetches. Everything else of a home is an empty folder,
// in which what is written is gone with the child.

import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { Reach } from "../model/reach.ts";

/** A folder or file that exists, and where the child finds it. Absolute. */
export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly how: "read" | "write";
}

type Environment = Readonly<Record<string, string>>;

/** Programs and what they are made of, from the home. */
const TOOLCHAINS = [
  ".local/bin",
  ".local/lib",
  ".local/share/fnm",
  ".local/share/mise",
  ".local/share/pipx",
  ".local/share/uv",
  ".nvm",
  ".volta",
  ".fnm",
  ".asdf",
  ".sdkman",
  ".pyenv",
  ".rbenv",
  ".goenv",
  ".jenv",
  ".deno/bin",
  ".bun/bin",
  ".dotnet",
  ".rustup",
  ".cargo/bin",
  ".cargo/env",
  ".cargo/config",
  ".cargo/config.toml",
  ".gem/ruby",
];

/** Where package managers put what they fetch: a setup fills it, gates and services find it there. */
const DOWNLOADS = [
  ".bun/install",
  ".cargo/git",
  ".cargo/registry",
  ".composer/cache",
  ".gradle/caches",
  ".gradle/wrapper",
  ".local/share/pnpm",
  ".local/share/virtualenvs",
  ".m2/repository",
  ".m2/wrapper",
  ".nuget/packages",
  ".yarn",
  "go/pkg",
];

/** What a setup fetches is here as well; but who insists on writing there would fail where it cannot be written. */
const CACHES = [".cache", ".npm"];

/** What of `.cache` is run, rather than made anew where it is missing. */
const RUN_FROM_CACHE = [
  "Cypress",
  "deno",
  "electron",
  "ms-playwright",
  "node",
  "node-gyp",
  "prisma",
  "puppeteer",
  "pypoetry",
];

/** Settings of package managers with their logins: an install from a private registry needs them, and nothing else does. */
const FETCH_SETTINGS = [
  ".bundle/config",
  ".cargo/credentials",
  ".cargo/credentials.toml",
  ".config/pip",
  ".config/pypoetry",
  ".config/uv",
  ".gem/credentials",
  ".gradle/gradle.properties",
  ".m2/settings.xml",
  ".netrc",
  ".npmrc",
  ".nuget/NuGet",
  ".yarnrc",
  ".yarnrc.yml",
];

/** Where a variable says that such a folder lies elsewhere. */
const MOVED: Readonly<Record<string, string>> = {
  CARGO_HOME: ".cargo",
  GOPATH: "go",
  NPM_CONFIG_CACHE: ".npm",
  NVM_DIR: ".nvm",
  PNPM_HOME: ".local/share/pnpm",
  PYENV_ROOT: ".pyenv",
  RUSTUP_HOME: ".rustup",
  VOLTA_HOME: ".volta",
  XDG_CACHE_HOME: ".cache",
  npm_config_cache: ".npm",
};

/** `downloads`: a folder of ours for what a setup fetches where the home has no place for it yet. */
export function homeView(
  home: string,
  env: Environment,
  { stage }: Pick<Reach, "stage">,
  downloads: string,
): readonly Mount[] {
  const at = (path: string) => placeOf(path, home, env);
  const same = (how: Mount["how"]) => (path: string) => ({ from: at(path), to: at(path), how });
  const fetched = (how: Mount["how"]) => (path: string) => {
    const to = at(path);
    return { from: existsSync(to) ? to : join(downloads, path), to, how };
  };
  const tools = TOOLCHAINS.map(same("read"));
  switch (stage) {
    case "agent":
      return tools;
    case "setup":
      return [
        ...tools,
        ...FETCH_SETTINGS.map(same("read")),
        ...[...DOWNLOADS, ...CACHES].map(fetched("write")),
      ];
    case "gate":
    case "service":
      return [
        ...tools,
        ...DOWNLOADS.map(fetched("read")),
        ...RUN_FROM_CACHE.map((name) => fetched("read")(`.cache/${name}`)),
      ];
  }
}

function placeOf(path: string, home: string, env: Environment): string {
  for (const [variable, usual] of Object.entries(MOVED)) {
    // Of several folders Go fills the first.
    const moved = env[variable]?.split(delimiter)[0];
    if (moved === undefined || !isAbsolute(moved)) continue;
    if (path === usual) return moved;
    if (path.startsWith(`${usual}/`)) return join(moved, path.slice(usual.length + 1));
  }
  return join(home, path);
}
