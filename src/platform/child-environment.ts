// What of our own environment may a child see? An allow-list: provider keys and tokens reach nobody who was not given
// them by name, and nothing of npm, Node or git that steers the factory steers its children.

/** Who and where one is, how to reach the network, and where toolchains and their download caches live. */
const INHERITED = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "TZ",
  "TMPDIR",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_STATE_HOME",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  // Where packages come from and are kept, so that a setup behind a mirror works. Never npm's tokens.
  "npm_config_cache",
  "npm_config_registry",
  "npm_config_userconfig",
  "NPM_CONFIG_CACHE",
  "NPM_CONFIG_REGISTRY",
  "NPM_CONFIG_USERCONFIG",
  "PIP_CACHE_DIR",
  "PIP_INDEX_URL",
  "UV_CACHE_DIR",
  "CARGO_HOME",
  "RUSTUP_HOME",
  "GOPATH",
  "GOCACHE",
  "GOMODCACHE",
  "GOPROXY",
  "JAVA_HOME",
  "NVM_DIR",
  "VOLTA_HOME",
  "PNPM_HOME",
  "PYENV_ROOT",
]);

/**
 * The complete environment of a child: the built-in list, the variables that `allowed` names (where they are set),
 * and `extra`, which beats both.
 */
export function childEnvironment(
  extra: Readonly<Record<string, string>>,
  allowed: readonly string[],
): Record<string, string> {
  const named = new Set(allowed);
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (INHERITED.has(entry[0]) || entry[0].startsWith("LC_") || named.has(entry[0])),
  );
  return { ...Object.fromEntries(inherited), TERM: "dumb", NO_COLOR: "1", CI: "1", ...extra };
}

/** Of the shell and the terminal themselves, of the session, and of whatever started the factory: no project reads them. */
const OF_THE_SHELL =
  /^(?:_|PWD|OLDPWD|SHLVL|TERM|COLORTERM|HOSTNAME|HOSTTYPE|OSTYPE|MACHTYPE|EDITOR|VISUAL|PAGER|LESS\w*|LS_COLORS|PS\d|IFS|DISPLAY|MAIL|LINES|COLUMNS|CI|NO_COLOR|FORCE_COLOR|INIT_CWD|NODE|NODE_OPTIONS|NODE_PATH|EUID|UID|PPID)$|^(?:BASH|HIST|SSH|GPG|XDG|DBUS|WAYLAND|GIT|VSCODE|TMUX|FACTORY|npm|TERM)_/;

/** Names of variables that the shell has set, that may be a project's, and that a child does not get. */
export function keptBack(allowed: readonly string[]): readonly string[] {
  const given = childEnvironment({}, allowed);
  return Object.entries(process.env)
    .filter(([name, value]) => value !== undefined && value !== "" && !Object.hasOwn(given, name))
    .map(([name]) => name)
    .filter((name) => /^[A-Za-z_][A-Za-z0-9_]{2,}$/.test(name) && !OF_THE_SHELL.test(name));
}
