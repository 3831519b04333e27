// Does a profile of Seatbelt say what a child reaches, and nothing else, whatever the names of folders? Its text alone: whether
// macOS holds a child to it is what the probe looks at, there.

import { expect, test } from "vitest";
import { quotedPath, type SeatbeltPlace, seatbeltProfile } from "../../src/platform/seatbelt.ts";

type Form = string | readonly Form[];

/** The forms of a profile, as its reader takes them apart: brackets, words, and strings with two marks of their own. */
function formsOf(profile: string): readonly Form[] {
  const words = profile.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/gs) ?? [];
  expect(profile.replace(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/gs, "").trim()).toBe("");
  const open: Form[][] = [[]];
  for (const word of words) {
    if (word === "(") open.push([]);
    else if (word === ")") {
      const form = open.pop() as Form[];
      expect(open.length).toBeGreaterThan(0);
      open.at(-1)?.push(form);
    } else open.at(-1)?.push(word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/gs, "$1") : word);
  }
  expect(open).toHaveLength(1);
  return open[0] as Form[];
}

const contains = (folder: string, path: string) => path === folder || path.startsWith(`${folder}/`);

/** What the last rule says of it that fits, as the system reads a profile. */
function may(profile: string, operation: string, path: string): boolean {
  let allowed = false;
  for (const form of formsOf(profile)) {
    const [action, ...rest] = form as readonly Form[];
    if (action !== "allow" && action !== "deny") continue;
    const named = rest.filter((each) => typeof each === "string");
    const filters = rest.filter((each) => typeof each !== "string") as readonly (readonly string[])[];
    const isMeant = named.some(
      (name) =>
        name === "default" ||
        (name.endsWith("*") ? operation.startsWith(name.slice(0, -1)) : operation === name),
    );
    const fits =
      filters.length === 0 ||
      filters.some(([kind, value = ""]) =>
        kind === "literal" ? value === path : kind === "subpath" && contains(value, path),
      );
    if (isMeant && fits) allowed = action === "allow";
  }
  return allowed;
}

const SLOT = '/Users/pat/my work/a "b" (c) \\d/.factory/slots/1';
const PLACES: readonly SeatbeltPlace[] = [
  { path: "/Users", how: "hide" },
  { path: "/Users/pat/.nvm", how: "read" },
  { path: '/Users/pat/my work/a "b" (c) \\d', how: "hide" },
  { path: SLOT, how: "write" },
  { path: `${SLOT}/node_modules`, how: "read" },
];

test("a child reads the system, writes its slot, and finds nothing of the home, the store and other slots", () => {
  const profile = seatbeltProfile({ places: PLACES, network: false });
  const root = SLOT.slice(0, SLOT.indexOf("/.factory"));
  for (const path of ["/usr/bin/git", "/Users/pat/.nvm/node", `${SLOT}/src/a.ts`, `${SLOT}/node_modules/a`])
    expect([path, may(profile, "file-read-data", path)]).toEqual([path, true]);
  for (const path of [
    "/Users/pat/.ssh/id",
    `${root}/projects.yaml`,
    `${root}/.factory/store/x`,
    `${root}/.factory/slots/2/a`,
  ])
    expect([path, may(profile, "file-read-data", path)]).toEqual([path, false]);
  for (const path of [`${SLOT}/src/a.ts`, "/dev/null"])
    expect([path, may(profile, "file-write-create", path)]).toEqual([path, true]);
  for (const path of [
    "/usr/bin/git",
    "/Users/pat/.nvm/node",
    "/etc/hosts",
    `${root}/a`,
    `${SLOT}/node_modules/a`,
    `${SLOT}0/a`,
  ])
    expect([path, may(profile, "file-write-create", path)]).toEqual([path, false]);
  // Its own path can be followed, and what lies beside it is not told.
  expect(may(profile, "file-read-metadata", root)).toBe(true);
  expect(may(profile, "file-read-data", root)).toBe(false);
  expect(may(profile, "file-read-metadata", `${root}/projects.yaml`)).toBe(false);
});

test("a profile denies what it does not name", () => {
  const forms = formsOf(seatbeltProfile({ places: [], network: false }));
  expect(forms.slice(0, 2)).toEqual([
    ["version", "1"],
    ["deny", "default"],
  ]);
  for (const operation of [
    "network-outbound",
    "mach-register",
    "appleevent-send",
    "file-write-data",
    "iokit-open",
  ])
    expect([operation, may(seatbeltProfile({ places: [], network: false }), operation, "/x")]).toEqual([
      operation,
      false,
    ]);
});

test("the network is nobody, everybody, or one port of the loopback", () => {
  const of = (network: boolean | { port: number }) => seatbeltProfile({ places: [], network });
  expect(of(false)).not.toContain("network");
  expect(formsOf(of(true))).toContainEqual(["allow", "network*"]);
  const forms = formsOf(of({ port: 4711 })).filter((form) => JSON.stringify(form).includes("network"));
  expect(forms).toEqual([["allow", "network-outbound", ["remote", "ip", "localhost:4711"]]]);
});

test.each([
  '/a "quoted" name',
  "/a (b",
  "/a ) (allow default)",
  '/a") (allow default) (literal "/b',
  "/back\\slash",
  "/ends in \\",
  '/\\"',
  "/line\nbreak",
  "/naïve/漢字",
  "/#|comment|# ; x",
])("the path %j stands for itself and ends nothing", (path) => {
  const profile = seatbeltProfile({ places: [{ path, how: "write" }], network: false });
  expect(formsOf(profile)).toContainEqual(["allow", "file-read*", "file-write*", ["subpath", path]]);
  expect(formsOf(profile)).not.toContainEqual(["allow", "default"]);
  expect(JSON.parse(quotedPath(path).replaceAll("\n", "\\n"))).toBe(path);
});
