// How much of what earlier attempts taught has room in a window? The newest first, and nothing that is cut within a sentence.

import { wholeSentences } from "../model/sentences.ts";
import type { Segment, Window } from "../model/window.ts";
import { countedBytes } from "./bounded.ts";

/** Too short to be told of anything. */
const LEAST_LESSON = 80;

/**
 * The newest that fit beside the task, oldest first, in whole sentences: a window has its bound whatever went wrong before.
 * How many have no room is said where that has.
 */
export function withLessons(window: Window, lessons: readonly string[], windowBytes: number): Window {
  const withTold = (told: readonly Segment[]): Window => {
    const segments = [...window.segments, ...told];
    return { segments, taskBytes: countedBytes(segments) };
  };
  const left = (count: number) =>
    count === 0
      ? []
      : [
          lessonOf(
            "older",
            `What ${count} older ${count === 1 ? "attempt" : "attempts"} taught has no room here.`,
          ),
        ];
  let told: readonly Segment[] = [];
  let index = lessons.length;
  while (index > 0) {
    const text = lessons[index - 1] as string;
    const name = `attempt ${index}`;
    const excess = withTold([...left(index - 1), lessonOf(name, text), ...told]).taskBytes - windowBytes;
    const room = Buffer.byteLength(text) - Math.max(0, excess);
    if (excess > 0 && room < LEAST_LESSON) break;
    told = [lessonOf(name, wholeSentences(text, room)), ...told];
    index--;
    if (excess > 0) break;
  }
  const whole = withTold([...left(index), ...told]);
  return whole.taskBytes <= windowBytes ? whole : withTold(told);
}

function lessonOf(name: string, text: string): Segment {
  return { kind: "negative-evidence", name, text, place: null };
}
