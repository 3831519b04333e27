// Through which proxy does a request leave, if any, and whose certificates are trusted? As the variables say that curl and
// others read. It opens no connection.

import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { failed, type Result, success } from "../model/result.ts";
import { systemCode } from "./file-failure.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

export interface ChosenProxy {
  readonly url: URL;
  /** The variable that names it. */
  readonly variable: string;
}

/** A variable whose value is of no use, in words without the value, which may hold a password. */
export interface WrongVariable {
  readonly variable: string;
  readonly detail: string;
}

/** Nothing was sent, because a variable of the environment is of no use. */
export class WrongNetwork extends Error {
  constructor({ detail }: WrongVariable) {
    super(detail);
  }
}

/** Null: straight there. This machine is never asked through another one. */
export function proxyFor(
  { protocol, hostname, port }: URL,
  variables: Variables,
): Result<ChosenProxy | null, WrongVariable> {
  const scheme = protocol.slice(0, -1);
  const name = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, "all_proxy", "ALL_PROXY"].find((one) =>
    variables[one]?.trim(),
  );
  if (name === undefined) return success(null);
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const isException = exceptionsIn(variables).some((one) =>
    covers(one, host, port || (scheme === "https" ? "443" : "80")),
  );
  if (isLoopback(host) || isException) return success(null);
  const value = variables[name]?.trim() ?? "";
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text)) return failed({ variable: name, detail: `${name} holds no address of a proxy` });
  const url = new URL(text);
  if (url.protocol === "http:" || url.protocol === "https:") return success({ url, variable: name });
  const kind = url.protocol.slice(0, -1);
  const other = kind.startsWith("socks") ? "; most programs with a SOCKS port have an http port, too" : "";
  const detail = `${name} names a proxy of the kind ${kind}, and only http and https proxies are supported${other}`;
  return failed({ variable: name, detail });
}

/** For people: what an address of a proxy may hold of a secret stays out. */
export function shownProxy({ url, variable }: ChosenProxy): string {
  return `the proxy ${url.origin} (${variable})`;
}

/** What `Proxy-Authorization` says; null where the address names nobody. */
export function proxyToken({ url: { username, password } }: ChosenProxy): string | null {
  if (username === "" && password === "") return null;
  const words = `${plain(username)}:${plain(password)}`;
  return `Basic ${Buffer.from(words).toString("base64")}`;
}

/**
 * All that is trusted; null: what Node trusts by itself, NODE_EXTRA_CA_CERTS with it. Whoever names certificates of their
 * own takes those of Node away, so these are named, too.
 */
export function trusted(variables: Variables): Result<readonly string[] | null, WrongVariable> {
  const file = variables.SSL_CERT_FILE?.trim();
  if (!file) return success(null);
  const own = certificatesIn("SSL_CERT_FILE", file);
  if (!own.ok) return own;
  const extra = variables.NODE_EXTRA_CA_CERTS?.trim();
  const more = extra ? certificatesIn("NODE_EXTRA_CA_CERTS", extra) : success<readonly string[]>([]);
  return more.ok ? success([...rootCertificates, ...own.value, ...more.value]) : more;
}

/** What TLS does not accept of a server's certificate. */
const NOT_TRUSTED =
  /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_(UNTRUSTED|REJECTED|HAS_EXPIRED|NOT_YET_VALID|SIGNATURE_FAILURE|REVOKED)|INVALID_(CA|PURPOSE)|PATH_LENGTH|ALTNAME_INVALID/;
/** Of these, what one more authority would not change. */
const FOR_ITS_KEEPER = /CERT_(HAS_EXPIRED|NOT_YET_VALID|REVOKED)|ALTNAME_INVALID/;

/** Whether the code of an error says so of a server's certificate. */
export function isNotTrusted(code: unknown): boolean {
  return NOT_TRUSTED.test(String(code));
}

/** What is wrong with a server's certificate and who mends it, in words that follow the server's address; null: nothing is. */
export function certificateFault(error: {
  readonly message?: string;
  readonly code?: unknown;
}): string | null {
  const code = String(error.code);
  if (!isNotTrusted(code)) return null;
  const told = `has a certificate that is not trusted: ${error.message ?? ""} (${code})`;
  return FOR_ITS_KEEPER.test(code)
    ? `${told}; that is for whoever runs the server to mend`
    : `${told}; NODE_EXTRA_CA_CERTS or SSL_CERT_FILE must name a file with the certificate of whoever signed it, in PEM`;
}

function certificatesIn(variable: string, file: string): Result<readonly string[], WrongVariable> {
  try {
    const found = readFileSync(file, "utf8").match(
      /-----BEGIN (TRUSTED )?CERTIFICATE-----[^-]+-----END \1?CERTIFICATE-----/g,
    );
    if (found !== null) return success(found);
    return failed({ variable, detail: `${variable} names ${file}, which holds no certificate in PEM` });
  } catch (error) {
    return failed({
      variable,
      detail: `${variable} names ${file}, which cannot be read (${systemCode(error)})`,
    });
  }
}

function exceptionsIn(variables: Variables): readonly string[] {
  return (variables.no_proxy || variables.NO_PROXY || "")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((one) => one !== "");
}

/** `*`, `name`, `.name`, `*.name`, each with or without a port; an address, or a range of them (`10.0.0.0/8`). */
function covers(exception: string, host: string, port: string): boolean {
  if (exception === "*") return true;
  const [, address = "", bits] = /^\[?([0-9a-f.:]+)\]?\/(\d+)$/.exec(exception) ?? [];
  if (bits !== undefined) return isWithin(host, address, Number(bits));
  if (isIP(exception) > 0) return exception === host;
  const [, name = exception, only] = /^(.*?):(\d+)$/.exec(exception) ?? [];
  if (only !== undefined && only !== port) return false;
  const bare = name.replace(/^\[|\]$/g, "").replace(/^\*?\./, "");
  return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`));
}

function isWithin(host: string, address: string, bits: number): boolean {
  const family = isIP(host);
  if (family === 0 || family !== isIP(address) || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(address, bits, type);
  return list.check(host, type);
}

function isLoopback(host: string): boolean {
  return (
    host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host)
  );
}

/** As it was before it was encoded for an address; as it is where nobody encoded it. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
