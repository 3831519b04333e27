// Where does a workspace share what was paid for, and can that be its address? No file may hold the key to it.

import type { StoreDeclaration } from "../../model/store-declaration.ts";
import type { Findings } from "../findings/findings.ts";
import type { WorkspaceShape } from "../schema/schema.ts";
import type { Places } from "../yaml/yaml.ts";

type StoreShape = NonNullable<WorkspaceShape["store"]>;

/** What stands behind `?` of an address of S3. */
const SETTINGS = new Set(["endpoint", "region"]);

export function storeOf(
  shape: WorkspaceShape,
  { places, findings }: { readonly places: Places; readonly findings: Findings },
): { readonly store?: StoreDeclaration } {
  const { store } = shape;
  if (store === undefined) return {};
  const place = places.of(shape, "store") ?? places.root;
  const subject = { target: null, place: places.of(store, "url") ?? place };
  const fault = faultOf(store);
  if (fault !== null) findings.error("store-address", subject, fault);
  const { url, write = "auto", headers } = store;
  return { store: { url, write, ...(headers === undefined ? {} : { headers }), place } };
}

function faultOf({ url, headers }: StoreShape): { readonly message: string; readonly fix: string } | null {
  const isS3 = url.startsWith("s3:");
  if (!URL.canParse(url))
    return {
      message: "The url of the store is no address.",
      fix: "Write http://host/path or s3://bucket/prefix.",
    };
  const parsed = new URL(url);
  if (parsed.username !== "" || parsed.password !== "")
    return {
      message: "The url of the store holds a name or a password.",
      fix: isS3
        ? "Take it out; keys are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        : 'Take it out, and write headers: {Authorization: "Basic $NAME"} with a variable of the environment.',
    };
  const settings = [...parsed.searchParams.keys()];
  const unknown = isS3 ? settings.find((name) => !SETTINGS.has(name)) : settings[0];
  if (unknown !== undefined)
    return {
      message: `The url of the store has the setting ${unknown}, which no store of its kind has.`,
      fix: isS3 ? "Settings are endpoint and region." : "Take out all that stands from `?` on.",
    };
  const endpoint = parsed.searchParams.get("endpoint");
  if (endpoint !== null && !(URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)))
    return {
      message: `The endpoint ${endpoint} is no http or https address.`,
      fix: "Write endpoint=https://host.",
    };
  if (isS3 && headers !== undefined)
    return {
      message: "A store of S3 takes no headers of yours: each request is signed.",
      fix: "Take headers out.",
    };
  return null;
}
