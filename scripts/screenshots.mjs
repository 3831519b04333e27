// How does the dashboard look? Builds the sample in a copy of this checkout, edits a line, and takes the pictures of
// docs/dashboard.md: docs/pictures/dashboard-*.png. Run by `npm run screenshots`; it needs Chromium.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { layCheckout } from "./lay-checkout.mjs";
import { CHROMIUM, openBrowser, serveDashboard } from "./page.mjs";

const CHECKOUT = resolve(import.meta.dirname, "..");
const PICTURES = join(CHECKOUT, "docs/pictures");
const SPEC = "specs/products/feature.md";
const BEFORE = "min: 1, max: 80,";
const AFTER = "min: 1, max: 120,";
const MOST_BYTES = 400_000;

/** What stands on each before its picture is taken. `opened`: how often the graph is opened further. */
const SHOTS = [
  { name: "factory-light", hash: "#/", scheme: "light", awaited: ".column.stale .card" },
  { name: "factory-dark", hash: "#/", scheme: "dark", awaited: ".column.stale .card" },
  {
    name: "graph",
    hash: "#/graph",
    scheme: "light",
    awaited: ".graph canvas",
    words: "products:",
    opened: 3,
  },
  { name: "task", hash: "#/task/products%3AT01", scheme: "light", awaited: "text=Window:" },
];

if (CHROMIUM === undefined) {
  console.error("Chromium is not on this machine: no pictures were taken.");
  process.exit(1);
}
const scratch = mkdtempSync(join(tmpdir(), "factory-screenshots-"));
const workspace = join(scratch, "shop");
const factory = [process.execPath, join(workspace, "bin/factory.js")];
try {
  layCheckout(CHECKOUT, workspace);
  execFileSync("git", ["init", "--quiet", "-b", "main"], { cwd: workspace });
  execFileSync(factory[0], [factory[1], "build", "--quiet"], { cwd: workspace, stdio: "inherit" });
  const path = join(workspace, SPEC);
  const text = readFileSync(path, "utf8");
  if (!text.includes(BEFORE)) throw new Error(`${SPEC} holds no ${BEFORE}`);
  writeFileSync(path, text.replace(BEFORE, AFTER));
  mkdirSync(PICTURES, { recursive: true });
  const served = await serveDashboard(factory, workspace);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1360, height: 760 } });
    await page.goto(served.link);
    for (const shot of SHOTS) await take(page, shot);
  } finally {
    await browser.close();
    await served.end();
  }
  const files = SHOTS.map(({ name }) => pictureOf(name));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  if (bytes > MOST_BYTES) throw new Error(`the pictures take ${bytes} bytes, more than ${MOST_BYTES}`);
  console.log(`${files.length} pictures, ${bytes} bytes`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function take(page, { name, hash, scheme, awaited, words, opened = 0 }) {
  await page.emulateMedia({ colorScheme: scheme });
  await page.evaluate((at) => {
    location.hash = at;
  }, hash);
  await page.waitForSelector(awaited);
  if (words !== undefined) await page.fill("input[type=search]", words);
  for (let time = 0; time < opened; time++) await page.click("button:text-is('Open all')");
  // The graph is laid out beside the page, and says nowhere that it is done.
  await page.waitForTimeout(2000);
  await page.screenshot({ path: pictureOf(name) });
}

function pictureOf(name) {
  return join(PICTURES, `dashboard-${name}.png`);
}
