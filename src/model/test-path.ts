// Which files are tests? Told by the names that test frameworks share.

const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e)\/|[._-](?:test|spec)s?\.\w+$|(?:^|\/)test_[^/]*\.py$|Tests?\.(?:java|kt|cs|swift)$/;

export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path);
}
