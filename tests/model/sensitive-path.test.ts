import { expect, test } from "vitest";
import { isSecretPath, isSensitivePath } from "../../src/model/sensitive-path.ts";

test.each([
  "package.json",
  "packages/web/package.json",
  "PACKAGE.JSON",
  "pnpm-lock.yaml",
  ".npmrc",
  ".github/workflows/ci.yml",
  "web/.husky/pre-commit",
  "vitest.config.ts",
  "tsconfig.build.json",
  "Makefile",
  "docker/Dockerfile.dev",
  ".vscode/tasks.json",
  ".mcp.json",
  "conftest.py",
  ".gitattributes",
  "go.mod",
])("%s is sensitive", (path) => expect(isSensitivePath(path)).toBe(true));

test.each(["src/package.ts", "src/config.ts", "docs/makefile.md", "tests/a.test.ts", "src/github/a.ts"])(
  "%s is a file like any other",
  (path) => expect(isSensitivePath(path)).toBe(false),
);

test("a project names further ones", () => {
  expect(isSensitivePath("deploy/a.sh", ["deploy/**"])).toBe(true);
  expect(isSensitivePath("src/a.sh", ["deploy/**"])).toBe(false);
});

test("secrets are files that hold values, and no examples of them", () => {
  const paths = [".env", "web/.env.local", "certs/server.pem", ".ssh/id_rsa", ".env.example", "src/env.ts"];
  expect(paths.filter(isSecretPath)).toEqual([".env", "web/.env.local", "certs/server.pem", ".ssh/id_rsa"]);
});
