// What does a one-line edit of the sample do? Builds the sample in a copy of this checkout, makes the edit, builds again, and
// draws what the second build did about every task: docs/pictures/one-line-edit.svg. Run by `npm run picture`.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { layCheckout } from "./lay-checkout.mjs";

const CHECKOUT = resolve(import.meta.dirname, "..");
const PICTURE = join(CHECKOUT, "docs/pictures/one-line-edit.svg");
const SPEC = "specs/products/feature.md";
const BEFORE = "{name: name, type: text, min: 1, max: 80,";
const AFTER = "{name: name, type: text, min: 1, max: 120,";

const COLORS = {
  regenerated: { fill: "#ffd8a8", line: "#d9480f", told: "written again" },
  reverified: { fill: "#d0ebff", line: "#1971c2", told: "gates ran again, code kept" },
  fresh: { fill: "#f1f3f5", line: "#adb5bd", told: "not touched" },
};
const BOX = { width: 150, height: 26, across: 190, down: 38 };
const TOP = 126;
const MARGIN = 24;

const scratch = mkdtempSync(join(tmpdir(), "factory-picture-"));
try {
  const workspace = join(scratch, "workspace");
  layCheckout(CHECKOUT, workspace);
  build(workspace);
  edit(workspace);
  const { tasks } = build(workspace);
  const graph = JSON.parse(factory(workspace, "graph", "--json"));
  mkdirSync(dirname(PICTURE), { recursive: true });
  writeFileSync(PICTURE, drawn(graph, new Map(tasks.map(({ id, action }) => [id, action]))));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function edit(workspace) {
  const path = join(workspace, SPEC);
  const text = readFileSync(path, "utf8");
  if (!text.includes(BEFORE)) throw new Error(`${SPEC} no longer has the line that is edited: ${BEFORE}`);
  writeFileSync(path, text.replace(BEFORE, AFTER));
}

function build(workspace) {
  return JSON.parse(factory(workspace, "build", "--json"));
}

function factory(workspace, ...args) {
  const run = spawnSync(process.execPath, [join(workspace, "bin/factory.js"), ...args], {
    cwd: workspace,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (run.status !== 0) throw new Error(`factory ${args.join(" ")} ended with ${run.status}`);
  return run.stdout;
}

function drawn({ nodes, edges }, actions) {
  const rows = new Map();
  const places = new Map(
    [...nodes]
      .sort((a, b) => a.level - b.level)
      .map(({ id, level }) => {
        const row = rows.get(level) ?? 0;
        rows.set(level, row + 1);
        return [id, { x: MARGIN + level * BOX.across, y: TOP + row * BOX.down }];
      }),
  );
  const width = MARGIN + rows.size * BOX.across - (BOX.across - BOX.width) + MARGIN;
  const height = TOP + Math.max(...rows.values()) * BOX.down + 44;
  const counts = Object.keys(COLORS).map((action) => [
    action,
    nodes.filter(({ id }) => kindOf(actions.get(id)) === action).length,
  ]);
  const lines = edges.map(({ from, to }) => {
    const a = places.get(from);
    const b = places.get(to);
    const [x1, y1, x2, y2] = [a.x + BOX.width, a.y + BOX.height / 2, b.x, b.y + BOX.height / 2];
    const bend = Math.max(20, (x2 - x1) / 2);
    return `  <path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
  });
  const boxes = nodes.map(({ id }) => {
    const { x, y } = places.get(id);
    const kind = kindOf(actions.get(id));
    const { fill, line } = COLORS[kind];
    return (
      `  <g data-task="${id}" data-action="${kind}">` +
      `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${fill}" stroke="${line}"/>` +
      `<text x="${x + BOX.width / 2}" y="${y + 17}" text-anchor="middle">${id}</text></g>`
    );
  });
  const legend = counts.map(([action, count], index) => {
    const { fill, line, told } = COLORS[action];
    const x = MARGIN + index * 220;
    return (
      `  <rect x="${x}" y="${height - 32}" width="14" height="14" rx="3" fill="${fill}" stroke="${line}"/>` +
      `<text x="${x + 22}" y="${height - 21}">${count} ${told}</text>`
    );
  });
  const code = `font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
  <title>One edited line of a spec, and what the next build does about each of ${nodes.length} tasks</title>
  <rect width="${width}" height="${height}" rx="10" fill="#ffffff" stroke="#dee2e6"/>
  <text x="${MARGIN}" y="34" ${code} fill="#495057">${SPEC}</text>
  <rect x="${MARGIN}" y="44" width="${width - 2 * MARGIN}" height="24" fill="#ffe3e3"/>
  <rect x="${MARGIN}" y="68" width="${width - 2 * MARGIN}" height="24" fill="#d3f9d8"/>
  <text x="${MARGIN + 8}" y="61" ${code} fill="#c92a2a">- ${BEFORE} …}</text>
  <text x="${MARGIN + 8}" y="85" ${code} fill="#2b8a3e">+ ${AFTER} …}</text>
  <g fill="none" stroke="#ced4da" stroke-width="1.4">
${lines.join("\n")}
  </g>
  <g font-family="system-ui, sans-serif" font-size="12" fill="#212529">
${boxes.join("\n")}
${legend.join("\n")}
  </g>
</svg>
`;
}

/** What was restored or left is not touched, as far as its code and its gates go. */
function kindOf(action) {
  if (action in COLORS) return action;
  throw new Error(`the picture has no color for what a build ${action}`);
}
