// What may a program of others reach by the network?

/** `true`: what the machine reaches. `false`: nobody. Else the hosts of a list, each as it is written, by a proxy of ours. */
export type Network = boolean | readonly string[];

/** `name` or `*.name`, which is every name below it and not that itself; an address; each with or without a port. */
export const HOST_RULE = /^(?:(?:\*\.)?[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

export function allowsHost(hosts: readonly string[], host: string, port: number): boolean {
  const asked = bare(host);
  return hosts.some((written) => {
    const [, name = written, only] = /^(.+?)(?::(\d+))?$/.exec(written.toLowerCase()) ?? [];
    if (only !== undefined && Number(only) !== port) return false;
    return name.startsWith("*.") ? asked.endsWith(name.slice(1)) : asked === bare(name);
  });
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}
