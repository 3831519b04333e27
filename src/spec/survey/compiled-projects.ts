// How is a project of Go, Rust, the JVM, .NET or CMake set up and judged? Each has one tool that builds and tests, and most of
// them report their tests by name.

import { firstPath, hasPath, type Listing, textOf } from "./listing.ts";
import { beside, gate, type Proposal } from "./proposal.ts";

export function goProject(listing: Listing): Proposal | null {
  const modules = goModules(textOf(listing, "go.work"));
  const isWorkspace = modules.length > 0;
  if (!isWorkspace && !hasPath(listing, "go.mod")) return null;
  // At the root of a workspace, `./...` is at most the module there.
  const folders = isWorkspace ? modules.map((path) => path.replace(/^\.\/|\/$/g, "")) : ["."];
  const packages = folders.map((folder) => (folder === "." ? "./..." : quoted(`./${folder}/...`))).join(" ");
  const first = folders[0] === "." ? "" : `${folders[0]}/`;
  const source = isWorkspace ? "go.work" : "go.mod";
  const canary = (name: string, text: string) => ({
    [`${first}factorycanary/${name}`]: `package factorycanary\n\n${text}`,
  });
  const wrongVerb = canary("canary.go", 'import "fmt"\n\nfunc canary() { fmt.Printf("%d", "text") }\n');
  const failing = canary(
    "canary_test.go",
    'import "testing"\n\nfunc TestCanary(t *testing.T) { t.Fatal("canary") }\n',
  );
  return {
    kind: "Go",
    setup: "go mod download",
    keep: [],
    gates: [
      gate("vet", `go vet ${packages}`, { source, canaries: [wrongVerb] }),
      gate("test", `go test -json ${packages}`, { source, report: "go", canaries: [failing] }),
    ],
    advice: [],
  };
}

/** Folders of modules, as a go.work names them. */
export function goModules(work: string): readonly string[] {
  const [, block = ""] = /^use\s*\(([^)]*)\)/m.exec(work) ?? [];
  const single = [...work.matchAll(/^use\s+([^\s(]+)/gm)].map(([, item]) => item as string);
  return [...single, ...block.split("\n").map((line) => line.replace(/\/\/.*/, "").trim())].filter(
    (item) => item !== "",
  );
}

export function rustProject(listing: Listing): Proposal | null {
  if (!hasPath(listing, "Cargo.toml")) return null;
  const root = textOf(listing, "Cargo.toml");
  const locked = hasPath(listing, "Cargo.lock") ? " --locked" : "";
  const isWorkspace = /^\[workspace\]/m.test(root);
  const crate = /^\[package\]/m.test(root)
    ? ""
    : (listing.paths.find((path) => path.endsWith("/Cargo.toml"))?.replace(/Cargo\.toml$/, "") ?? "");
  const failing = '#[test]\nfn canary() {\n    panic!("canary");\n}\n';
  const whole = isWorkspace ? " --workspace" : "";
  const style = firstPath(listing, "rustfmt.toml", ".rustfmt.toml");
  return {
    kind: "Rust with Cargo",
    setup: `cargo fetch${locked}`,
    keep: ["target"],
    gates: [
      ...(style === null ? [] : [gate("format", "cargo fmt --all --check", { source: style })]),
      gate("test", `cargo test${whole}${locked}`, {
        source: "Cargo.toml",
        report: "cargo",
        canaries: [{ [`${crate}tests/factory_canary.rs`]: failing }],
      }),
    ],
    advice: [],
  };
}

/** What builds may have at their root; one of modules alone has no more than its settings. */
const GRADLE = ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"];

export function jvmProject(listing: Listing): Proposal | null {
  const maven = hasPath(listing, "pom.xml");
  const gradle = firstPath(listing, ...GRADLE);
  if (!maven && gradle === null) return null;
  const canaries = jvmCanaries(listing);
  if (maven) {
    const call = hasPath(listing, "mvnw") ? "sh ./mvnw" : "mvn";
    // What a mirror gave counts as gone offline, unless the repository of the machine is believed in what it holds.
    const run = gathered(`${call} -o -B -q test -Dmaven.legacyLocalRepo=true`, "target/surefire-reports");
    return {
      ...{ kind: "Java with Maven", setup: mavenSetup(call), keep: [], advice: [] },
      gates: [gate("test", run, { source: "pom.xml", report: "junit", canaries })],
    };
  }
  const call = hasPath(listing, "gradlew") ? "sh ./gradlew" : "gradle";
  // Its caches are written whatever it does, so they lie where a gate may write.
  const home = 'export GRADLE_USER_HOME="$PWD/.gradle/home"';
  const calm = `${call} --console=plain --no-daemon`;
  const run = gathered(`${home}; ${calm} --offline test`, "build/test-results");
  return {
    ...{ kind: "JVM with Gradle", keep: [".gradle"], advice: [] },
    setup: `${home} && ${gradleSetup(calm)}`,
    gates: [gate("test", run, { source: gradle as string, report: "junit", canaries })],
  };
}

/** Neither tool takes a place for its reports on the command line. */
function gathered(command: string, folder: string): string {
  const gather = `find . -path '*/${folder}/*' -name '*.xml' -exec cp {} {{report}}/ ';'`;
  return `${command}; code=$?; ${gather}; exit $code`;
}

/**
 * All that a test run fetches, and it fetches some of it only where there is a test: so modules that hold nothing but one are tested
 * elsewhere. A setup that compiled the sources would be made again for each draft.
 */
function mavenSetup(call: string): string {
  const lay =
    'p=$(dirname "$0")/src/test/java; mkdir -p "$p"; echo "class FetchTest { }" > "$p/FetchTest.java"';
  return [
    `${call} -B -q test -Dmaven.main.skip -Dmaven.test.skip -Dmaven.resources.skip`,
    "d=$(mktemp -d)",
    `find . -type f '(' -name pom.xml -o -path './.mvn/*' ')' | tar cf - -T - | tar xf - -C "$d"`,
    `find "$d" -name pom.xml -exec sh -c '${lay}' {} ';'`,
    `${call} -B -q -fn test -f "$d/pom.xml"`,
    'rm -rf "$d"',
  ].join(" && ");
}

/** Each configuration, whatever of it can be had: the tests' own are resolved only where tests run. */
function gradleSetup(calm: string): string {
  const resolve =
    'allprojects { tasks.create("factoryFetch") { doLast { configurations.findAll { it.canBeResolved }.each { it.incoming.artifactView { lenient(true) }.files.files } } } }';
  const script = '"$GRADLE_USER_HOME/fetch.gradle"';
  return [
    'mkdir -p "$GRADLE_USER_HOME"',
    `echo '${resolve}' > ${script}`,
    `${calm} -I ${script} -Dorg.gradle.configuration-cache=false factoryFetch`,
  ].join(" && ");
}

/** What does not compile beside a test that is there. */
function jvmCanaries({ paths }: Listing): readonly Readonly<Record<string, string>>[] {
  const test = paths.find((path) => /(?:^|\/)src\/test\/(?:java|kotlin)\/.*\.(?:java|kt)$/.test(path));
  if (test === undefined) return [];
  const file = beside(test, "FactoryCanaryTest").replace(/(FactoryCanaryTest)[^/]*(\.\w+)$/, "$1$2");
  return [{ [file]: "class FactoryCanaryTest { canary }\n" }];
}

export function dotnetProject(listing: Listing): Proposal | null {
  const projects = listing.paths.filter((path) => /\.(?:cs|fs|vb)proj$/.test(path));
  const solutions = listing.paths.filter((path) => /^[^/]+\.slnx?$/.test(path));
  if (projects.length === 0 && solutions.length === 0) return null;
  const [solution, ...others] = solutions;
  const subject = solution === undefined ? "" : ` ${quoted(solution)}`;
  const tests = projects.find((path) => /tests?\.\w+proj$/i.test(path));
  const reports = /JunitXml\.TestLogger/.test(tests === undefined ? "" : textOf(listing, tests));
  const told = reports ? ' --logger "junit;LogFilePath={{report}}"' : "";
  const folder = tests?.slice(0, tests.lastIndexOf("/") + 1);
  return {
    kind: ".NET",
    setup: `dotnet restore${subject}`,
    keep: [],
    gates: [
      gate("test", `dotnet test${subject} --no-restore${told}`, {
        source: solutions[0] ?? (projects[0] as string),
        report: reports ? "junit" : null,
        canaries:
          folder === undefined ? [] : [{ [`${folder}FactoryCanary.cs`]: "class FactoryCanary { canary }\n" }],
      }),
    ],
    advice: [
      ...(reports
        ? []
        : [
            "dotnet reports its tests by name once a test project refers to JunitXml.TestLogger: then a criterion is proved by the test that names it.",
          ]),
      ...(others.length === 0
        ? []
        : [
            `The gates build ${solution}, and not ${others.join(", ")}: name another one in \`setup\` and \`run\`.`,
          ]),
    ],
  };
}

/** Sources are named in a CMakeLists.txt, so what does not compile takes the place of one that is there. */
export function cmakeProject(listing: Listing): Proposal | null {
  const lists = textOf(listing, "CMakeLists.txt");
  if (!/^\s*(?:enable_testing|include\s*\(\s*CTest)\b/im.test(lists)) return null;
  const source = listing.paths.find((path) => /(?:^|\/)tests?\/.*\.(?:c|cc|cpp|cxx)$/.test(path));
  const build = "cmake -S . -B build -DBUILD_TESTING=ON && cmake --build build --parallel 2";
  return {
    ...{ kind: "C or C++ with CMake", setup: null, keep: ["build"] },
    gates: [
      gate("test", `${build} && ctest --test-dir build --output-on-failure --output-junit {{report}}`, {
        ...{ source: "CMakeLists.txt", report: "junit" },
        canaries: source === undefined ? [] : [{ [source]: "#error canary\n" }],
      }),
    ],
    advice: [],
  };
}

function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
