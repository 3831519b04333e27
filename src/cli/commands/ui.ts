// `factory ui`: a dashboard in the browser, until it is interrupted.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { LOOPBACK } from "../../platform/loopback.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root, packageRoot, writer } = invocation;
  if (!existsSync(join(root, "projects.yaml")))
    return invocation.refuse({
      reason: "usage",
      message: `there is no projects.yaml in ${root}`,
      fix: "Run `factory init` there, or name the workspace with -C DIR.",
    });
  const interrupt = new AbortController();
  const away = invocation.onInterrupt(interrupt);
  try {
    const { serveDashboard } = await import("../../dashboard/dashboard-server.ts");
    const address = { host: invocation.text("host") ?? LOOPBACK, port: invocation.number("port") ?? 0 };
    const served = await serveDashboard({ root, packageRoot, writer }, address);
    if (!served.ok) return invocation.refuse(served.failure);
    const { link } = served.value;
    if (invocation.json) invocation.printJsonLine({ schema: 1, link });
    else invocation.print([`open ${link}`, "The link works once. Ctrl-C ends the dashboard."]);
    const { signal } = interrupt;
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await served.value.close();
    return EXIT.interrupted;
  } finally {
    away();
  }
}
