// Does a gate judge the draft in a Java project of two modules, built by a plain script with JUnit's own launcher, or by
// Maven with Surefire? Its tests are read from the folder of reports that they write.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
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

/** The tag of a criterion is a method's name: launchers write no display names. */
const testOf = (name: string, method: string, body: string) => `package b;

import static org.junit.jupiter.api.Assertions.assertEquals;
import org.junit.jupiter.api.Test;

class ${name} {
    @Test
    void ${method}() {
        ${body}
    }
}
`;

const cents = (body: string) => `package a;

public class Cents {
    public static long of(double euros) {
        ${body}
    }
}
`;

const TWO = `package b;

public class Two {
    public static long of(double euros) {
        return 2 * a.Cents.of(euros);
    }
}
`;
const TWO_TEST = testOf("TwoTest", "twice", "assertEquals(300, Two.of(1.5));");

const MODULES: Ecosystem = {
  files: {
    ".gitignore": "out/\n",
    "a/src/Cents.java": cents("return Math.round(euros * 100);"),
    "b/src/Two.java": TWO,
    "b/test/TwoTest.java": TWO_TEST,
    "test.sh": [
      "set -e",
      `LAUNCHER=${LAUNCHER.join(":")}`,
      "javac -d out/a a/src/*.java",
      "javac -cp out/a -d out/b b/src/*.java",
      "javac -cp out/a:out/b:$LAUNCHER -d out/test b/test/*.java",
      'java -cp out/a:out/b:out/test:$LAUNCHER org.junit.platform.console.ConsoleLauncher --scan-classpath out/test --reports-dir "$1" --disable-banner --disable-ansi-colors',
      "",
    ].join("\n"),
  },
  gate: [{ id: "test", run: "sh test.sh {{report}}", report: "junit" }],
};

/** With the test that proves the criterion of its task. */
const draft = (body: string, proof = "assertEquals(250, a.Cents.of(2.5));") => ({
  files: {
    "a/src/Cents.java": cents(body),
    "b/test/CentsTest.java": testOf("CentsTest", "work_t01_a1_counts", proof),
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
      { files: { "a/src/Cents.java": cents("return (long) (euros * 100);") } },
    ]);
    expect(unproven.actions).toEqual(REFUSED);
    const renamed = cents("return 0;").replace("long of", "long centsOf");
    const broken = await shop.build([{ files: { ...draft("").files, "a/src/Cents.java": renamed } }]);
    expect(broken.actions).toEqual(REFUSED);
    expect(broken.stderr).toContain("cannot find symbol");
    expect(broken.stderr).toContain("Two.java");
  });
});

const REPOSITORY = "/usr/share/maven-repo";
const POM = (artifact: string, more: string) =>
  `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  ${artifact === "shop" ? "<groupId>shop</groupId><version>1</version>" : "<parent><groupId>shop</groupId><artifactId>shop</artifactId><version>1</version></parent>"}
  <artifactId>${artifact}</artifactId>
  ${more}
</project>
`;
const dependency = (group: string, artifact: string, version: string, scope = "compile") =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version><scope>${scope}</scope></dependency>`;
/** As Debian packages them; where they are others, Maven finds no plugin, and the tests are skipped. */
const PLUGINS = { compiler: "3.10.1", resources: "3.3.0", surefire: "2.22.3" };
const JUPITER = "5.9.2";
const hasMaven =
  versionOf("mvn") !== null &&
  Object.entries(PLUGINS).every(([name, version]) =>
    existsSync(join(REPOSITORY, "org/apache/maven/plugins", `maven-${name}-plugin`, version)),
  ) &&
  existsSync(join(REPOSITORY, "org/junit/jupiter/junit-jupiter-engine", JUPITER));

const MAVEN: Ecosystem = {
  files: {
    ".gitignore": "target/\n",
    "pom.xml": POM(
      "shop",
      `<packaging>pom</packaging>
  <modules><module>a</module><module>b</module></modules>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <build><pluginManagement><plugins>${Object.entries(PLUGINS)
    .map(
      ([name, version]) =>
        `<plugin><artifactId>maven-${name}-plugin</artifactId><version>${version}</version></plugin>`,
    )
    .join("")}</plugins></pluginManagement></build>`,
    ),
    "a/pom.xml": POM("a", ""),
    "b/pom.xml": POM(
      "b",
      `<dependencies>${dependency("shop", "a", "1")}${["api", "engine"]
        .map((part) => dependency("org.junit.jupiter", `junit-jupiter-${part}`, JUPITER, "test"))
        .join("")}</dependencies>`,
    ),
    "a/src/main/java/a/Cents.java": cents("return Math.round(euros * 100);"),
    "b/src/main/java/b/Two.java": TWO,
    "b/src/test/java/b/TwoTest.java": TWO_TEST,
    "test.sh": [
      "ended=0",
      `mvn -o -q -B -Dmaven.repo.local=${REPOSITORY} test || ended=$?`,
      'mkdir -p "$1"',
      'cp b/target/surefire-reports/*.xml "$1"',
      "exit $ended",
      "",
    ].join("\n"),
  },
  gate: [{ id: "test", run: "sh test.sh {{report}}", report: "junit" }],
};

const mavenDraft = (body: string, proof: string) => ({
  files: {
    "a/src/main/java/a/Cents.java": cents(body),
    "b/src/test/java/b/CentsTest.java": testOf("CentsTest", "work_t01_a1_counts", proof),
  },
});

describe.skipIf(!hasMaven)("modules of Maven with Surefire", () => {
  test("accept a draft that is right, and refuse one that breaks another module", {
    timeout: 300_000,
  }, async () => {
    await using shop = await workshop(MAVEN);
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
