// How does a test share its work through a server that teams really run? Debian's nginx with its module for WebDAV, in a folder
// of its own, on loopback, ended with the test.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./authority.ts";
import { freePort, listens } from "./free-port.ts";
import type { Machine } from "./wires.ts";

const PROGRAM = "/usr/sbin/nginx";
const LISTS = "/usr/lib/nginx/modules/ngx_http_dav_ext_module.so";

/** Why it cannot be tried here; null where it can. */
export const NO_NGINX = existsSync(PROGRAM) ? null : "no nginx";
export const NO_LISTING_NGINX = NO_NGINX ?? (existsSync(LISTS) ? null : "nginx has no module that lists");

export interface NginxOptions {
  /** Whether a PUT makes the folders above it. */
  readonly makesFolders?: boolean;
  /** Whether it takes PROPFIND. */
  readonly lists?: boolean;
  /** Largest body. */
  readonly most?: string;
  /** With it, https alone is spoken. */
  readonly certificate?: Certificate;
  /** Where it runs; default: here, on loopback. */
  readonly machine?: Machine;
}

export class NginxStore implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#child = child;
  }

  static async open({
    makesFolders = true,
    lists = false,
    most = "64m",
    certificate,
    machine,
  }: NginxOptions = {}): Promise<NginxStore> {
    const folder = mkdtempSync(join(tmpdir(), "factory-nginx-"));
    mkdirSync(join(folder, "kept", "team"), { recursive: true });
    const port = await freePort();
    const address = machine?.address ?? "127.0.0.1";
    const socket = join(folder, "socket");
    const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const conf = `
${lists ? `load_module ${LISTS};` : ""}
daemon off; master_process off; worker_processes 1;
pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off; ${temp.join(" ")}
  server {
    listen unix:${socket};
    listen ${address}:${port}${certificate === undefined ? "" : " ssl"};
    ${certificate === undefined ? "" : `ssl_certificate ${certificate.certificate}; ssl_certificate_key ${certificate.key};`}
    client_max_body_size ${most};
    location / {
      root ${folder}/kept;
      dav_methods PUT DELETE MKCOL;
      create_full_put_path ${makesFolders ? "on" : "off"};
      ${lists ? "dav_ext_methods PROPFIND OPTIONS;" : ""}
    }
  }
}
`;
    writeFileSync(join(folder, "nginx.conf"), conf);
    const command = [PROGRAM, "-c", join(folder, "nginx.conf"), "-p", folder];
    const [program, ...args] = [...(machine?.inside ?? []), ...command] as [string, ...string[]];
    const child = spawn(program, args, { stdio: "ignore" });
    const url = `${certificate === undefined ? "http" : "https"}://${address}:${port}/team`;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
      if (await listens(socket)) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return new NginxStore(url, folder, child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
