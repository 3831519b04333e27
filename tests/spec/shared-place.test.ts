// What may `store:` say, and what is refused before anything is asked?

import { expect, test } from "vitest";
import { namedVariables } from "../../src/model/named-variables.ts";
import { mayWrite, shownStore } from "../../src/model/store-declaration.ts";
import { lines, sound, workspace } from "./sources.ts";

const PROJECTS = "version: 1\nprojects: [{id: app, path: projects/app}]\n";

test("an address is enough; whoever says more is heard", () => {
  const plain = sound(workspace(`${PROJECTS}store: {url: "https://host/specs/"}\n`)).store;
  expect(plain).toMatchObject({ url: "https://host/specs/", write: "auto", place: { line: 3 } });
  const url = "s3://team/specs?endpoint=http://127.0.0.1:9000&region=eu-west-1";
  const full = sound(workspace(`${PROJECTS}store: {url: "${url}", write: always}\n`)).store;
  expect(full).toMatchObject({ url, write: "always" });
  expect(shownStore({ url })).toBe("s3://team/specs");
  expect(sound(workspace(PROJECTS))).not.toHaveProperty("store");
});

test("the variables of its headers are secrets", () => {
  const text = `${PROJECTS}store: {url: "https://host", headers: {Authorization: "Bearer $TEAM_WORD"}}\n`;
  expect(namedVariables(sound(workspace(text)))).toContain("TEAM_WORD");
});

test.each([
  ["https://me@host/specs", "holds a name or a password"],
  ["https://me:word@host/specs", "holds a name or a password"],
  ["s3://me:word@bucket/specs", "holds a name or a password"],
  ["https://host/specs?token=word", "has the setting token"],
  ["s3://bucket/specs?region=a&acl=public", "has the setting acl"],
  ["s3://bucket?endpoint=ftp://host", "The endpoint ftp://host is no http or https address."],
  ["s3://bucket?endpoint=host", "The endpoint host is no http or https address."],
])("%s is refused", (url, words) => {
  expect(lines(workspace(`${PROJECTS}store: {url: "${url}"}\n`).diagnostics)).toEqual([
    expect.stringContaining(words),
  ]);
});

test("a bucket takes no headers, and other words are no stores", () => {
  const headers = `${PROJECTS}store: {url: "s3://bucket", headers: {A: b}}\n`;
  expect(lines(workspace(headers).diagnostics)).toEqual([
    expect.stringContaining("takes no headers of yours"),
  ]);
  for (const url of ["ftp://host", "/mnt/store", "s3://", "https://"])
    expect(lines(workspace(`${PROJECTS}store: {url: "${url}"}\n`).diagnostics)).toHaveLength(1);
});

test.each([
  ["auto", {}, true],
  ["auto", { CI: "" }, true],
  ["auto", { CI: "false" }, true],
  ["auto", { CI: "true" }, false],
  ["auto", { CI: "1" }, false],
  ["always", { CI: "true" }, true],
  ["never", {}, false],
] as const)("%s with %j: %j", (write, variables, expected) => {
  const place = { file: "projects.yaml", line: 1, column: 1 };
  expect(mayWrite({ url: "https://host", write, place }, variables)).toBe(expected);
});
