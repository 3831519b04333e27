// Which files does a change reach people's machines, installs, gates or other tools by? A draft touches them only where its
// scope names the very path, and a person wrote or approved that scope. The one list; `sensitive:` of a project adds to it.

import { globMatcher } from "./glob.ts";
import { foldedPath } from "./path.ts";

/** Names of files, wherever they lie. */
const FILES: readonly string[] = [
  // Packages, what they are installed from, and where from.
  ..."package.json package-lock.json npm-shrinkwrap.json pnpm-lock.yaml pnpm-workspace.yaml .pnpmfile.* yarn.lock".split(
    " ",
  ),
  ..."bun.lock bun.lockb bunfig.toml deno.json deno.jsonc deno.lock .npmrc .yarnrc* .pypirc .netrc pip.conf".split(
    " ",
  ),
  ..."pyproject.toml setup.py setup.cfg requirements*.txt constraints*.txt pipfile pipfile.lock poetry.lock uv.lock".split(
    " ",
  ),
  ..."go.mod go.sum go.work go.work.sum cargo.toml cargo.lock build.rs gemfile gemfile.lock *.gemspec".split(
    " ",
  ),
  ..."composer.json composer.lock pom.xml build.gradle* settings.gradle* gradle.properties gradlew* mvnw*".split(
    " ",
  ),
  ..."*.csproj *.sln nuget.config directory.build.* package.swift package.resolved mix.exs mix.lock".split(
    " ",
  ),
  // Settings of tools that run code, and what starts them.
  ..."*.config.js *.config.cjs *.config.mjs *.config.ts *.config.cts *.config.mts *.workspace.ts *.workspace.js".split(
    " ",
  ),
  ..."tsconfig*.json jsconfig*.json biome.json biome.jsonc turbo.json nx.json lerna.json rush.json .mocharc*".split(
    " ",
  ),
  ..."jest.config.json babel.config.json .babelrc* .swcrc .eslintrc* .prettierrc* .stylelintrc* .nycrc* .c8rc*".split(
    " ",
  ),
  ..."pytest.ini tox.ini noxfile.py conftest.py sitecustomize.py mypy.ini .flake8 .pylintrc .coveragerc ruff.toml".split(
    " ",
  ),
  ..."phpunit.xml* .rspec .rubocop.yml .golangci.* clippy.toml rustfmt.toml rust-toolchain*".split(" "),
  ..."makefile gnumakefile *.mk justfile .justfile taskfile.y*ml rakefile cmakelists.txt build.zig".split(
    " ",
  ),
  ...".tool-versions .node-version .nvmrc .python-version .ruby-version mise.toml .mise.toml .envrc .env .env.*".split(
    " ",
  ),
  // Images and machines.
  ..."dockerfile* *.dockerfile containerfile* .dockerignore compose.y*ml compose.*.y*ml docker-compose*.y*ml".split(
    " ",
  ),
  ..."procfile vagrantfile *.tf *.service".split(" "),
  // Git, its hooks, and what other machines run.
  ...".gitattributes .gitignore .gitmodules .gitconfig .git-blame-ignore-revs .pre-commit-config.yaml".split(
    " ",
  ),
  ..."lefthook.y*ml .lintstagedrc* .gitlab-ci.yml .travis.yml .drone.yml jenkinsfile azure-pipelines*.yml".split(
    " ",
  ),
  ..."bitbucket-pipelines.yml appveyor.yml .woodpecker.yml codeowners dependabot.yml renovate.json*".split(
    " ",
  ),
  // What coding programs and editors read and run.
  ...".mcp.json mcp.json opencode.json* agents.md claude.md gemini.md .cursorrules .windsurfrules *.code-workspace".split(
    " ",
  ),
];

/** Folders of which all is, wherever they lie. */
const FOLDERS =
  ".github .gitlab .circleci .buildkite .woodpecker .husky .githooks .cargo .mvn .yarn .vscode .idea .devcontainer .zed .cursor .claude .codex .gemini .opencode .windsurf .config/mise .ssh .aws".split(
    " ",
  );

/** What holds keys and passwords: no window shows it where only an agent asks for it. */
const SECRETS =
  ".env .env.* .envrc .netrc .npmrc .pypirc .pgpass .git-credentials *.pem *.key *.p12 *.pfx *.keystore *.jks id_rsa* id_ed25519* id_ecdsa* credentials credentials.* secrets.* *.kdbx service-account*.json".split(
    " ",
  );
const SECRET_FOLDERS = ".ssh .aws .gnupg .kube .docker".split(" ");
/** Shown to whoever sets them up: they hold no values. */
const EXAMPLE = /\.(?:example|sample|template|dist)$/;

type IsPath = (path: string) => boolean;

const isListed = anyOf([...FILES.map(below), ...FOLDERS.map((folder) => `${below(folder)}/**`)]);
const isSecret = anyOf([...SECRETS.map(below), ...SECRET_FOLDERS.map((folder) => `${below(folder)}/**`)]);

/** `added` are globs of a project. */
export function isSensitivePath(path: string, added: readonly string[] = []): boolean {
  return isListed(foldedPath(path)) || added.some((pattern) => globMatcher(pattern)(path));
}

export function isSecretPath(path: string): boolean {
  const folded = foldedPath(path);
  return isSecret(folded) && !EXAMPLE.test(folded);
}

function below(name: string): string {
  return `**/${name}`;
}

/** Read when it is asked first: most commands ask for none. */
function anyOf(patterns: readonly string[]): IsPath {
  let matchers: readonly IsPath[] | null = null;
  return (path) => {
    matchers ??= patterns.map(globMatcher);
    return matchers.some((matches) => matches(path));
  };
}
