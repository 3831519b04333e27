// Does a finding show the line that it is about, where that line is still the one that was read, and nowhere else?

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sourceFrames } from "../../src/cli/source-frames.ts";
import { documentOf } from "../rig/factory-rig.ts";
import { shop } from "../rig/shop.ts";

const BACKLOG = "specs/products/BACKLOG.yaml";

test("validate and build show the line of an error with a caret below it", async () => {
  await using rig = await shop();
  rig.edit(BACKLOG, "    title: Write T01\n", "    title: Write T01\n    colour: red\n");
  const line = rig.read(BACKLOG).split("\n").indexOf("    colour: red") + 1;
  const margin = " ".repeat(4);
  const frame = [`${margin}${line} │     colour: red`, `${margin}${" ".repeat(String(line).length)} │     ^`];

  const found = await rig.factory("validate");
  expect(found.code).toBe(2);
  const lines = found.stdout.split("\n");
  const at = lines.findIndex((one) => one.startsWith(`error ${BACKLOG}:${line}:5:`));
  expect(lines.slice(at + 1, at + 3)).toEqual(frame);

  const refused = await rig.factory("build");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`${BACKLOG}:${line}: `);
  expect(refused.stderr).toContain(frame.join("\n"));

  const scripted = await rig.factory("validate", "--json");
  expect(scripted.stdout).not.toContain("│");
  expect(documentOf<{ diagnostics: { line: number }[] }>(scripted).diagnostics[0]).toMatchObject({ line });
});

test("a file that was written after the sources were read has no frame, nor has one that cannot be read", () => {
  const root = mkdtempSync(join(tmpdir(), "factory-frames-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "specs/a"), { recursive: true });
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "specs/a/feature.md"), "- R1: a\n");
  writeFileSync(join(root, "src/a.ts"), "const a = 1;\n");
  const place = (file: string) => ({ file, line: 1, column: 1 });
  const later = sourceFrames(root, Date.now() + 60_000);
  expect(later(place("specs/a/feature.md"))).toHaveLength(2);
  expect(later(place("specs/b/feature.md"))).toEqual([]);
  expect(later(place("specs/a"))).toEqual([]);
  expect(later(place("src/a.ts"))).toEqual([]);
  expect(later({ ...place("specs/a/feature.md"), line: null })).toEqual([]);
  const earlier = sourceFrames(root, Date.now() - 60_000);
  expect(earlier(place("specs/a/feature.md"))).toEqual([]);
});
