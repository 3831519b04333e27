// What do several pages draw in the same way?

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Verdict } from "../../model/verdict.ts";
import type { Cost } from "../../report/figures.ts";
import { VERDICT_MARK } from "../../report/verdict-style.ts";
import { type Answer, ask } from "./wire.ts";

export function Mark({ verdict }: { verdict: Verdict }) {
  const { sign, style } = VERDICT_MARK[verdict];
  return (
    <span class={`mark ${style}`}>
      <span aria-hidden="true">{sign}</span> {verdict}
    </span>
  );
}

export function TaskLink({ id }: { id: string }) {
  return <a href={`#/task/${encodeURIComponent(id)}`}>{id}</a>;
}

export function SpecLink({ id }: { id: string }) {
  return <a href={`#/specs/${encodeURIComponent(id)}`}>{id}</a>;
}

export function Words({ lines }: { lines: readonly string[] }) {
  return <pre class="words">{lines.join("\n")}</pre>;
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** In USD; null: nobody knows. */
export function money(usd: number | null): string {
  if (usd === null) return "unknown";
  return `$${usd.toFixed(usd !== 0 && usd < 0.1 ? 4 : 2)}`;
}

/** Of a sum that may lack prices which nobody knows. */
export function costOf({ usd, complete }: Cost): string {
  return complete ? money(usd) : `at least ${money(usd)}`;
}

export function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function when(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

/** The answer to a question that the page asks by itself; null until it is there. Asked again when `again` changes. */
export function useAnswer<D>(operation: string, input: object, again: unknown = null): Answer<D> | null {
  const [answer, setAnswer] = useState<Answer<D> | null>(null);
  const asked = JSON.stringify(input);
  useEffect(() => {
    const leaving = new AbortController();
    void ask<D>(operation, JSON.parse(asked), leaving.signal).then((told) => {
      if (!leaving.signal.aborted) setAnswer(told);
    });
    return () => leaving.abort();
  }, [operation, asked, again]);
  return answer;
}

/** Why an answer is none; nothing where it is one, or still to come. */
export function Refused({ answer }: { answer: Answer<unknown> | null }) {
  return answer === null || answer.document !== null ? null : <Words lines={answer.words} />;
}

/** What a person looks for in a list or a picture. */
export function Filter({
  words,
  about,
  changed,
}: {
  words: string;
  about: string;
  changed: (words: string) => void;
}) {
  return (
    <label>
      Filter{" "}
      <input
        type="search"
        value={words}
        placeholder={about}
        onInput={(event) => changed(event.currentTarget.value)}
      />
    </label>
  );
}

/** What is shown until an answer is there, and where it is a refusal. */
export function Pending({ answer }: { answer: Answer<unknown> | null }) {
  return answer === null ? <p class="faint">…</p> : <Words lines={answer.words} />;
}
