// Which repository does Maven have in which one module is built on another? Its plugins are those of Debian's packages.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "./repositories.ts";
import { versionOf } from "./workshop.ts";

/** The tag of a criterion is a method's name: launchers write no display names. */
export const testOf = (group: string, name: string, method: string, body: string) => `package ${group};

import static org.junit.jupiter.api.Assertions.assertEquals;
import org.junit.jupiter.api.Test;

class ${name} {
    @Test
    void ${method}() {
        ${body}
    }
}
`;

export const centsJava = (body: string) => `package a;

public class Cents {
    public static long of(double euros) {
        ${body}
    }
}
`;

export const twoJava = (times = "2") => `package b;

public class Two {
    public static long of(double euros) {
        return ${times} * a.Cents.of(euros);
    }
}
`;
export const TWO_TEST = testOf("b", "TwoTest", "twice", "assertEquals(300, Two.of(1.5));");

const cents = (count: string, mark: string) => ({
  "a/src/main/java/a/Cents.java": `${centsJava(`return Math.round(euros * ${count});`)}// ${mark}\n`,
});
const two = (times: string, mark: string) => ({
  "b/src/main/java/b/Two.java": `${twoJava(times)}// ${mark}\n`,
});

/** For machines of Java that live for a second: what is compiled well and collected in parallel would never pay. */
export const SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

/** Where Debian keeps them. */
export const REPOSITORY = "/usr/share/maven-repo";
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

/** Parts of a pom.xml. */
export const PROPERTIES = `<properties>
    <argLine>${SHORT_LIVED}</argLine>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <build><pluginManagement><plugins>${Object.entries(PLUGINS)
    .map(
      ([name, version]) =>
        `<plugin><artifactId>maven-${name}-plugin</artifactId><version>${version}</version></plugin>`,
    )
    .join("")}</plugins></pluginManagement></build>`;
export const TESTED = ["api", "engine"]
  .map((part) => dependency("org.junit.jupiter", `junit-jupiter-${part}`, JUPITER, "test"))
  .join("");

export const MAVEN: Repository = {
  name: "modules of Maven with Surefire",
  isHere: hasMaven,
  ecosystem: {
    files: {
      ".gitignore": "target/\n",
      "pom.xml": POM(
        "shop",
        `<packaging>pom</packaging>
  <modules><module>a</module><module>b</module></modules>
  ${PROPERTIES}`,
      ),
      "a/pom.xml": POM("a", ""),
      "b/pom.xml": POM("b", `<dependencies>${dependency("shop", "a", "1")}${TESTED}</dependencies>`),
      ...cents("100", "first"),
      ...two("2", "first"),
      "b/src/test/java/b/TwoTest.java": TWO_TEST,
      "test.sh": [
        "ended=0",
        `MAVEN_OPTS="${SHORT_LIVED}" mvn -o -q -B -Dmaven.repo.local=${REPOSITORY} test || ended=$?`,
        'mkdir -p "$1"',
        'cp b/target/surefire-reports/*.xml "$1"',
        "exit $ended",
        "",
      ].join("\n"),
    },
    gate: [{ id: "test", run: "sh test.sh {{report}}", report: "junit" }],
  },
  cents,
  two,
};
