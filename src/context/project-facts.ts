// What do the settings of a project say that most sessions would read them for? Scripts, what runs the tests, the version of
// the language, how long a line may be. A few words of each file, and nothing of what cannot be read: who wants to know more
// opens it. Files are looked at as text; no tool is asked.

/** What is told of one file. */
export interface ToldFile {
  readonly path: string;
  readonly facts: readonly string[];
}

export interface ProjectFacts {
  /** Of package.json, by which commands of gates are told. */
  readonly scripts: Readonly<Record<string, string>>;
  /** In the order in which they matter; none without a fact. */
  readonly files: readonly ToldFile[];
}

type Json = Readonly<Record<string, unknown>>;
type Reader = (text: string, json: Json | null) => readonly (string | null)[];

/** Files at the root of a project, what matters most first. */
const READERS: Readonly<Record<string, Reader>> = {
  "package.json": (_, json) => {
    const scripts = Object.entries(scriptsOf(json)).map(([name, run]) => `${name} = ${run}`);
    return [
      json?.type === "module" ? "ES modules" : null,
      ...scripts,
      said("Node", textAt(json, "engines", "node")),
      width(textAt(json, "prettier", "printWidth")),
    ];
  },
  "pyproject.toml": (text) => [
    said(
      "Python",
      valueIn(text, "project", "requires-python") ?? valueIn(text, "tool.poetry.dependencies", "python"),
    ),
    ...pytest(text, "tool.pytest.ini_options"),
    width(valueIn(text, "tool.ruff", "line-length") ?? valueIn(text, "tool.black", "line-length")),
    /^\[tool\.mypy\]/m.test(text) ? "mypy" : null,
  ],
  "setup.cfg": (text) => [
    said("Python", valueIn(text, "options", "python_requires")),
    ...pytest(text, "tool:pytest"),
    width(valueIn(text, "flake8", "max-line-length")),
  ],
  "pytest.ini": (text) => pytest(text, "pytest"),
  "tox.ini": (text) => [
    said("tox", valueIn(text, "tox", "envlist") ?? valueIn(text, "tox", "env_list")),
    ...pytest(text, "pytest"),
    said("testenv", valueIn(text, "testenv", "commands")),
    width(valueIn(text, "flake8", "max-line-length")),
  ],
  "ruff.toml": (text) => [width(valueIn(text, "", "line-length"))],
  "go.mod": (text) => [
    said("module", /^module\s+(\S+)/m.exec(text)?.[1]),
    said("Go", /^go\s+(\S+)/m.exec(text)?.[1]),
  ],
  "Cargo.toml": (text) => {
    const of = (key: string) => valueIn(text, "package", key) ?? valueIn(text, "workspace.package", key);
    return [said("crate", of("name")), said("edition", of("edition")), said("Rust", of("rust-version"))];
  },
  "rustfmt.toml": (text) => [width(valueIn(text, "", "max_width"))],
  ".rustfmt.toml": (text) => [width(valueIn(text, "", "max_width"))],
  "composer.json": (_, json) => [
    said("PHP", textAt(json, "require", "php")),
    ...Object.entries(scriptsOf(json)).map(([name, run]) => `${name} = ${run}`),
  ],
  Gemfile: (text) => [
    said("Ruby", /^\s*ruby\s+["']([^"']+)["']/m.exec(text)?.[1]),
    ...["rspec", "minitest", "rubocop"].filter((gem) =>
      new RegExp(`^\\s*gem\\s+["']${gem}["']`, "m").test(text),
    ),
  ],
  ".ruby-version": (text) => [said("Ruby", firstLine(text))],
  "pom.xml": (text) => [
    said(
      "Java",
      /<(?:maven\.compiler\.release|java\.version|maven\.compiler\.source|release)>\s*([\d.]+)\s*</.exec(
        text,
      )?.[1],
    ),
    ...["junit-jupiter", "testng", "assertj-core"].filter((id) =>
      text.includes(`<artifactId>${id}</artifactId>`),
    ),
  ],
  "build.gradle": gradle,
  "build.gradle.kts": gradle,
  "biome.json": (text) => [width(/"lineWidth"\s*:\s*(\d+)/.exec(text)?.[1])],
  "biome.jsonc": (text) => [width(/"lineWidth"\s*:\s*(\d+)/.exec(text)?.[1])],
  ".prettierrc": (text) => [width(/printWidth["']?\s*[:=]\s*(\d+)/.exec(text)?.[1])],
  ".prettierrc.json": (text) => [width(/"printWidth"\s*:\s*(\d+)/.exec(text)?.[1])],
  ".editorconfig": (text) => {
    const size = valueIn(text, "*", "indent_size");
    const style = valueIn(text, "*", "indent_style");
    return [
      width(valueIn(text, "*", "max_line_length")),
      style === "tab" ? "indent by tabs" : size === null ? null : said("indent by", `${size} spaces`),
    ];
  },
};

/** What is read at all. */
export const FACT_FILES: readonly string[] = Object.keys(READERS);

/** `texts` are those of FACT_FILES that the project has. */
export function projectFacts(
  texts: ReadonlyMap<string, string>,
  jsonObject: (text: string) => Json | null,
): ProjectFacts {
  const files = Object.entries(READERS).flatMap(([path, read]): ToldFile[] => {
    const text = texts.get(path);
    if (text === undefined) return [];
    const json = path.endsWith(".json") ? jsonObject(text) : null;
    const facts = read(text.replaceAll("\r", ""), json).filter((fact) => fact !== null);
    return facts.length === 0 ? [] : [{ path, facts }];
  });
  const manifest = texts.get("package.json");
  return { scripts: manifest === undefined ? {} : scriptsOf(jsonObject(manifest)), files };
}

function pytest(text: string, section: string): (string | null)[] {
  if (!headOf(section).test(text)) return [];
  const testpaths = valueIn(text, section, "testpaths");
  const addopts = valueIn(text, section, "addopts");
  return ["pytest", said("testpaths", testpaths), said("addopts", addopts)];
}

function gradle(text: string): readonly (string | null)[] {
  const version =
    /JavaLanguageVersion\.of\((\d+)\)/.exec(text)?.[1] ??
    /jvmToolchain\((\d+)\)/.exec(text)?.[1] ??
    /sourceCompatibility\s*=\s*(?:JavaVersion\.VERSION_|["'])?([\d._]+)/.exec(text)?.[1];
  return [said("Java", version), /useJUnitPlatform\(/.test(text) ? "JUnit platform" : null];
}

/** Of the manifests whose scripts are texts. */
function scriptsOf(json: Json | null): Record<string, string> {
  const { scripts } = json ?? {};
  const named = Object.entries(typeof scripts === "object" && scripts !== null ? scripts : {});
  return Object.fromEntries(named.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function textAt(json: Json | null, outer: string, inner: string): string | null {
  const map = json?.[outer];
  const value = typeof map === "object" && map !== null ? (map as Json)[inner] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function headOf(section: string): RegExp {
  return new RegExp(
    `^\\[\\s*${section.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*\\][^\\S\\n]*(?:[#;].*)?$`,
    "m",
  );
}

/**
 * A value of TOML or of an INI file that is written in one line, or begins on the next; `""` is what stands above all
 * sections. Null where there is none.
 */
function valueIn(text: string, section: string, key: string): string | null {
  const head = section === "" ? null : headOf(section).exec(text);
  if (section !== "" && head === null) return null;
  const from = head === null ? 0 : head.index + head[0].length;
  const body = text.slice(from).split(/^\[/m, 1)[0] ?? "";
  const line = new RegExp(`^${key}[^\\S\\n]*[=:][^\\S\\n]*(.*)(?:\\n[^\\S\\n]+(\\S.*))?`, "m").exec(body);
  const value = line === null ? "" : /^\[?$/.test(line[1]?.trim() ?? "") ? (line[2] ?? "") : (line[1] ?? "");
  const plain = value.replace(/\s+[#;].*$/, "").trim();
  const list = /^\[(.*)\]$/.exec(plain)?.[1]?.replace(/["']/g, "") ?? plain.replace(/^(["'])(.*)\1,?$/, "$2");
  return list.trim() === "" ? null : list.trim();
}

function firstLine(text: string): string | null {
  return text.split("\n", 1)[0]?.trim() || null;
}

function said(name: string, value: string | null | undefined): string | null {
  return value === null || value === undefined || value === "" ? null : `${name} ${value}`;
}

function width(value: string | null | undefined): string | null {
  return value !== null && value !== undefined && /^\d+$/.test(value) ? `lines of at most ${value}` : null;
}
