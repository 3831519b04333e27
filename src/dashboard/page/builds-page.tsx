// What happened in a build, and what did it wait for? One lane for each task and project, in the order in which they began.

import type { Event } from "../../model/event.ts";
import type { Span } from "../../report/event-spans.ts";
import { timingsOf } from "../../report/timings.ts";
import { duration, Pending, TaskLink, useAnswer, when } from "./parts.tsx";
import { useStore } from "./store.ts";
import { type BuildEntry, REPORT } from "./wire.ts";

const SHOWN = 300;

export function BuildsPage({ build }: { build: string | null }) {
  const { build: current, live } = useStore();
  const builds = useAnswer<{ builds: readonly BuildEntry[] }>("builds", {}, `${current} ${live.ended}`);
  if (builds?.document == null) return <Pending answer={builds} />;
  const all = builds.document.builds;
  const chosen = build ?? REPORT?.build ?? all[0]?.build ?? null;
  return (
    <>
      <h1>Builds</h1>
      {all.length === 0 && <p>Nothing was built here yet, or its journals are gone.</p>}
      {chosen !== null && <BuildTimeline key={chosen} build={chosen} />}
      <table>
        <thead>
          <tr>
            <th>Build</th>
            <th>Tasks</th>
            <th>Took</th>
            <th>End</th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ build: id, at, tasks, ok, ms }) => (
            <tr key={id} class={id === chosen ? "chosen" : ""}>
              <td>
                <a href={`#/builds/${encodeURIComponent(id)}`}>{at === null ? id : when(at)}</a>
              </td>
              <td class="number">{tasks}</td>
              <td class="number">{ms === null ? "" : duration(ms)}</td>
              <td>{endOf(ok, id === current && !live.ended)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function endOf(ok: boolean | null, isRunning: boolean): string {
  if (ok !== null) return ok ? "all well" : "not all well";
  return isRunning ? "runs" : "was killed";
}

function BuildTimeline({ build }: { build: string }) {
  const { build: current, live } = useStore();
  const again = build === current ? `${live.done} ${live.running.size} ${live.ended}` : "";
  const told = useAnswer<{ events: readonly Event[] }>("build_events", { build }, again);
  if (told?.document == null) return <Pending answer={told} />;
  const { start, end, lanes, reused, overhead, critical } = timingsOf(told.document.events);
  const drawn = lanes.filter(({ spans }) => spans.length > 0);
  const path = critical.map(({ subject }) => subject);
  const length = Math.max(1, end - start);
  return (
    <section aria-label="Timeline">
      <p>
        {duration(end - start)} · no model asked and no gate ran for {duration(overhead)} · {reused} tasks
        reused
        {path.length > 0 && (
          <>
            {" "}
            · critical path:{" "}
            {path.map((subject) => (
              <span key={subject}>{subject.includes(":") ? <TaskLink id={subject} /> : subject} </span>
            ))}
          </>
        )}
      </p>
      <div class="lanes">
        {drawn.slice(0, SHOWN).map(({ subject, spans, action }) => (
          <div key={subject} class={path.includes(subject) ? "lane critical" : "lane"}>
            <span class="subject" title={action ?? ""}>
              {subject.includes(":") ? <TaskLink id={subject} /> : subject}
            </span>
            <span class="track">
              {spans.map((span) => (
                <SpanBar
                  key={`${span.wait} ${span.label} ${span.start}`}
                  span={span}
                  start={start}
                  length={length}
                />
              ))}
            </span>
          </div>
        ))}
      </div>
      {drawn.length > SHOWN && <p class="faint">and {drawn.length - SHOWN} more</p>}
    </section>
  );
}

function SpanBar({
  span: { wait, label, start: from, end: to, failed },
  start,
  length,
}: {
  span: Span;
  start: number;
  length: number;
}) {
  const style = {
    left: `${((from - start) / length) * 100}%`,
    width: `${Math.max(0.2, ((to - from) / length) * 100)}%`,
  };
  const words = `${label}: ${duration(to - from)}${failed ? ", failed" : ""}`;
  return (
    <span
      class={`span ${wait}${failed ? " failed" : ""}`}
      style={style}
      title={words}
      role="img"
      aria-label={words}
    />
  );
}
