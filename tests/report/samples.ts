// One failure per reason and one reason per code; the types make the lists complete.

import type { TaskResult } from "../../src/model/build.ts";
import type { Failure } from "../../src/model/failure.ts";
import type { GateResult } from "../../src/model/inspection.ts";
import type { Reason, ReasonCode } from "../../src/model/verdict.ts";

export const RED: GateResult = {
  gate: "test",
  passed: false,
  ms: 3200,
  evidence: "tests/products/product.test.ts: expected 3 to be 4",
  output: "RUN\n✗ rejects a negative price\nexpected 3 to be 4\n",
  end: "exited",
};

export const GREEN: GateResult = {
  gate: "lint",
  passed: true,
  ms: 80,
  evidence: "",
  output: "",
  end: "exited",
};

export const FAILURES: { readonly [R in Failure["reason"]]: Extract<Failure, { reason: R }> } = {
  "invalid-spec": {
    reason: "invalid-spec",
    diagnostics: [
      {
        severity: "error",
        code: "duplicate-id",
        message: "T01 is defined twice.",
        target: "products:T01",
        file: "specs/products/BACKLOG.yaml",
        line: 14,
        column: 9,
        fix: "Rename one of the two.",
      },
    ],
  },
  usage: { reason: "usage", message: "unknown target prodcts", fix: "Write `products`" },
  "window-too-large": {
    reason: "window-too-large",
    bytes: 4096,
    limit: 3072,
    fattest: [
      { name: "R2", bytes: 2048 },
      { name: "A1", bytes: 512 },
    ],
  },
  "agent-exit": {
    reason: "agent-exit",
    code: 3,
    signal: null,
    output: "reading\n\u001b[31mno such model\u001b[0m\n",
  },
  "agent-timeout": { reason: "agent-timeout", ms: 900_000, output: "thinking\n" },
  "agent-missing": { reason: "agent-missing", program: "opencode" },
  "agents-unreachable": {
    reason: "agents-unreachable",
    tried: [
      { agent: "coder", failure: { reason: "agent-unavailable", agent: "coder", detail: "it has no key" } },
      { agent: "opencode", failure: { reason: "agent-missing", program: "opencode" } },
    ],
  },
  "agent-unavailable": {
    reason: "agent-unavailable",
    agent: "coder",
    detail: "OPENAI_API_KEY is not set",
  },
  "model-needed": { reason: "model-needed", tasks: ["products:T01", "products:T02"] },
  template: {
    reason: "template",
    file: "templates/features/rest/code/model.ts.hbs",
    line: 7,
    message: '"fields" is not defined',
  },
  "empty-draft": { reason: "empty-draft" },
  "hostile-path": { reason: "hostile-path", path: "../../etc/cron\u001b[2J", cause: "parent" },
  "filtered-path": { reason: "filtered-path", path: "assets/logo.bin", filter: "lfs" },
  "filter-failed": {
    reason: "filter-failed",
    filter: "lfs",
    paths: ["assets/logo.bin"],
    detail: "error: external filter 'git-lfs filter-process' failed",
  },
  "not-encoded": { reason: "not-encoded", path: "res/app.rc", encoding: "UTF-16LE" },
  "draft-too-large": { reason: "draft-too-large", bytes: 9_437_184, limit: 4_194_304 },
  "gates-failed": { reason: "gates-failed", results: [GREEN, RED] },
  question: { reason: "question", text: "May a price be zero?" },
  "gate-broken": { reason: "gate-broken", gate: "test", how: "fails-untouched", result: RED },
  "setup-failed": { reason: "setup-failed", command: "npm ci", output: "no lockfile\n" },
  git: { reason: "git", command: "git commit-tree", code: 128, stderr: "fatal: bad object\n" },
  "project-not-cloned": {
    reason: "project-not-cloned",
    path: "projects/shop-api",
    url: "https://git.example.com/shop-api.git",
    why: "failed",
    detail: "fatal: unable to access 'https://git.example.com/shop-api.git/': Could not resolve host\n",
  },
  "project-missing": { reason: "project-missing", path: "projects/shop-api" },
  "branch-missing": { reason: "branch-missing", branch: "main", branches: ["master", "next"] },
  "project-unusable": {
    reason: "project-unusable",
    path: "projects/shop-api",
    detail: "it is a bare repository",
  },
  "dirty-worktree": { reason: "dirty-worktree", paths: ["src/a.ts"] },
  "branch-elsewhere": { reason: "branch-elsewhere", branch: "main", worktree: "../shop-api-main" },
  "branch-moved": { reason: "branch-moved", branch: "main" },
  "merge-conflict": {
    reason: "merge-conflict",
    paths: [
      { path: "src/products/product.ts", task: "products:T01" },
      { path: "README.md", task: null },
    ],
  },
  "shared-file": {
    reason: "shared-file",
    path: "src/routes.ts",
    tasks: ["products:T02", "orders:T02"],
    detail: "both changed line 3",
  },
  "plan-conflict": {
    reason: "plan-conflict",
    feature: "products",
    clashes: [
      { file: "BACKLOG.yaml", task: "products:T02", part: "acceptance", unknown: false },
      { file: "PLAN.md", task: null, part: "Architecture", unknown: false },
      { file: "PLAN.md", task: null, part: null, unknown: true },
    ],
    proposal: ".factory/tasks/products",
  },
  "needs-clarification": {
    reason: "needs-clarification",
    text: "which currencies?",
    file: "specs/products/feature.md",
    line: 12,
  },
  "merge-waits": { reason: "merge-waits", branch: "main" },
  "product-failed": {
    reason: "product-failed",
    project: "shop-api",
    results: [
      { gate: "test", passed: false, ms: 900, evidence: "2 tests failed", output: "", end: "exited" },
    ],
    tasks: ["products:T01"],
  },
  budget: { reason: "budget", spent: 4.9, limit: 5, of: "project", project: "shop-api", next: 0.12 },
  "model-error": {
    reason: "model-error",
    agent: "coder",
    cause: "rate",
    status: 429,
    detail: "Too many requests",
    retryAfterMs: 2000,
    outcome: "no-answer",
  },
  "call-unresolved": { reason: "call-unresolved", agent: "coder", begun: 2, atRisk: 0.04 },
  "price-unknown": { reason: "price-unknown", agent: "coder", model: "house-7b" },
  "agent-turns": { reason: "agent-turns", turns: 30 },
  "agent-loop": { reason: "agent-loop", tool: "read_file", times: 4, call: '{"path":"src/a.ts"}' },
  "agent-answer": { reason: "agent-answer", role: "backlog", detail: "the answer holds no YAML" },
  "review-rejected": {
    reason: "review-rejected",
    verdict: "changes",
    findings: ["A negative price is accepted."],
  },
  "approval-needed": {
    reason: "approval-needed",
    target: "products",
    file: "specs/products/BACKLOG.yaml",
  },
  io: {
    reason: "io",
    path: ".factory/store/blobs",
    operation: "write",
    code: "ENOSPC",
    message: "no space left on device",
  },
  "blob-corrupt": {
    reason: "blob-corrupt",
    digest: "ab".repeat(32),
    quarantined: ".factory/store/quarantine/abab",
  },
  "blob-missing": { reason: "blob-missing", digest: "cd".repeat(32), path: "src/products/product.ts" },
  "templates-not-fetched": {
    reason: "templates-not-fetched",
    git: "https://example.org/templates.git",
    commit: "0123456789abcdef0123456789abcdef01234567",
    why: "failed",
    detail: "fatal: could not read from remote repository\n",
  },
  "newer-format": {
    reason: "newer-format",
    path: "specs/products/factory.lock",
    found: 3,
    known: 1,
  },
  locked: { reason: "locked", holder: "process 4711 since 10:02" },
  cancelled: { reason: "cancelled" },
  withdrawn: { reason: "withdrawn" },
  "failed-before": { reason: "failed-before", attempts: 2 },
  unexpected: {
    reason: "unexpected",
    task: "products:T01",
    message: "map is not a function",
    stack: "TypeError: map is not a function\n    at judge (engine/judge.ts:12)",
  },
};

const CODES: Readonly<Record<ReasonCode, string>> = {
  stopped: "products:T01",
  withdrawn: "products:T01",
  "never-built": "products:T01",
  "requirement-changed": "R2",
  "task-changed": "products:T01",
  "acceptance-changed": "A1",
  "constraint-changed": "C1",
  "pattern-changed": "repository",
  "pointer-changed": "src/money.ts:1-40",
  "scope-changed": "products:T01",
  "param-changed": "params.fields.price",
  "prompt-changed": "implementer",
  "template-changed": "rest-resource/model",
  "agent-changed": "coder",
  "interface-changed": "shop-api/src/products/product.ts",
  "output-changed": "shop-api/src/products/product.ts",
  "evidence-changed": "products:T01",
  "request-changed": "products/feature.md",
  "map-changed": "shop-api",
  "document-changed": "PLAN.md",
  "diff-changed": "src/money.ts",
  "bound-changed": "bytes",
  "read-changed": "src/money.ts",
  "file-changed": "src/money.ts",
  "key-changed": "products:T01",
  "output-missing": "src/products/product.ts",
  "output-edited": "src/products/product.ts",
  "dependency-output-changed": "products:T01",
  "gates-changed": "test",
  "toolchain-changed": "node",
  "verification-changed": "products:T01",
  "base-changed": "package.json",
  "gate-failed": "test",
  forced: "products:T01",
  "task-removed": "products:T09",
  "needs-clarification": "May a price be zero?",
  "question-open": "May a price be zero?",
  "plan-waits": "products",
  "dependency-failed": "products:T01",
  "dependency-stale": "products:T01",
  "project-broken": "shop-api",
  "unsettled-edit": "src/products/product.ts",
};

export const REASONS: readonly Reason[] = Object.entries(CODES).map(([code, subject]) => ({
  code: code as ReasonCode,
  subject,
  file: null,
  line: null,
}));

export const R2_CHANGED: Reason = {
  code: "requirement-changed",
  subject: "R2",
  file: "specs/products/feature.md",
  line: 14,
  before: "A price is a whole number of cents.\nIt is at least 0.",
  after: "A price is a whole number of cents.\nIt is at least 1.",
};

export function taskResult(over: Partial<TaskResult> = {}): TaskResult {
  return {
    id: "products:T01",
    project: "shop-api",
    action: "regenerated",
    reasons: [R2_CHANGED],
    attempts: 1,
    agent: "coder",
    calls: 3,
    tokens: { in: 1200, out: 300, cached: 0 },
    usd: 0.0125,
    windowBytes: 1834,
    ms: 4120,
    ...over,
  };
}
