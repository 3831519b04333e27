// Which scaffolds does `factory init NAME` offer, and how is a project of each judged? Their files lie in templates/projects/.

export const SCAFFOLDS = ["node-ts", "python", "go"] as const;

export type ScaffoldName = (typeof SCAFFOLDS)[number];

/** Where nobody says otherwise. */
export const USUAL_SCAFFOLD: ScaffoldName = "node-ts";

/** The entry of a project that is made from a scaffold. `id` is as YAML writes it. */
export function scaffoldedProject(id: string, scaffold: ScaffoldName): string {
  return `  # A git repository of its own. Where it does not exist yet, it is made from its scaffold.
  - id: ${id}
    path: projects/${id}
    ${`scaffold: ${scaffold}`.padEnd(32)} # templates/projects/${scaffold}, here or in the package
    branch: main                     # products are merged into it; your own commits are kept
${JUDGED[scaffold]}`;
}

const CANARIES = `    # Gates run in this order. A canary is a set of files that a gate must refuse: an instrument that cannot fail
    # measures nothing, so a build stops before it judges any code.
`;

const PROVES = "# each criterion needs a test that names it; without a report nothing proves any";

/** Setup and gates. */
const JUDGED: Readonly<Record<ScaffoldName, string>> = {
  "node-ts": `    setup: npm ci --ignore-scripts --prefer-offline --no-audit --no-fund
${CANARIES}    gates:
      - id: typecheck
        run: node_modules/.bin/tsc --noEmit
        timeout: 120s
        canary:
          src/canary.ts: |
            export const canary: number = "text";
      - id: lint
        run: node_modules/.bin/biome lint --error-on-warnings .
        timeout: 60s
        canary:
          src/canary.ts: |
            export const canary: any = 1;
      - id: test
        run: node_modules/.bin/vitest run --reporter=junit --outputFile={{report}}
        timeout: 180s
        report: junit                ${PROVES}
        canary:
          tests/canary.test.ts: |
            import { expect, it } from "vitest";

            it("fails", () => expect(1).toBe(2));
`,
  python: `    # Nothing is installed: the tests run with what Python brings. With packages: \`setup:\`, which installs them.
${CANARIES}    gates:
      - id: syntax
        run: python3 -W error -m compileall -f -q src tests
        timeout: 60s
        canary:
          src/canary.py: |
            canary = 1 is 1
      - id: test
        run: python3 tests/run.py {{report}}
        timeout: 180s
        report: tap                  ${PROVES}
        canary:
          tests/test_canary.py: |
            import unittest


            class Canary(unittest.TestCase):
                def test_fails(self):
                    self.assertEqual(1, 2)
`,
  go: `    # Nothing is downloaded: it needs the standard library alone. With modules: \`setup: go mod download\`.
${CANARIES}    gates:
      - id: vet
        run: go vet ./...
        timeout: 180s
        canary:
          canary/canary.go: |
            package canary

            import "fmt"

            func Canary() { fmt.Printf("%d", "text") }
      - id: test
        run: go test -json ./...
        timeout: 180s
        report: go                   ${PROVES}
        canary:
          canary/canary_test.go: |
            package canary

            import "testing"

            func TestFails(t *testing.T) { t.Fatal("canary") }
`,
};
