// How do machines of a fleet reach each other? By one Redis: BullMQ's queues on it, and a few keys beside them that go by
// themselves. Nobody trusts what comes from there; whoever reads it looks at its shape. Loaded only where a fleet is asked for.
//
//   a fleet    machines of one version of the factory, platform, processor and major version of Node: others share no key with it
//   a lane     a queue of orders for the same install; one more for each worker, for what it alone is to do
//   an order   what one machine asks of another; whoever asks renews a key of it, and an order without one is left undone

import { type Queue, Queue as QueueOf } from "bullmq";
import { Redis } from "ioredis";
import { type FleetDeclaration, fleetAddress, fleetVariables } from "../model/fleet-declaration.ts";
import { failed, type Result, success } from "../model/result.ts";
import { certificateFault, trusted } from "../platform/network-route.ts";

/** Why the fleet did not do it, in words that follow its address. Without secrets. */
export interface FleetFault {
  readonly detail: string;
}

export interface FleetOrder {
  readonly id: string;
  readonly lane: string;
  /** What is asked for, as its two ends understand it. */
  readonly body: string;
  /** On which channel news of it are told. */
  readonly reply: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

export interface FleetPlace {
  readonly declaration: Pick<FleetDeclaration, "url">;
  readonly variables: Variables;
  /** Of the product. */
  readonly version: string;
}

const CONNECT_MS = 5000;
const COMMAND_MS = 5000;
/** Silence after a question until a connection is given up: where packets are swallowed, nobody says that it is dead. */
const SILENCE_MS = 5000;
/** Between two questions on a connection that otherwise only listens. */
const PING_MS = 5000;
/** Between two tries to reach it again, at most. */
const RETRY_MS = 1000;

/** All that two machines must have in common before one works for the other. */
function fleetName(version: string): string {
  const major = process.versions.node.split(".")[0];
  return `factory-${version}-${process.platform}-${process.arch}-node${major}`;
}

export class FleetLink {
  /** Name of the fleet, with which the names of all its keys begin. */
  readonly name: string;
  readonly redis: Redis;
  readonly #line: Line;
  readonly #queues = new Map<string, Queue>();

  private constructor(name: string, line: Line, redis: Redis) {
    this.name = name;
    this.#line = line;
    this.redis = redis;
  }

  static async open({ declaration, variables, version }: FleetPlace): Promise<Result<FleetLink, FleetFault>> {
    const missing = fleetVariables(declaration).find((name) => !variables[name]?.trim());
    if (missing !== undefined) return failed({ detail: `names the variable ${missing}, which is not set` });
    const authorities = trusted(variables);
    if (!authorities.ok) return failed({ detail: `cannot be reached: ${authorities.failure.detail}` });
    const line: Line = { address: fleetAddress(declaration, variables), authorities: authorities.value };
    // A command that cannot be sent is told at once to whoever gave it.
    const redis = connection(line, { maxRetriesPerRequest: 0, commandTimeout: COMMAND_MS });
    // A command says only that its connection is closed: why, the connection itself says.
    let trouble: unknown = null;
    redis.on("error", (error) => {
      trouble ??= error;
    });
    try {
      await redis.connect();
      await redis.ping();
      // Such as a database that is not there: commands would go to another one.
      if (trouble !== null) throw trouble;
      return success(new FleetLink(fleetName(version), line, redis));
    } catch (error) {
      redis.disconnect();
      return failed({ detail: faultOf(trouble ?? error, line) });
    }
  }

  /** A further connection, for what blocks one. */
  another(): Redis {
    return connection(this.#line, { maxRetriesPerRequest: null });
  }

  /** Listens to a channel, and goes on after each break; what is told meanwhile is not heard. */
  listen(channel: string, hear: (message: string) => void): { readonly end: () => void } {
    const redis = this.another();
    redis.on("message", (_, message: string) => hear(message));
    void redis.subscribe(channel).catch(() => {});
    const pinging = setInterval(() => {
      if (redis.status === "ready") void redis.ping().catch(() => {});
    }, PING_MS);
    return {
      end: () => {
        clearInterval(pinging);
        redis.disconnect();
      },
    };
  }

  key(...parts: readonly string[]): string {
    return [this.name, ...parts].join(":");
  }

  queueName(lane: string): string {
    return `${this.name}-${lane}`;
  }

  queue(lane: string): Queue {
    const known = this.#queues.get(lane);
    if (known !== undefined) return known;
    const queue = new QueueOf(this.queueName(lane), { connection: this.redis });
    // What fails is told to whoever asked.
    queue.on("error", () => {});
    this.#queues.set(lane, queue);
    return queue;
  }

  /** Lanes in which orders lay of late. */
  lanes(): Promise<readonly string[]> {
    return this.redis.zrange(this.key("lanes"), "0", "-1");
  }

  /** How many orders no worker has begun. Rejects as the connection does. */
  async waiting(): Promise<number> {
    const counts = await Promise.all((await this.lanes()).map((lane) => this.queue(lane).count()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close().catch(() => {})));
    this.redis.disconnect();
  }
}

interface Line {
  readonly address: string;
  /** Whose certificates are trusted; null: as Node does. */
  readonly authorities: readonly string[] | null;
}

function connection(
  { address, authorities }: Line,
  limits: { readonly maxRetriesPerRequest: number | null; readonly commandTimeout?: number },
): Redis {
  const redis = new Redis(address, {
    ...limits,
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: (times) => Math.min(times * 100, RETRY_MS),
    ...(authorities === null || !/^rediss:/i.test(address) ? {} : { tls: { ca: [...authorities] } }),
  });
  // Each command says itself what became of it.
  redis.on("error", () => {});
  return redis;
}

/** Why nobody can work with a Redis, in words that follow its address. */
function faultOf(error: unknown, line: Line): string {
  const { message = "" } = (error ?? {}) as { readonly message?: string };
  const certificate = certificateFault(
    (error ?? {}) as { readonly message?: string; readonly code?: unknown },
  );
  if (certificate !== null) return certificate;
  if (message.startsWith("WRONGPASS")) return "refuses the name or the password of its address";
  if (message.startsWith("NOAUTH")) return "asks for a password, and its address names none";
  if (message.startsWith("NOPERM")) return `does not let this user work there: ${causeOf(error)}`;
  if (/certificate required|handshake failure/i.test(message))
    return "asks its clients for a certificate, and the factory has none: say `tls-auth-clients no` there";
  return `cannot be reached: ${causeOf(error)}${perhaps(message, line)}`;
}

/** One that speaks TLS and one that does not are only silent to each other, or hang up. */
function perhaps(message: string, { address }: Line): string {
  if (/^rediss:/i.test(address))
    return message.includes("ETIMEDOUT") ? "; one that speaks no TLS says nothing to `rediss://`" : "";
  return message.includes("ECONNRESET") ? "; one that speaks TLS hangs up on `redis://`" : "";
}

/** In its own words, which hold no address. */
export function causeOf(error: unknown): string {
  const { message = String(error), code } = (error ?? {}) as {
    readonly message?: string;
    readonly code?: unknown;
  };
  const text = message === "" ? String(code ?? "no answer") : message;
  return text.split("\n")[0] as string;
}
