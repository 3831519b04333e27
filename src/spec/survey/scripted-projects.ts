// How is a project of PHP or Ruby set up and judged, and one that only a Makefile or a justfile speaks for?

import { firstPath, hasPath, type Listing, textOf } from "./listing.ts";
import { gate, type Proposal, type ProposedGate } from "./proposal.ts";

const UNNAMED =
  "The tests run, and no report names them: give the gate `report:` (see `docs/reports.md`), so that a criterion is proved by the test that names it.";

type Json = Readonly<Record<string, unknown>>;

export function phpProject(listing: Listing, parse: (text: string) => Json | null): Proposal | null {
  if (!hasPath(listing, "composer.json")) return null;
  const manifest = parse(textOf(listing, "composer.json"));
  if (manifest === null) return null;
  const dev = manifest["require-dev"];
  const tools = typeof dev === "object" && dev !== null ? Object.keys(dev) : [];
  const runner = tools.includes("pestphp/pest")
    ? "pest"
    : tools.includes("phpunit/phpunit")
      ? "phpunit"
      : null;
  const stan = tools.includes("phpstan/phpstan")
    ? firstPath(listing, "phpstan.neon", "phpstan.neon.dist", "phpstan.dist.neon")
    : null;
  const test = listing.paths.find((path) => /^tests?\/(?:.*\/)?\w+Test\.php$/.test(path));
  const folder = test?.slice(0, test.lastIndexOf("/") + 1) ?? "tests/";
  const failing = `<?php\n\nfinal class FactoryCanaryTest extends \\PHPUnit\\Framework\\TestCase\n{\n    public function testCanary(): void\n    {\n        self::fail('canary');\n    }\n}\n`;
  const gates: ProposedGate[] = [];
  if (stan !== null) gates.push(gate("types", "vendor/bin/phpstan analyse --no-progress", { source: stan }));
  if (runner !== null) {
    gates.push(
      gate("test", `vendor/bin/${runner} --log-junit {{report}}`, {
        source: "composer.json",
        report: "junit",
        canaries: [{ [`${folder}FactoryCanaryTest.php`]: failing }],
      }),
    );
  }
  const install = "composer install --no-interaction --no-progress --quiet";
  return { kind: "PHP with Composer", setup: install, keep: [], gates, advice: [] };
}

export function rubyProject(listing: Listing): Proposal | null {
  const hasGemfile = hasPath(listing, "Gemfile");
  const gems = `${textOf(listing, "Gemfile")}\n${textOf(listing, "Gemfile.lock")}`;
  const spec = listing.paths.find((path) => /^spec\/.*_spec\.rb$/.test(path));
  const test = listing.paths.find((path) => /^test\/.*(?:_test|\/test_[^/]+)\.rb$/.test(path));
  const gates: ProposedGate[] = [];
  if (spec !== undefined) {
    const reports = /rspec_junit_formatter/.test(gems);
    gates.push(
      gate("test", `rspec${reports ? " --format RspecJunitFormatter --out {{report}}" : ""}`, {
        source: spec,
        report: reports ? "junit" : null,
        canaries: [{ "spec/factory_canary_spec.rb": 'raise "canary"\n' }],
      }),
    );
  } else if (test !== undefined && hasPath(listing, "Rakefile")) {
    gates.push(
      gate("test", "rake test", {
        source: "Rakefile",
        canaries: [{ "test/factory_canary_test.rb": 'raise "canary"\n' }],
      }),
    );
  }
  // Much that is no Ruby has a Rakefile.
  if (!hasGemfile && gates.length === 0) return null;
  const gemsIn = "BUNDLE_PATH=vendor/bundle bundle";
  return {
    kind: hasGemfile ? "Ruby with Bundler" : "Ruby",
    setup: hasGemfile ? `${gemsIn} install --quiet` : null,
    keep: [],
    gates: hasGemfile ? gates.map((one) => ({ ...one, run: `${gemsIn} exec ${one.run}` })) : gates,
    advice:
      gates.some(({ report }) => report !== null) || gates.length === 0
        ? []
        : [
            spec === undefined
              ? UNNAMED
              : "RSpec reports its examples by name once the Gemfile holds rspec_junit_formatter: then a criterion is proved by the example that names it.",
          ],
  };
}

/** Targets that people call when they want to know whether all is well, the first that is there. */
const TARGETS = ["test", "tests", "check"];
/** Where none of them is there: what does not build is wrong, too. */
const BUILDS = ["build", "all"];

export function madeProject(listing: Listing): Proposal | null {
  const makefile = firstPath(listing, "Makefile", "GNUmakefile", "makefile");
  const justfile = firstPath(listing, "justfile", "Justfile");
  const file = makefile ?? justfile;
  if (file === null) return null;
  const text = textOf(listing, file);
  const isThere = (name: string) => new RegExp(`^${name}\\s*(?:[\\w\\s="'*+]*)?:(?!=)`, "m").test(text);
  const test = TARGETS.find(isThere);
  const target = test ?? BUILDS.find(isThere);
  if (target === undefined) return null;
  const kind = makefile === null ? "just" : "make";
  const rest = { kind, setup: null, keep: [] };
  if (test === undefined) {
    const advice = [`No target of ${file} tests, so this gate only builds: add one that does.`];
    return { ...rest, gates: [gate("build", `${kind} ${target}`, { source: file })], advice };
  }
  return {
    ...rest,
    gates: [gate("test", `${kind} ${test}`, { source: file })],
    advice: [UNNAMED],
  };
}
