// Does a gate judge the draft where one Go module takes another from a folder by `replace`?

import { describe, expect, test } from "vitest";
import { ACCEPTED, type Ecosystem, REFUSED, versionOf, workshop } from "./workshop.ts";

const REPLACED: Ecosystem = {
  files: {
    "a/go.mod": "module shop.example/a\n\ngo 1.18\n",
    "a/a.go": "package a\n\nfunc Cents(euros int) int { return euros * 100 }\n",
    "b/go.mod":
      "module shop.example/b\n\ngo 1.18\n\nrequire shop.example/a v0.0.0\n\nreplace shop.example/a => ../a\n",
    "b/b.go":
      'package b\n\nimport "shop.example/a"\n\nfunc Two(euros int) int { return 2 * a.Cents(euros) }\n',
    "b/b_test.go":
      'package b\n\nimport "testing"\n\nfunc TestTwo(t *testing.T) {\n\tif Two(3) != 600 {\n\t\tt.Fatal(Two(3))\n\t}\n}\n',
  },
  gate: "(cd a && go vet ./...) && (cd b && go test ./...)",
};
const RIGHT = { "a/a.go": "package a\n\nfunc Cents(euros int) int { return 100 * euros }\n" };
const BREAKING = { "a/a.go": "package a\n\nfunc Cents(euros int) int { return 10 * euros }\n" };

describe.skipIf(versionOf("go", "version") === null)("Go modules with a replace", () => {
  test("accept a draft that is right, and refuse one that breaks another module", async () => {
    await using shop = await workshop(REPLACED);
    expect((await shop.build([{ files: RIGHT }])).actions).toEqual(ACCEPTED);
    expect((await shop.build([{ files: BREAKING }])).actions).toEqual(REFUSED);
  });
});
