// Does a gate judge the draft where one Go module takes another from a folder by `replace`?

import { describe, expect, test } from "vitest";
import { GO } from "./repositories.ts";
import { ACCEPTED, REFUSED, workshop } from "./workshop.ts";

const RIGHT = { "a/a.go": "package a\n\nfunc Cents(euros int) int { return 100 * euros }\n" };
const BREAKING = { "a/a.go": "package a\n\nfunc Cents(euros int) int { return 10 * euros }\n" };

describe.skipIf(!GO.isHere)(GO.name, () => {
  test("accept a draft that is right, and refuse one that breaks another module", async () => {
    await using shop = await workshop(GO.ecosystem);
    expect((await shop.build([{ files: RIGHT }])).actions).toEqual(ACCEPTED);
    expect((await shop.build([{ files: BREAKING }])).actions).toEqual(REFUSED);
  });
});
