// Does a gate judge the draft in a Cargo workspace, whose build folder stays warm between drafts?

import { describe, expect, test } from "vitest";
import { CARGO } from "./repositories.ts";
import { ACCEPTED, REFUSED, workshop } from "./workshop.ts";

const RIGHT = { "a/src/lib.rs": "pub fn cents(euros: u32) -> u32 {\n    100 * euros\n}\n" };
const BREAKING = { "a/src/lib.rs": "pub fn cents(euros: u32) -> u32 {\n    euros * 10\n}\n" };

describe.skipIf(!CARGO.isHere)(CARGO.name, () => {
  test("accepts a draft that is right, and refuses one that breaks another crate, in a warm folder", async () => {
    await using shop = await workshop(CARGO.ecosystem, CARGO.extra);
    expect((await shop.build([{ files: RIGHT }])).actions).toEqual(ACCEPTED);
    expect((await shop.build([{ files: BREAKING }])).actions).toEqual(REFUSED);
    expect((await shop.build([{ files: { ...RIGHT, "a/README.md": "A\n" } }])).actions).toEqual(ACCEPTED);
  });
});
