// Which tests does a report tell of?

import { describe, expect, it } from "vitest";
import { parseJUnit } from "../../src/gates/junit.ts";

function brief(xml: string): string[] {
  const parsed = parseJUnit(xml);
  if (!parsed.ok) throw new Error(parsed.failure);
  return parsed.value.map(
    (test) =>
      `${test.outcome} ${test.classname} | ${test.name}${test.message ? `: ${test.message.split("\n")[0]}` : ""}`,
  );
}

describe("the report of", () => {
  it("vitest", () => {
    const xml = `<?xml version="1.0" encoding="UTF-8" ?>
<testsuites name="vitest tests" tests="3" failures="1" errors="0" time="0.2">
    <testsuite name="tests/product.test.ts" timestamp="2030-01-01T00:00:00.000Z" hostname="h" tests="3" failures="1" errors="0" skipped="1" time="0.01">
        <testcase classname="tests/product.test.ts" name="product &gt; [products:T01.A1] rejects a negative price" time="0.002">
        </testcase>
        <testcase classname="tests/product.test.ts" name="product &gt; adds &quot;tax&quot;" time="0.004">
            <failure message="expected 3 to be 4 // Object.is equality" type="AssertionError">
AssertionError: expected 3 to be 4
 ❯ tests/product.test.ts:5:21
            </failure>
        </testcase>
        <testcase classname="tests/product.test.ts" name="later" time="0"><skipped/></testcase>
    </testsuite>
</testsuites>`;
    expect(brief(xml)).toEqual([
      "passed tests/product.test.ts | product > [products:T01.A1] rejects a negative price",
      'failed tests/product.test.ts | product > adds "tax": expected 3 to be 4 // Object.is equality',
      "skipped tests/product.test.ts | later",
    ]);
  });

  it("node:test, with suites in suites, cases outside of suites, and a test to do", () => {
    const xml = `<?xml version="1.0" encoding="utf-8"?>
<testsuites>
	<testsuite name="[products:T01.A2]" time="0.1" disabled="0" errors="0" tests="2" failures="1" skipped="0" hostname="h">
		<testcase name="works" time="0.0003" classname="test" file="/app/a.test.mjs"/>
		<testsuite name="inner" time="0.1">
			<testcase name="breaks" time="0.0003" classname="test" failure="boom">
				<failure type="testCodeFailure" message="boom">[Error [ERR_TEST_FAILURE]: boom]</failure>
			</testcase>
		</testsuite>
	</testsuite>
	<testcase name="alone" time="0.0003" classname="test"><skipped type="todo" message="true"/></testcase>
	<!-- tests 3 -->
</testsuites>`;
    expect(brief(xml)).toEqual([
      "passed [products:T01.A2] > test | works",
      "failed [products:T01.A2] > inner > test | breaks: boom",
      "skipped test | alone",
    ]);
  });

  it("pytest, with an error in a fixture", () => {
    const xml = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="0" skipped="1" tests="3"><testcase classname="tests.test_price.TestPrice" name="test_reject[products:T01.A1]" time="0.001" /><testcase classname="tests.test_price" name="test_db" time="0.1"><error message="failed on setup with &quot;OSError&quot;">def db(): ...</error></testcase><testcase classname="tests.test_price" name="test_later" time="0"><skipped type="pytest.skip" message="later">x</skipped></testcase></testsuite></testsuites>`;
    expect(brief(xml)).toEqual([
      "passed pytest > tests.test_price.TestPrice | test_reject[products:T01.A1]",
      'failed pytest > tests.test_price | test_db: failed on setup with "OSError"',
      "skipped pytest > tests.test_price | test_later",
    ]);
  });

  it("jest, whose failures have no message of their own", () => {
    const xml = `<testsuites name="jest tests"><testsuite name="price" errors="0" failures="1" tests="1"><testcase classname="price rejects" name="price rejects" time="0.01" file="a.test.js"><failure>Error: expect(received).toBe(expected)
    at Object.&lt;anonymous&gt;</failure></testcase></testsuite></testsuites>`;
    expect(brief(xml)).toEqual([
      "failed price > price rejects | price rejects: Error: expect(received).toBe(expected)",
    ]);
  });

  it("a runner that knows one suite, prints HTML in CDATA and has names like members of objects", () => {
    const xml = `<testsuite name="constructor"><properties><property name="a" value="b"/></properties><testcase classname="__proto__" name="hasOwnProperty"><failure><![CDATA[<!DOCTYPE html><p>]]></failure><system-out><![CDATA[<testcase name="fake"/>]]></system-out></testcase></testsuite>`;
    expect(brief(xml)).toEqual(["failed constructor > __proto__ | hasOwnProperty: <!DOCTYPE html><p>"]);
  });

  it("an empty run", () => {
    expect(brief("<testsuites/>")).toEqual([]);
  });
});

it("A failed test hands on all that the report says of it, the most telling first", () => {
  const parsed =
    parseJUnit(`<testsuite><testcase name="t"><failure message="no tills are open at this hour+ 1- 2">Traceback
AssertionError: no tills are open at this hour
+ 1
- 2
</failure><system-out>asked till 3</system-out><system-err>no answer</system-err></testcase></testsuite>`);
  expect(parsed.ok && parsed.value[0]?.message).toBe(
    "AssertionError: no tills are open at this hour\n+ 1\n- 2\nTraceback\nno answer\nasked till 3",
  );
});

describe("a report is refused", () => {
  const refusal = (xml: string) => {
    const parsed = parseJUnit(xml);
    return parsed.ok ? "accepted" : parsed.failure;
  };

  it("with a document type, so that no entity can grow or read a file", () => {
    const bomb = `<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>`;
    expect(
      refusal(`<?xml version="1.0"?>${bomb}<testsuite name="&f;"><testcase name="&b;"/></testsuite>`),
    ).toBe("a document type declaration is refused");
  });

  it.each([
    "",
    "not xml",
    "<testsuite>",
    "<testsuite></testsuites>",
    "<testsuite><![CDATA[",
    "<a/><b/>",
    "{}",
  ])("when it is %j", (xml) => expect(refusal(xml)).not.toBe("accepted"));

  it("when it is another kind of document", () => {
    expect(refusal("<html><testcase name='x'/></html>")).toBe("the root is neither testsuites nor testsuite");
  });

  it("when suites are nested without end", () => {
    const deep = 100_000;
    expect(refusal("<testsuite>".repeat(deep) + "</testsuite>".repeat(deep))).not.toBe("accepted");
  });

  it("when comments or sections are opened a million times and never closed", () => {
    expect(refusal(`<testsuite>${"<!--".repeat(1_000_000)}</testsuite>`)).not.toBe("accepted");
    expect(refusal(`<testsuite>${"<![CDATA[".repeat(1_000_000)}</testsuite>`)).not.toBe("accepted");
  });

  it("in a short sentence, however long what could not be read is", () => {
    expect(refusal(`<testsuites>${"<".repeat(10_000)}`).length).toBeLessThan(300);
  });
});

it("What JUnit 5's launcher displays of a test is part of its name, and what else a test prints is not", () => {
  const printed = (text: string) =>
    brief(
      `<testsuite><testcase name="twice()"><system-out><![CDATA[\n${text}\n]]></system-out></testcase></testsuite>`,
    );
  expect(printed("unique-id: [engine:e]/[method:twice()]\ndisplay-name: [a:T01.A1] is twice")).toEqual([
    "passed  | twice() [a:T01.A1] is twice",
  ]);
  expect(printed("unique-id: [engine:e]/[method:twice()]\ndisplay-name: twice()")).toEqual([
    "passed  | twice()",
  ]);
  expect(printed("display-name: [a:T01.A1] is twice")).toEqual(["passed  | twice()"]);
});

it("Entities that are not XML's own stay as they are written", () => {
  expect(
    brief('<testsuite><testcase name="&nbsp;&#65;&#x42;&#99999999;&#1114112;&amp;lt;"/></testsuite>'),
  ).toEqual(["passed  | &nbsp;AB&#99999999;&#1114112;&lt;"]);
});
