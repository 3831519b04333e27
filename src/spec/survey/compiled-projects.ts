// How is a project of Go, Rust, the JVM or .NET set up and judged? Each has one tool that builds and tests, and most of
// them report their tests by name.

import { firstPath, hasPath, type Listing, textOf } from "./listing.ts";
import { beside, gate, type Proposal } from "./proposal.ts";

export function goProject(listing: Listing): Proposal | null {
  if (!hasPath(listing, "go.mod")) return null;
  const source = "go.mod";
  const canary = (name: string, text: string) => ({
    [`factorycanary/${name}`]: `package factorycanary\n\n${text}`,
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
      gate("vet", "go vet ./...", { source, canaries: [wrongVerb] }),
      gate("test", "go test -json ./...", { source, report: "go", canaries: [failing] }),
    ],
    advice: [],
  };
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

export function jvmProject(listing: Listing): Proposal | null {
  const maven = hasPath(listing, "pom.xml");
  const gradle = firstPath(listing, "build.gradle", "build.gradle.kts");
  if (!maven && gradle === null) return null;
  const canaries = jvmCanaries(listing);
  if (maven) {
    const call = hasPath(listing, "mvnw") ? "sh ./mvnw" : "mvn";
    const run = `${call} -B -q test -Dsurefire.reportsDirectory={{report}}`;
    return {
      ...{ kind: "Java with Maven", setup: null, keep: [], advice: [] },
      gates: [gate("test", run, { source: "pom.xml", report: "junit", canaries })],
    };
  }
  const call = hasPath(listing, "gradlew") ? "sh ./gradlew" : "gradle";
  const gather = "find . -path '*/build/test-results/*' -name '*.xml' -exec cp {} {{report}}/ ';'";
  const run = `${call} test --console=plain; code=$?; ${gather}; exit $code`;
  return {
    ...{ kind: "JVM with Gradle", setup: null, keep: [".gradle"], advice: [] },
    gates: [gate("test", run, { source: gradle as string, report: "junit", canaries })],
  };
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
  const subject = solutions.length === 1 ? ` ${quoted(solutions[0] as string)}` : "";
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
    advice: reports
      ? []
      : [
          "dotnet reports its tests by name once a test project refers to JunitXml.TestLogger: then a criterion is proved by the test that names it.",
        ],
  };
}

function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
