// Why is a task what it is, what is its agent told, how did its attempts go, and what settles what waits?

import { useState } from "preact/hooks";
import { act } from "./actions.ts";
import { DiffText } from "./diff-text.tsx";
import { Mark, Pending, Refused, Section, SpecLink, TaskLink, useAnswer, Words } from "./parts.tsx";
import { phaseWords } from "./phase-words.ts";
import { useStore } from "./store.ts";
import { type Explanation, type Left, REPORT, type TaskDocument } from "./wire.ts";

export function TaskPage({ id }: { id: string }) {
  const { tasks, live, ended } = useStore();
  const again = `${tasks?.get(id)?.verdict} ${ended.get(id)} ${live.running.get(id)?.phase.kind}`;
  const explained = useAnswer<{ tasks: readonly Explanation[] }>("explain", { targets: [id] }, again);
  const told = useAnswer<TaskDocument>("task", { task: id }, again);
  const left = useAnswer<Left>("left", { task: id }, again);
  const task = explained?.document?.tasks[0];
  // What a build that runs has just found is newer than what can be looked up.
  const verdict = tasks?.get(id)?.verdict ?? task?.verdict;
  const activity = live.running.get(id);
  return (
    <>
      <h1>
        {id} {verdict !== undefined && <Mark verdict={verdict} />}
      </h1>
      {task === undefined ? (
        <Pending answer={explained} />
      ) : (
        <p>
          {task.title} <span class="faint">in</span> {task.project}/ <span class="faint">of</span>{" "}
          <SpecLink id={id.split(":")[0] ?? ""} />{" "}
          {task.agent !== "" && <span class="faint">by {task.agent}</span>}
        </p>
      )}
      <Refused answer={told} />
      <Refused answer={left} />
      {activity !== undefined && <p class="running">{phaseWords(activity.phase)}</p>}
      {REPORT === null && <Settle id={id} question={told?.document?.last?.question ?? null} />}
      {task !== undefined && <Why task={task} />}
      {task !== undefined && <Window task={task} />}
      {told?.document != null && <Last told={told.document} />}
      {left?.document?.diff != null && (
        <Section title="Last change">
          <DiffText text={left.document.diff} />
        </Section>
      )}
      {left?.document?.log != null && (
        <details>
          <summary>Log of the last session</summary>
          <pre>{left.document.log}</pre>
        </details>
      )}
      {told?.document != null && (
        <details>
          <summary>Its entry in {told.document.file}</summary>
          <pre>{told.document.entry}</pre>
        </details>
      )}
    </>
  );
}

/** The buttons that settle what waits; what does not apply says so. */
function Settle({ id, question }: { id: string; question: string | null }) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const press = (operation: string, input: object) => async () => {
    setBusy(true);
    await act(operation, input);
    setBusy(false);
    setText("");
  };
  const buttons = [
    {
      title: "Build it",
      operation: "build",
      input: { targets: [id] },
      about: "brings it and what it needs up to date",
    },
    {
      title: "Retry",
      operation: "retry",
      input: { targets: [id] },
      about: "forgets failed attempts and builds it again",
    },
    {
      title: "Approve",
      operation: "approve",
      input: { target: id },
      about: "says yes to its new text or its draft",
    },
    {
      title: "Accept the edit",
      operation: "accept",
      input: { target: id },
      about: "edited files belong to people from now on",
    },
    {
      title: "Discard the edit",
      operation: "discard",
      input: { target: id },
      about: "replaces edited files with the product",
    },
  ];
  return (
    <section aria-label="Settle">
      {question !== null && (
        <p>
          <b>Its agent asks:</b> {question}
        </p>
      )}
      <div class="row">
        {buttons.map(({ title, operation, input, about }) => (
          <button key={title} type="button" title={about} disabled={isBusy} onClick={press(operation, input)}>
            {title}
          </button>
        ))}
      </div>
      <div class="row">
        <label>
          Words{" "}
          <input
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            placeholder="an answer, or a constraint"
          />
        </label>
        <button
          type="button"
          disabled={isBusy || text === ""}
          onClick={press("answer", { target: id, text })}
        >
          Answer
        </button>
        <button
          type="button"
          disabled={isBusy}
          title="turns an edit into a constraint of the spec"
          onClick={press("absorb", { target: id, ...(text === "" ? {} : { message: text }) })}
        >
          Absorb the edit
        </button>
      </div>
    </section>
  );
}

function Why({ task }: { task: Explanation }) {
  if (task.reasons.length === 0) return null;
  return (
    <Section title="Why">
      <table>
        <thead>
          <tr>
            <th>Reason</th>
            <th>Before</th>
            <th>Now</th>
          </tr>
        </thead>
        <tbody>
          {task.reasons.map(({ code, subject, file, line, before, after, failure }) => (
            <tr key={`${code} ${subject}`}>
              <td>
                <b>{code}</b> {subject}
                {file !== null && (
                  <div>
                    <code>
                      {file}
                      {line === null ? "" : `:${line}`}
                    </code>
                  </div>
                )}
                {failure !== undefined && <Words lines={[failure.message]} />}
              </td>
              <td class="before">{before}</td>
              <td class="after">{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Window({ task: { task: id, segments, dependents, outputs } }: { task: Explanation }) {
  const [isShown, setShown] = useState(false);
  const bytes = segments.reduce((sum, one) => sum + one.bytes, 0);
  const most = Math.max(1, ...segments.map((one) => one.bytes));
  return (
    <Section title={`Window: ${bytes} bytes`}>
      <table class="window">
        <tbody>
          {segments.map(({ kind, name, bytes: own }) => (
            <tr key={`${kind} ${name}`}>
              <td>{kind}</td>
              <td>{name}</td>
              <td class="number">{own}</td>
              <td class="wide">
                <meter aria-label={`Bytes of ${kind} ${name}`} min={0} max={most} value={own} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
        {isShown ? "Hide its text" : "Show its text"}
      </button>
      {isShown && <WindowText id={id} />}
      <p>
        <span class="faint">Writes</span> {outputs.length === 0 ? "nothing yet" : outputs.join(", ")}
      </p>
      {dependents.length > 0 && (
        <p>
          <span class="faint">Needed by</span>{" "}
          {dependents.slice(0, 30).map((one) => (
            <span key={one}>
              <TaskLink id={one} />{" "}
            </span>
          ))}
        </p>
      )}
    </Section>
  );
}

function WindowText({ id }: { id: string }) {
  const [which, setWhich] = useState<"next" | "last">(REPORT === null ? "next" : "last");
  const window = useAnswer<{ text: string }>("window", { task: id, which });
  return (
    <>
      <label>
        Show{" "}
        <select value={which} onChange={(event) => setWhich(event.currentTarget.value as "next" | "last")}>
          <option value="next">as the next attempt would be told</option>
          <option value="last">as the last attempt was told</option>
        </select>
      </label>
      {window?.document == null ? <Pending answer={window} /> : <pre>{window.document.text}</pre>}
    </>
  );
}

function Last({ told: { last, notes } }: { told: TaskDocument }) {
  if (last === null) return null;
  return (
    <Section title="Last attempts">
      <p>
        {last.phase}, attempt {last.attempt} by {last.agent}
        {last.failed > 0 && <b class="bad"> · {last.failed} failed on what stands now</b>}
      </p>
      {last.failure !== null && <Words lines={[last.failure.message]} />}
      {last.said !== null && <blockquote>{last.said}</blockquote>}
      {last.review !== null && (
        <>
          <p>
            The reviewer says <b>{last.review.verdict}</b>.
          </p>
          <ul>
            {last.review.findings.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
        </>
      )}
      {notes !== null && (
        <details>
          <summary>Notes of the build: what gates said</summary>
          <pre>{notes}</pre>
        </details>
      )}
    </Section>
  );
}
