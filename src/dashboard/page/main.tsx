// Which page is shown? The one that the address names, below one bar with what is going on.

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { act } from "./actions.ts";
import { BuildsPage } from "./builds-page.tsx";
import { FactoryPage } from "./factory-page.tsx";
import { GraphPage } from "./graph-page.tsx";
import { MetricsPage } from "./metrics-page.tsx";
import { costOf, countOf, Words } from "./parts.tsx";
import { SpecPage, SpecsPage } from "./spec-page.tsx";
import { begin, forgetTrouble, useStore } from "./store.ts";
import { TaskPage } from "./task-page.tsx";
import { REPORT } from "./wire.ts";

const PAGES = [
  { path: "#/", title: "Factory" },
  { path: "#/graph", title: "Graph" },
  { path: "#/specs", title: "Specs" },
  { path: "#/builds", title: "Builds" },
  { path: "#/metrics", title: "Metrics" },
];

function App() {
  const path = usePath();
  useKeys();
  const { trouble } = useStore();
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Bar path={path} />
      {trouble.length > 0 && (
        <div class="trouble" role="alert">
          <Words lines={trouble} />
          <button type="button" onClick={forgetTrouble}>
            Close
          </button>
        </div>
      )}
      <main id="main" tabIndex={-1}>
        <Page path={path} />
      </main>
    </>
  );
}

function Page({ path }: { path: string }) {
  const [, page = "", ...rest] = path.split("/");
  const name = decodeURIComponent(rest.join("/"));
  if (page === "graph") return <GraphPage />;
  if (page === "task") return <TaskPage key={name} id={name} />;
  if (page === "specs") return name === "" ? <SpecsPage /> : <SpecPage key={name} id={name} />;
  if (page === "builds") return <BuildsPage key={name} build={name === "" ? null : name} />;
  if (page === "metrics") return <MetricsPage />;
  return <FactoryPage />;
}

function Bar({ path }: { path: string }) {
  const { overview, live, isConnected } = useStore();
  const isRunning = live.startedAt !== null && !live.ended;
  return (
    <header>
      <strong>{overview?.workspace ?? "spec-factory"}</strong>
      <nav aria-label="Pages">
        {PAGES.map((page, index) => (
          <a
            key={page.path}
            href={page.path}
            title={`Key ${index + 1}`}
            aria-current={isIn(path, page.path) ? "page" : undefined}
          >
            {page.title}
          </a>
        ))}
      </nav>
      <span class="now" role="status">
        {!isConnected && <b class="bad">not connected</b>}
        {isRunning && (
          <>
            <progress aria-label="Tasks done" max={Math.max(live.total, 1)} value={live.done} />
            {live.done}/{live.total} · {countOf(live.running.size, "runs", "run")} · {costOf(live.cost)}
          </>
        )}
      </span>
      {REPORT !== null ? (
        <span class="faint">report of {REPORT.build}</span>
      ) : isRunning ? (
        <button type="button" onClick={() => act("stop")} title="Ends a build that was begun here, in order">
          Stop
        </button>
      ) : (
        <button type="button" class="main" onClick={() => act("build")}>
          Build
        </button>
      )}
    </header>
  );
}

function isIn(path: string, page: string): boolean {
  return page === "#/" ? path === "#/" || path === "" : path.startsWith(page);
}

function usePath(): string {
  const [path, setPath] = useState(location.hash);
  useEffect(() => {
    const moved = () => {
      setPath(location.hash);
      scrollTo(0, 0);
    };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return path;
}

/** Digits choose a page, `/` goes to the filter, `b` builds, Escape leaves a field or goes back. */
function useKeys(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const isTyping = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      if (event.key === "Escape") {
        if (isTyping) (event.target as HTMLElement).blur();
        else history.back();
        return;
      }
      if (isTyping) return;
      const page = PAGES[Number(event.key) - 1];
      if (page !== undefined) location.hash = page.path;
      else if (event.key === "/") {
        event.preventDefault();
        document.querySelector<HTMLElement>("input[type=search]")?.focus();
      } else if (event.key === "b") void act("build");
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}

begin();
render(<App />, document.body);
