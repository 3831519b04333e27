// Which files does a tool write, so that nobody reads them line by line? Told by the names that tools share: a word inside
// a file could be put there by whoever wants it not to be read.

const LOCKFILE =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|deno\.lock|[^/]+\.lock|go\.sum|gradle\.lockfile|packages\.lock\.json|Package\.resolved|conda-lock\.ya?ml|\.terraform\.lock\.hcl)$/;
const MADE =
  /\.min\.(?:js|css)$|\.(?:map|snap|lcov)$|\.(?:generated|gen|g)\.\w+$|\.pb\.(?:go|cc|h|ts|js)$|_pb2(?:_grpc)?\.pyi?$|\.designer\.cs$|(?:^|\/)[^/]*-snapshots?\/|(?:^|\/)__snapshots__\//i;
const FOLDER = /(?:^|\/)(?:dist|vendor|vendored|third[_-]party|node_modules|generated|__generated__)\//i;

export function isGeneratedPath(path: string): boolean {
  return LOCKFILE.test(path) || MADE.test(path) || FOLDER.test(path);
}
