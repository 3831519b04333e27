// Who works for the builds of this workspace, at what, and how much waits for them? Nothing where no fleet is declared.

import { useEffect, useState } from "preact/hooks";
import { countOf, Section, TaskLink } from "./parts.tsx";
import { ask, type Fleet, REPORT } from "./wire.ts";

/** Workers say no more often what they do. */
const LOOK_MS = 3000;

export function FleetView() {
  const fleet = useFleet();
  if (fleet === null) return null;
  const { url, fault, workers, waiting } = fleet;
  if (workers === null || waiting === null)
    return (
      <Section title="Fleet">
        <p class="warn">
          {url}: {fault}
        </p>
      </Section>
    );
  return (
    <Section title="Fleet">
      <p>
        {url}: {countOf(workers.filter(({ serves }) => serves).length, "worker", "workers")},{" "}
        {countOf(waiting, "stage", "stages")} waiting
      </p>
      {workers.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>Worker</th>
              <th>Slots in use</th>
              <th>Gates of</th>
              <th>Drafts</th>
            </tr>
          </thead>
          <tbody>
            {workers.map(({ name, slots, busy, rests, drafts, drafting, serves, kind }, index) => (
              <tr key={`${name} ${index}`}>
                <td>
                  {name}
                  {rests !== null && <span class="warn"> takes nothing: {rests}</span>}
                </td>
                {serves ? (
                  <>
                    <td class="number">
                      {busy.length} of {slots}
                    </td>
                    <td>
                      <Subjects all={busy} />
                    </td>
                    <td>
                      {drafts === 0 ? "" : `${drafting.length} of ${drafts} `}
                      <Subjects all={drafting} />
                    </td>
                  </>
                ) : (
                  <td colSpan={3} class="faint">
                    serves builds of another kind: {kind}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Subjects({ all }: { all: readonly string[] }) {
  return (
    <>
      {all.map((subject, index) => (
        <span key={`${subject} ${index}`}>
          {index === 0 ? "" : ", "}
          {subject.includes(":") ? <TaskLink id={subject} /> : subject}
        </span>
      ))}
    </>
  );
}

/** Null until it is known, and where there is none; asked again only where there is one. */
function useFleet(): Fleet | null {
  const [fleet, setFleet] = useState<Fleet | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const { document } = await ask<{ fleet?: Fleet }>("fleet", {}, leaving.signal);
      if (leaving.signal.aborted) return;
      // What is no answer says nothing of the fleet; the next look may.
      if (document !== null) setFleet(document.fleet ?? null);
      const mayTell = document === null ? REPORT === null : document.fleet !== undefined;
      if (mayTell) timer = setTimeout(() => void look(), LOOK_MS);
    };
    void look();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, []);
  return fleet;
}
