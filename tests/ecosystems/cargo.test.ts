// Does a gate judge the draft in a Cargo workspace, whose build folder stays warm between drafts?

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ACCEPTED, type Ecosystem, REFUSED, versionOf, workshop } from "./workshop.ts";

const sysroot = versionOf("rustc", "--print", "sysroot");
const cargo = sysroot === null ? null : join(sysroot, "bin");
const manifest = (name: string, more = "") =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n${more}`;

const WORKSPACE: Ecosystem = {
  files: {
    ".gitignore": "target/\n",
    "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["a", "b"]\n',
    "a/Cargo.toml": manifest("a"),
    "a/src/lib.rs": "pub fn cents(euros: u32) -> u32 {\n    euros * 100\n}\n",
    "b/Cargo.toml": manifest("b", 'a = { path = "../a" }\n'),
    "b/src/lib.rs":
      "pub fn two(euros: u32) -> u32 {\n    2 * a::cents(euros)\n}\n\n#[test]\nfn two_is_twice() {\n    assert_eq!(two(3), 600);\n}\n",
  },
  gate: `PATH="${cargo}:$PATH" cargo test --offline --locked --quiet`,
};
const RIGHT = { "a/src/lib.rs": "pub fn cents(euros: u32) -> u32 {\n    100 * euros\n}\n" };
const BREAKING = { "a/src/lib.rs": "pub fn cents(euros: u32) -> u32 {\n    euros * 10\n}\n" };

describe.skipIf(cargo === null)("a Cargo workspace", () => {
  test("accepts a draft that is right, and refuses one that breaks another crate, in a warm folder", async () => {
    await using shop = await workshop(WORKSPACE, `PATH="${cargo}:$PATH" cargo generate-lockfile --offline`);
    expect((await shop.build([{ files: RIGHT }])).actions).toEqual(ACCEPTED);
    expect((await shop.build([{ files: BREAKING }])).actions).toEqual(REFUSED);
    expect((await shop.build([{ files: { ...RIGHT, "a/README.md": "A\n" } }])).actions).toEqual(ACCEPTED);
  });
});
