// Who signs certificates in a test? An authority of its own, made by openssl, which no machine trusts by itself.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Paths of files in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** Of whoever signed it. */
  readonly authority: string;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export class Authority implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "factory-authority-"));
  /** What those need who are to trust it. */
  readonly certificate = this.#path("authority.pem");

  constructor() {
    const subject = ["-subj", "/CN=Authority of the test", "-days", "2"];
    const files = ["-keyout", this.#path("authority.key"), "-out", this.certificate];
    this.#openssl("req", "-x509", ...KEY, ...subject, ...files);
  }

  /** `name`: as openssl writes who a server is, such as `IP:127.0.0.1`. */
  signs(name: string): Certificate {
    const file = name.replaceAll(":", "-");
    const [key, request, more, certificate] = ["key", "csr", "ext", "pem"].map((end) =>
      this.#path(`${file}.${end}`),
    ) as [string, string, string, string];
    this.#openssl("req", ...KEY, "-subj", "/CN=server", "-keyout", key, "-out", request);
    writeFileSync(more, `subjectAltName=${name}\n`);
    const by = ["-CA", this.certificate, "-CAkey", this.#path("authority.key"), "-CAcreateserial"];
    this.#openssl("x509", "-req", "-in", request, ...by, "-days", "2", "-extfile", more, "-out", certificate);
    return { certificate, key, authority: this.certificate };
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { stdio: "pipe" });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
