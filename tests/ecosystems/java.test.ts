// Does a gate judge the draft in a Java project of two modules, built by a plain script with JUnit's own launcher, or by
// Maven with Surefire? Its tests are read from the folder of reports that they write.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { centsJava, MAVEN, SHORT_LIVED, TWO_TEST, testOf, twoJava } from "./maven.ts";
import { ACCEPTED, type Ecosystem, REFUSED, versionOf, workshop } from "./workshop.ts";

const JARS = "/usr/share/java";
const LAUNCHER = [
  "junit-jupiter-api",
  "junit-jupiter-engine",
  "junit-platform-commons",
  "junit-platform-engine",
  "junit-platform-launcher",
  "junit-platform-console",
  "junit-platform-reporting",
  "opentest4j",
  "opentest4j-reporting-events",
  "opentest4j-reporting-schema",
  "apiguardian-api",
  "univocity-parsers",
  "picocli",
].map((name) => join(JARS, `${name}.jar`));
const isThere =
  versionOf("javac", "-version") !== null &&
  versionOf("java", "-version") !== null &&
  LAUNCHER.every((jar) => existsSync(jar));

const FOR_JAVAC = SHORT_LIVED.replaceAll(/^|(?<= )/g, "-J");

const MODULES: Ecosystem = {
  files: {
    ".gitignore": "out/\n",
    "a/src/Cents.java": centsJava("return Math.round(euros * 100);"),
    "b/src/Two.java": twoJava(),
    "b/test/TwoTest.java": TWO_TEST,
    "test.sh": [
      "set -e",
      `LAUNCHER=${LAUNCHER.join(":")}`,
      `javac ${FOR_JAVAC} -d out/a a/src/*.java`,
      `javac ${FOR_JAVAC} -cp out/a -d out/b b/src/*.java`,
      `javac ${FOR_JAVAC} -cp out/a:out/b:$LAUNCHER -d out/test b/test/*.java`,
      `java ${SHORT_LIVED} -cp out/a:out/b:out/test:$LAUNCHER org.junit.platform.console.ConsoleLauncher --scan-classpath out/test --reports-dir "$1" --disable-banner --disable-ansi-colors`,
      "",
    ].join("\n"),
  },
  gate: [{ id: "test", run: "sh test.sh {{report}}", report: "junit" }],
};

/** With the test that proves the criterion of its task. */
const draft = (body: string, proof = "assertEquals(250, a.Cents.of(2.5));") => ({
  files: {
    "a/src/Cents.java": centsJava(body),
    "b/test/CentsTest.java": testOf("b", "CentsTest", "work_t01_a1_counts", proof),
  },
});

describe.skipIf(!isThere)("modules of Java with JUnit 5", () => {
  test("accept a draft that is right, and refuse one that breaks another module, with the test's own words", async () => {
    await using shop = await workshop(MODULES);
    const right = await shop.build([draft("return Math.round(100 * euros);")]);
    expect([right.code, right.actions]).toEqual([0, ACCEPTED]);
    // It proves its own criterion, and is ten times as dear in the other module.
    const breaking = await shop.build([
      draft("return Math.round(euros * 1000);", "assertEquals(2500, a.Cents.of(2.5));"),
    ]);
    expect([breaking.code, breaking.actions]).toEqual([1, REFUSED]);
    expect(breaking.stderr).toContain("TwoTest");
    expect(breaking.stderr).toContain("expected: <300> but was: <3000>");
    expect(await shop.fileOf("a/src/Cents.java")).toContain("100 * euros");
  });

  test("refuse a draft whose test passes nowhere, and one that another module cannot be compiled with", async () => {
    await using shop = await workshop(MODULES);
    const unproven = await shop.build([
      { files: { "a/src/Cents.java": centsJava("return (long) (euros * 100);") } },
    ]);
    expect(unproven.actions).toEqual(REFUSED);
    const renamed = centsJava("return 0;").replace("long of", "long centsOf");
    const broken = await shop.build([{ files: { ...draft("").files, "a/src/Cents.java": renamed } }]);
    expect(broken.actions).toEqual(REFUSED);
    expect(broken.stderr).toContain("cannot find symbol");
    expect(broken.stderr).toContain("Two.java");
  });
});

const mavenDraft = (body: string, proof: string) => ({
  files: {
    "a/src/main/java/a/Cents.java": centsJava(body),
    "b/src/test/java/b/CentsTest.java": testOf("b", "CentsTest", "work_t01_a1_counts", proof),
  },
});

describe.skipIf(!MAVEN.isHere)(MAVEN.name, () => {
  test("accept a draft that is right, and refuse one that breaks another module", {
    timeout: 300_000,
  }, async () => {
    await using shop = await workshop(MAVEN.ecosystem);
    const right = await shop.build([
      mavenDraft("return Math.round(100 * euros);", "assertEquals(250, a.Cents.of(2.5));"),
    ]);
    expect([right.code, right.actions]).toEqual([0, ACCEPTED]);
    const breaking = await shop.build([
      mavenDraft("return Math.round(euros * 1000);", "assertEquals(2500, a.Cents.of(2.5));"),
    ]);
    expect([breaking.code, breaking.actions]).toEqual([1, REFUSED]);
    expect(breaking.stderr).toContain("expected: <300> but was: <3000>");
  });
});
