// Which hosts does a list let a program reach?

import { expect, test } from "vitest";
import { allowsHost, HOST_RULE } from "../../src/model/network.ts";

const LIST = ["Registry.example.com", "*.example.org:8443", "[::1]:80", "10.0.0.1"];

test.each([
  ["registry.example.com", 443, true],
  ["REGISTRY.EXAMPLE.COM.", 8080, true],
  ["registry.example.com.evil.test", 443, false],
  ["a.example.org", 8443, true],
  ["a.example.org", 443, false],
  ["example.org", 8443, false],
  ["evilexample.org", 8443, false],
  ["[::1]", 80, true],
  ["::1", 81, false],
  ["10.0.0.1", 1, true],
  ["10.0.0.10", 1, false],
  ["167772161", 1, false],
])("%s:%d is reached: %s", (host, port, isAllowed) => {
  expect(allowsHost(LIST, host, port)).toBe(isAllowed);
});

test.each(["*", "a/b", "https://a", "::1", "a..b", "a b", "*.*.a", ""])("%j is no host", (text) => {
  expect(HOST_RULE.test(text)).toBe(false);
});
