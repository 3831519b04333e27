// What does a feature ask for, which tasks follow from it, and what would other words cost?

import { useEffect, useState } from "preact/hooks";
import { act } from "./actions.ts";
import { Mark, money, Pending, Section, SpecLink, TaskLink, useAnswer, when } from "./parts.tsx";
import { useStore } from "./store.ts";
import { ask, REPORT, type Spec } from "./wire.ts";

export function SpecsPage() {
  const { overview, tasks } = useStore();
  if (overview === null) return <p class="faint">…</p>;
  const counts = new Map<string, number>();
  for (const id of tasks?.keys() ?? []) {
    const feature = id.slice(0, id.indexOf(":"));
    counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  return (
    <>
      <h1>Specs</h1>
      <table>
        <thead>
          <tr>
            <th>Feature</th>
            <th>Title</th>
            <th>Projects</th>
            <th>Tasks</th>
          </tr>
        </thead>
        <tbody>
          {overview.features.map(({ id, title, projects }) => (
            <tr key={id}>
              <td>
                <SpecLink id={id} />
              </td>
              <td>{title}</td>
              <td>{projects.join(", ")}</td>
              <td class="number">{counts.get(id) ?? 0}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

export function SpecPage({ id }: { id: string }) {
  const { tasks, diagnostics } = useStore();
  const [edits, setEdits] = useState(0);
  const spec = useAnswer<Spec>("spec", { feature: id }, `${edits} ${diagnostics.length}`);
  if (spec?.document == null) return <Pending answer={spec} />;
  const { title, file, sections, requirements, constraints, clarifications, plan } = spec.document;
  return (
    <>
      <h1>{title}</h1>
      <p>
        <code>{file}</code>{" "}
        {REPORT === null && (
          <>
            <button type="button" onClick={() => act("plan", { feature: id })}>
              Plan
            </button>{" "}
            <button type="button" onClick={() => act("approve", { target: id })}>
              Approve its backlog
            </button>{" "}
            <button type="button" onClick={() => act("build", { targets: [id] })}>
              Build it
            </button>
          </>
        )}
      </p>
      {clarifications.map((text) => (
        <p key={text} class="warn">
          Open: {text}
        </p>
      ))}
      {sections.map(({ heading, text }) => (
        <Section key={heading} title={heading}>
          <p class="prose">{text}</p>
        </Section>
      ))}
      <Section title="Requirements">
        <ol class="plain">
          {requirements.map((one) => (
            <li key={one.id}>
              <RequirementView feature={id} requirement={one} saved={() => setEdits(edits + 1)} />
              <p class="faint">
                {one.tasks.length === 0 && "no task names it"}
                {one.tasks.map((task) => {
                  const verdict = tasks?.get(task)?.verdict;
                  return (
                    <span key={task}>
                      <TaskLink id={task} /> {verdict !== undefined && <Mark verdict={verdict} />}{" "}
                    </span>
                  );
                })}
              </p>
            </li>
          ))}
        </ol>
      </Section>
      {constraints.length > 0 && (
        <Section title="Constraints">
          <ul>
            {constraints.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Tasks">
        {spec.document.tasks.map((task) => (
          <article key={task.id} class="card">
            <h3>
              <TaskLink id={task.id} /> {task.title}
            </h3>
            <p class="faint">
              {task.project}/ · {task.requirements.join(", ")} · {task.files.join(", ")}
            </p>
            <ul>
              {task.criteria.map(({ id: name, text }) => (
                <li key={name}>
                  {name}: {text}
                </li>
              ))}
            </ul>
          </article>
        ))}
      </Section>
      {plan !== null && (
        <details>
          <summary>PLAN.md</summary>
          <pre>{plan}</pre>
        </details>
      )}
      <Versions id={id} edits={edits} />
    </>
  );
}

interface Forecast {
  readonly tasks: readonly { readonly id: string; readonly verdict: string }[];
  readonly expected_cost: { readonly usd: number | null };
}

/** Its words, or a field in their place that tells what they would cost before they are saved. */
function RequirementView({
  feature,
  requirement: { id, text },
  saved,
}: {
  feature: string;
  requirement: Spec["requirements"][number];
  saved: () => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const [before, setBefore] = useState<string | null>(null);
  const write = async (words: string, replaced: string | null) => {
    const { document } = await act("edit_requirement", { feature, requirement: id, text: words });
    if (document === null) return;
    setDraft(null);
    setBefore(replaced);
    saved();
  };
  if (draft === null)
    return (
      <>
        <b>{id}</b> {text}{" "}
        {REPORT === null && (
          <button type="button" onClick={() => setDraft(text)}>
            Edit
          </button>
        )}{" "}
        {before !== null && (
          <button type="button" onClick={() => write(before, null)}>
            Put it back
          </button>
        )}
      </>
    );
  const isOther = draft.trim() !== "" && draft !== text;
  return (
    <>
      <label>
        <b>{id}</b>
        <textarea rows={3} value={draft} onInput={(event) => setDraft(event.currentTarget.value)} />
      </label>
      {isOther && <Price feature={feature} requirement={id} text={draft} />}
      <button type="button" class="main" disabled={!isOther} onClick={() => write(draft, text)}>
        Save
      </button>{" "}
      <button type="button" onClick={() => setDraft(null)}>
        Leave it
      </button>
    </>
  );
}

/** Nobody waits for a price after each letter. */
const REST_MS = 400;

function Price(words: { feature: string; requirement: string; text: string }) {
  const { tasks } = useStore();
  const [told, setTold] = useState<string>("…");
  const asked = JSON.stringify(words);
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      const answer = await ask<Forecast>("try_requirement", JSON.parse(asked), leaving.signal);
      if (leaving.signal.aborted) return;
      const { document } = answer;
      if (document === null) return setTold(answer.words.join(" "));
      const fresh = document.tasks.filter(
        (task) => task.verdict !== "fresh" && tasks?.get(task.id)?.verdict === "fresh",
      );
      const more = fresh.length === 0 ? "no fresh task" : fresh.map((task) => task.id).join(", ");
      setTold(
        `Makes stale: ${more}. The next build is then expected to cost ${money(document.expected_cost.usd)}.`,
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [asked]);
  return <p role="status">{told}</p>;
}

interface Log {
  readonly versions: readonly {
    readonly number: number;
    readonly author: string | null;
    readonly at: string | null;
    readonly subject: string | null;
    readonly usd: number | null;
  }[];
}

function Versions({ id, edits }: { id: string; edits: number }) {
  const log = useAnswer<Log>("log", { feature: id }, edits);
  return (
    <Section title="Versions">
      {log?.document == null ? (
        <Pending answer={log} />
      ) : (
        <table>
          <thead>
            <tr>
              <th>Version</th>
              <th>What</th>
              <th>Who</th>
              <th>When</th>
              <th>Cost</th>
            </tr>
          </thead>
          <tbody>
            {log.document.versions.map(({ number, author, at, subject, usd }) => (
              <tr key={number}>
                <td class="number">{number}</td>
                <td>{subject ?? "not committed"}</td>
                <td>{author}</td>
                <td>{at === null ? "" : when(Date.parse(at))}</td>
                <td class="number">{money(usd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
