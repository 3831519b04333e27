// What does the setup of a repository see of a tree, and is an install the one that it would make of that? It sees all of
// it, but of manifests that a package manager reads only what can change an install. Read once per tree.

import { installFace } from "../../gates/install-manifest.ts";
import { fitsInputs } from "../../gates/setup-inputs.ts";
import { type Digest, digestOf } from "../../model/digest.ts";
import { type Result, success } from "../../model/result.ts";
import type { SlotRecord } from "../../model/slot.ts";
import type { Oid, Tree } from "../../model/tree.ts";
import type { RepositoryState } from "../projects/repository-state.ts";

const FACES = new WeakMap<Tree, Promise<Result<Tree>>>();

/** The tree, with stand-ins for the ids of such manifests: for comparing, and for nothing else. */
export function faceOf(home: RepositoryState, tree: Tree): Promise<Result<Tree>> {
  const known = FACES.get(tree);
  if (known !== undefined) return known;
  const face = lookAt(home, tree);
  FACES.set(tree, face);
  return face;
}

async function lookAt(home: RepositoryState, tree: Tree): Promise<Result<Tree>> {
  const { setup } = home;
  const paths = [...tree].flatMap(([path, { mode }]) =>
    /(?:^|\/)package\.json$/.test(path) && mode.startsWith("100") ? [path] : [],
  );
  if (setup === null || paths.length === 0) return success(tree);
  const oids = paths.map((path) => tree.get(path)?.oid as Oid);
  const contents = await home.contents.ofAll(oids);
  if (!contents.ok) return contents;
  const face = new Map(tree);
  for (const [index, path] of paths.entries()) {
    const text = Buffer.from(contents.value[index] as Uint8Array).toString("utf8");
    face.set(path, { mode: "100644", oid: installFace(setup, path, oids[index] as Oid, text) });
  }
  return success(face);
}

/** All that decides about an install and is in no tree. */
export function commandOf({ setup, env }: RepositoryState): Digest {
  return digestOf("setup/2", [
    ...[setup, [...env].sort()],
    process.versions.node,
    process.platform,
    process.arch,
  ]);
}

/** Whether a slot has the install that a tree asks for. */
export function fits({ setup }: SlotRecord, home: RepositoryState, tree: Tree): boolean {
  if (home.setup === null) return setup === null;
  return setup !== null && setup.command === commandOf(home) && fitsInputs(setup.inputs, setup.passed, tree);
}
