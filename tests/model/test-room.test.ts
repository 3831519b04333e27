// Could a task write a test at all?

import { expect, test } from "vitest";
import { testRoomIn } from "../../src/model/test-room.ts";

const ROOMS = {
  tests: [
    "tests/a.ts src/a.test.ts src/a.spec-d.ts src/__tests__/a.js test.js test-a.mjs e2e/a.ts",
    "src/lib.rs build.rs a_test.go test_a.py a_test.py tests/conftest.py src/main.zig Makefile.PL a.sh a.t",
    "src/test/java/app/PriceTest.java app/PriceIT.java src/TestPrice.kt spec/a_spec.rb AppTests.swift Suite.bats",
    "** src/** src/*.ts src/**/*.py *.go docs/**/*.ts test/** tests/fixtures/** lib/a? a.unknown noending",
    "tests/test_prices.yaml price.test.json prices.feature",
  ],
  sources: [
    "src/a.ts src/a.d.tsx lib/latest.js src/inspector.mjs a.go src/a.py app/views.vue src/main/java/app/Price.java",
    "src/main/** app/src/main/kotlin/**/*.kt styles/a.css index.html db/a.sql src/contest.cs src/[id]/page.tsx",
  ],
  papers: [
    "readme.md docs/a.rst docs/** docs/*.md guide/documentation/** CHANGELOG.adoc notes.txt tests/README.md",
    "index.d.ts types/index.d.mts src/a.pyi package.json tests/fixtures/a.json .github/workflows/ci.yml Cargo.toml",
    "LICENSE README Dockerfile Makefile .gitignore go.mod go.sum logo.svg package*.json CODEOWNERS a/.env",
  ],
} as const;

test.each(Object.entries(ROOMS))("what is room for %s", (room, paths) => {
  for (const path of paths.join(" ").split(" ")) expect(testRoomIn([path]), path).toBe(room);
});

test("one file that could hold a test is enough, and code among papers wants one", () => {
  expect(testRoomIn(["readme.md", "src/a.ts", "tests/a.test.ts"])).toBe("tests");
  expect(testRoomIn(["readme.md", "src/a.ts"])).toBe("sources");
  expect(testRoomIn([])).toBe("tests");
});
