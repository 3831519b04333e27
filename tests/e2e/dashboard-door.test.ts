// Who gets to see the dashboard, and what does it give them? The one browser that came by the link; and what a command
// tells.

import { request } from "node:http";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { serveDashboard } from "../rig/page-visitor.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

function send(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | null = null,
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: body === null ? "GET" : "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on("error", reject);
    sent.end(body ?? undefined);
  });
}

/** All that is heard on the wire of events from now on. */
function listen(origin: string, cookie: string) {
  const heard: { event: string; data: Record<string, unknown> }[] = [];
  const listening = request(`${origin}/api/live`, { headers: { cookie } }, (response) => {
    response.setEncoding("utf8");
    let text = "";
    response.on("data", (chunk: string) => {
      text += chunk;
      const messages = text.split("\n\n");
      text = messages.pop() as string;
      for (const message of messages) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? [];
        if (event !== undefined) heard.push({ event, data: JSON.parse(data as string) });
      }
    });
  });
  listening.on("error", () => {});
  listening.end();
  return { heard, away: () => listening.destroy() };
}

async function rigWithGuide(): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.feature({
    id: "guide",
    requirements: { R1: "Doors open at nine." },
    tasks: [{ id: "T01" }, { id: "T02", dependsOn: ["T01"] }],
  });
  return rig;
}

test("the link opens it once, for one browser; other origins, names, forms and tokens get nothing", async () => {
  await using rig = await rigWithGuide();
  const { program, link, origin } = await serveDashboard(rig);
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
  const { host, port } = new URL(link);

  for (const [why, url, headers] of [
    ["no token", `${origin}/`, {}],
    ["a wrong token", `${origin}/?token=${"a".repeat(32)}`, {}],
    ["a rebound name", link, { host: `evil.test:${port}` }],
    ["another origin", link, { origin: "http://evil.test" }],
    ["an origin that hides", link, { origin: "null" }],
    ["a script", `${origin}/page.js`, {}],
    ["the events", `${origin}/api/live`, {}],
    ["a made-up cookie", `${origin}/`, { cookie: `factory-${port}=${"a".repeat(32)}` }],
  ] as const) {
    const { status, body } = await send(url, headers);
    expect([401, 403], why).toContain(status);
    expect(body, why).not.toContain("<html");
  }

  const first = await send(link);
  expect([first.status, first.headers.location]).toEqual([303, "/"]);
  const given = String(first.headers["set-cookie"]);
  expect(given).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
  expect((await send(link)).status).toBe(403);
  const cookie = given.split(";")[0] as string;
  const page = await send(`${origin}/`, { cookie });
  expect([page.status, page.body]).toEqual([200, expect.stringContaining("<!doctype html>")]);
  expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
  expect((await send(`${origin}/..%2fpackage.json`, { cookie })).status).toBe(404);

  const json = { cookie, "content-type": "application/json", origin: `http://${host}` };
  const spec = rig.read("specs/guide/feature.md");
  const edit = JSON.stringify({ feature: "guide", requirement: "R1", text: "Doors open at eight." });
  for (const [why, headers] of [
    ["no origin", { cookie, "content-type": "application/json" }],
    ["another origin", { ...json, origin: "http://evil.test" }],
    ["a form", { ...json, "content-type": "text/plain" }],
    ["no cookie", { "content-type": "application/json", origin: `http://${host}` }],
  ] as const)
    expect([401, 403, 415], why).toContain(
      (await send(`${origin}/api/edit_requirement`, headers, edit)).status,
    );
  expect(rig.read("specs/guide/feature.md")).toBe(spec);
  expect((await send(`${origin}/api/status`, json, "x".repeat(2_000_000))).status).toBe(413);
  expect((await send(`${origin}/api/status`, json, "[")).status).toBe(400);
  expect((await send(`${origin}/api/unheard_of`, json, "{}")).status).toBe(404);

  // What a script reads from the command, the page reads from the server; what is refused says why and what to do.
  const told = JSON.parse((await send(`${origin}/api/status`, json, "{}")).body);
  expect(told.document).toEqual(JSON.parse((await rig.factory("status", "--json")).stdout));
  const refused = await send(`${origin}/api/task`, json, JSON.stringify({ task: "guide:T09" }));
  expect([refused.status, JSON.parse(refused.body)]).toMatchObject([
    422,
    { words: expect.arrayContaining([expect.stringContaining("guide:T09")]) },
  ]);

  program.child.kill("SIGINT");
  expect((await program.done).code).toBe(130);
});

test("a port that is taken and a folder without a workspace are told", async () => {
  await using rig = await rigWithGuide();
  const { program, link } = await serveDashboard(rig);
  const second = await rig.factory("ui", "--port", new URL(link).port);
  expect([second.code, second.stderr]).toEqual([1, expect.stringContaining("EADDRINUSE")]);
  program.child.kill("SIGINT");
  expect((await program.done).code).toBe(130);
  rig.remove("projects.yaml");
  const without = await rig.factory("ui");
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining("factory init")]);
});

test("whoever listens hears a build that another command runs, and what an edit makes stale", async () => {
  await using rig = await rigWithGuide();
  const { program, link, origin } = await serveDashboard(rig);
  const cookie = String((await send(link)).headers["set-cookie"]).split(";")[0] as string;
  const { heard, away } = listen(origin, cookie);
  await expect.poll(() => heard.some(({ event }) => event === "status"), { timeout: 30_000 }).toBe(true);

  expect((await rig.build()).code).toBe(0);
  const settled = () =>
    heard.flatMap(({ event, data }) => (event === "happened" ? (data.settled as [string, string][]) : []));
  await expect.poll(() => settled().length, { timeout: 30_000 }).toBe(2);
  expect(settled()).toEqual([
    ["guide:T01", "regenerated"],
    ["guide:T02", "regenerated"],
  ]);
  const verdicts = () =>
    heard.flatMap(({ event, data }) =>
      event === "status" ? (data.tasks as { id: string; verdict: string }[]) : [],
    );
  await expect
    .poll(() => verdicts().findLast(({ id }) => id === "guide:T01")?.verdict, { timeout: 30_000 })
    .toBe("fresh");
  rig.edit("specs/guide/feature.md", "at nine", "at eight");
  await expect
    .poll(() => verdicts().findLast(({ id }) => id === "guide:T01")?.verdict, { timeout: 30_000 })
    .toBe("stale");
  rig.edit("specs/guide/BACKLOG.yaml", "id: T01", "id: T01\n    surprise: yes");
  await expect
    .poll(() => heard.findLast(({ event }) => event === "trouble")?.data, { timeout: 30_000 })
    .toMatchObject({ words: expect.arrayContaining([expect.stringContaining("surprise")]) });
  away();
  program.child.kill("SIGINT");
  expect((await program.done).code).toBe(130);
});

test("a build that is killed is over, also for whoever opens the page afterwards", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await FactoryRig.create({
    agents: { scripted: { kind: "command", run: agent.run } },
    implementer: "scripted",
  });
  rig.feature({ id: "guide", requirements: { R1: "Doors open." }, tasks: [{ id: "T01", generator: null }] });
  const build = rig.start("build");
  await agent.nextAttempt();
  const first = await serveDashboard(rig);
  const cookieOf = async (link: string) =>
    String((await send(link)).headers["set-cookie"]).split(";")[0] as string;
  const { heard, away } = listen(first.origin, await cookieOf(first.link));
  const last = () => heard.findLast(({ event }) => event === "happened")?.data;
  await expect.poll(last, { timeout: 30_000 }).toMatchObject({ ended: false, running: [["guide:T01", {}]] });
  build.child.kill("SIGKILL");
  await build.done;
  await expect.poll(last, { timeout: 30_000 }).toMatchObject({ ended: true, running: [] });
  const third = await serveDashboard(rig);
  const afterwards = listen(third.origin, await cookieOf(third.link));
  await expect
    .poll(() => afterwards.heard.some(({ event }) => event === "status"), { timeout: 30_000 })
    .toBe(true);
  expect(afterwards.heard.filter(({ event }) => event === "happened")).toEqual([]);
  for (const one of [away, afterwards.away]) one();
  for (const { program } of [first, third]) {
    program.child.kill("SIGINT");
    expect((await program.done).code).toBe(130);
  }
});
