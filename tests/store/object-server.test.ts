// Do all kinds of servers keep the contract of the port? The same suite for each, over real wires: a real nginx, and servers of
// our own that look at what they are given.

import { expect, test } from "vitest";
import { digestOfBytes } from "../../src/model/digest.ts";
import type { ObjectServer } from "../../src/store/sharing/object-server.ts";
import { openServer, REQUEST_LIMITS } from "../../src/store/sharing/open-store.ts";
import { NginxStore, NO_LISTING_NGINX, NO_NGINX } from "../rig/nginx-store.ts";
import { S3_KEYS, type StoreKind, TeamStore } from "../rig/team-store.ts";

interface Place extends AsyncDisposable {
  readonly url: string;
}

/** `lists`: whether such a server lists and removes. */
const KINDS: readonly (readonly [
  string,
  { open: () => Promise<Place>; lists: boolean; missing: string | null },
])[] = [
  ["plain http", { open: () => TeamStore.open("http"), lists: false, missing: null }],
  ["a cache of Bazel", { open: () => TeamStore.open("bazel"), lists: false, missing: null }],
  ["S3", { open: () => TeamStore.open("s3"), lists: true, missing: null }],
  ["nginx", { open: () => NginxStore.open(), lists: false, missing: NO_NGINX }],
  [
    "nginx that makes no folders",
    { open: () => NginxStore.open({ makesFolders: false }), lists: false, missing: NO_NGINX },
  ],
  [
    "nginx that lists",
    { open: () => NginxStore.open({ lists: true }), lists: true, missing: NO_LISTING_NGINX },
  ],
];

function serverAt({ url }: Pick<Place, "url">, limits = REQUEST_LIMITS): ObjectServer {
  const declaration = { url, write: "auto", place: { file: "projects.yaml", line: 1, column: 1 } } as const;
  return openServer(declaration, S3_KEYS, new AbortController().signal, limits);
}

const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
const blob = `cas/${digestOfBytes(bytes)}`;
const message = Buffer.from(
  JSON.stringify({ outputFiles: [{ path: "a", digest: { hash: digestOfBytes(bytes), sizeBytes: "6" } }] }),
);
const record = `ac/${digestOfBytes("a key")}`;

for (const [name, kind] of KINDS)
  test.skipIf(kind.missing !== null)(
    `${name} gives back what it was given, and says what it does not have`,
    async () => {
      await using place = await kind.open();
      const server = serverAt(place);
      expect(await server.get(blob)).toEqual({ ok: true, value: null });
      expect(await server.put(blob, bytes)).toEqual({ ok: true, value: undefined });
      expect(await server.put(record, message)).toEqual({ ok: true, value: undefined });
      // Once more: what is there is replaced.
      expect(await server.put(record, message)).toEqual({ ok: true, value: undefined });
      const [kept, said] = await Promise.all([server.get(blob), server.get(record)]);
      expect(kept.ok && Buffer.from(kept.value ?? []).equals(bytes)).toBe(true);
      expect(said.ok && JSON.parse(Buffer.from(said.value ?? []).toString())).toEqual(
        JSON.parse(String(message)),
      );
    },
  );

for (const [name, kind] of KINDS)
  test.skipIf(kind.missing !== null)(`${name} lists and removes, or says that it does not`, async () => {
    await using place = await kind.open();
    const server = serverAt(place);
    if (!kind.lists) {
      await server.put(`derived/${blob}`, bytes);
      expect(await server.list("derived/cas")).toEqual({ ok: true, value: null });
      return;
    }
    expect(await server.list("derived/cas")).toEqual({ ok: true, value: [] });
    const names = ["1", "2", "3"].map((text) => digestOfBytes(text)).sort();
    for (const name of names) await server.put(`derived/cas/${name}`, bytes);
    await server.put(blob, bytes);
    const listed = await server.list("derived/cas");
    if (!listed.ok || listed.value === null) throw new Error(JSON.stringify(listed));
    expect([...listed.value.map(({ path }) => path)].sort()).toEqual(
      names.map((name) => `derived/cas/${name}`),
    );
    expect(listed.value.map((one) => [one.bytes, Math.abs(one.at - Date.now()) < 60_000])).toEqual(
      names.map(() => [6, true]),
    );
    const [first = "", ...others] = names.map((name) => `derived/cas/${name}`);
    expect(await server.remove(first)).toEqual({ ok: true, value: undefined });
    expect(await server.remove(first)).toEqual({ ok: true, value: undefined });
    const left = await server.list("derived/cas");
    expect(left.ok && left.value?.map(({ path }) => path).sort()).toEqual(others);
    expect((await server.get(blob)).ok && (await server.get(first))).toEqual({ ok: true, value: null });
  });

test("a server that knows no lists is not taken for an empty one", async () => {
  await using place = await TeamStore.open();
  const server = serverAt(place);
  place.trouble = (method) => (method === "PROPFIND" ? { status: 404 } : null);
  expect(await server.list("derived/cas")).toEqual({ ok: true, value: null });
});

const OWN: readonly StoreKind[] = ["http", "s3"];

test.each(OWN)(
  "a server of %s that fails is a fault with its cause, and none is waited for without end",
  async (kind) => {
    await using place = await TeamStore.open(kind);
    const server = serverAt(place, { headMs: 300, wholeMs: 600, bytes: 1000 });
    await server.put(blob, bytes);
    const faultOf = async (trouble: ReturnType<TeamStore["trouble"]>) => {
      place.trouble = () => trouble;
      const got = await server.get(blob);
      return got.ok ? got.value : got.failure.detail;
    };
    expect(await faultOf({ status: 500 })).toBe("answered GET with 500");
    expect(await faultOf({ status: 302 })).toBe("answered GET with 302, which leads elsewhere");
    expect(await faultOf({ status: 403 })).toBe("answered GET with 403: it does not let us in");
    expect(await faultOf({ silent: true })).toBe("did not answer within 0.3s");
    expect(await faultOf({ cut: true })).toMatch(/^cannot be reached: /);
    expect(await faultOf({ bytes: "x".repeat(1001) })).toBe("sends more than 1000 bytes");
    place.trouble = () => ({ status: 507 });
    expect(await server.put(blob, bytes)).toEqual({
      ok: false,
      failure: { detail: "answered PUT with 507: it is full" },
    });
    await place[Symbol.asyncDispose]();
    expect(await faultOf(null)).toMatch(/^cannot be reached: .*ECONNREFUSED/);
  },
);

test("a wrong secret is told with the word of the server", async () => {
  await using place = await TeamStore.open("s3");
  const declaration = { url: place.url, write: "auto", place: { file: "a", line: 1, column: 1 } } as const;
  const wrong = { ...S3_KEYS, AWS_SECRET_ACCESS_KEY: "another" };
  const server = openServer(declaration, wrong, new AbortController().signal);
  expect(await server.get(blob)).toEqual({
    ok: false,
    failure: { detail: "answered GET with 403 SignatureDoesNotMatch: it does not let us in" },
  });
});

test("without its keys a server is asked nothing, and says which they are", async () => {
  const place = { file: "projects.yaml", line: 1, column: 1 };
  const never = new AbortController().signal;
  const bucket = openServer({ url: "s3://bucket", write: "auto", place }, {}, never);
  expect(await bucket.get(blob)).toMatchObject({
    failure: { detail: expect.stringContaining("AWS_ACCESS_KEY_ID") },
  });
  const headers = { Authorization: "Bearer $TEAM_TOKEN" };
  const server = openServer({ url: "http://host", write: "auto", headers, place }, {}, never);
  expect(await server.put(blob, bytes)).toMatchObject({
    failure: { detail: expect.stringContaining("TEAM_TOKEN, which is not set") },
  });
});
