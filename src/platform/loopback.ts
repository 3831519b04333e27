// Who may talk to a server of ours on this machine? Those who use its own address, and come from no other page: a name that
// was made to mean this address is not ours, and neither is a page of somebody else in the same browser.

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Result, success } from "../model/result.ts";
import { fileFailure } from "./file-failure.ts";

export const LOOPBACK = "127.0.0.1";

/** `port` 0: any that is free. Fails with `io` where it is not. */
export function listen(server: Server, { host, port }: Address): Promise<Result<Address>> {
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(fileFailure(`${host}:${port}`, "listen", error)));
    server.listen(port, host, () => resolve(success({ host, port: (server.address() as AddressInfo).port })));
  });
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export function isOwn({ host, origin }: IncomingHttpHeaders, address: Address): boolean {
  const names = address.host === LOOPBACK ? [LOOPBACK, "localhost"] : [address.host];
  const own = names.map((name) => `${name.includes(":") ? `[${name}]` : name}:${address.port}`);
  return own.includes(host ?? "") && (origin === undefined || own.some((one) => origin === `http://${one}`));
}

/** In a time that tells nothing of how much was right. */
export function isSecret(given: string | undefined, secret: string): boolean {
  return given !== undefined && timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
