// What do headings of foreign specs say that are not in English? The tools' own words in the languages that their users
// write them in; what has a number or an id is known by that, in any language.

const REQUIREMENT =
  "requirement|要件|要求|需求|요구사항|요구 사항|requisito|requerimiento|exigence|anforderung|требование";
const SCENARIO = "scenario|シナリオ|场景|場景|시나리오|escenario|cenário|scénario|szenario|сценарий";
const MANY =
  "requirements?|要件|要求|需求|요구사항|요구 사항|requisitos?|requerimientos?|exigences?|anforderungen|требования";
const DELTA = {
  added: "added|新增|追加|추가|añadidos?|agregados?|adicionados?|ajoutées?",
  modified: "modified|修改|変更|수정|modificados?|modifiées?",
  removed: "removed|移除|删除|刪除|削除|삭제|제거|eliminados?|removidos?|supprimées?",
  renamed: "renamed|重命名|改名|이름 변경|renombrados?|renomeados?|renommées?",
} as const;

export type DeltaKind = keyof typeof DELTA;

/** `Requirement: Name`, whose name is the first group. */
export const REQUIREMENT_HEADING = new RegExp(`^(?:${REQUIREMENT})(?:\\s*[:：]\\s*|\\s+)(.*)$`, "iu");
export const SCENARIO_HEADING = new RegExp(`^(?:${SCENARIO})(?:\\s*[:：]\\s*|\\s+|$)(.*)$`, "iu");
export const REQUIREMENTS_HEADING = new RegExp(`(?:${MANY})$`, "iu");

/** `ADDED Requirements`, and the same the other way round. */
export function isDeltaHeading(heading: string, kind: DeltaKind): boolean {
  const words = `(?:${DELTA[kind]})`;
  return new RegExp(`^(?:${words}\\s*(?:的)?\\s*(?:${MANY})|(?:${MANY})\\s*(?:${words}))$`, "iu").test(
    heading,
  );
}

/** `Story 2 - Title`, `要件3`, `4. Title`: its number and its title. */
export function numberedHeading(
  heading: string,
): { readonly word: string; readonly number: string; readonly title: string } | null {
  const [, word = "", number, title, bare] = NUMBERED.exec(heading) ?? [];
  return number === undefined ? null : { word, number, title: title ?? bare ?? "" };
}

const NUMBERED =
  /^(\p{L}[\p{L}\s._-]{0,30}?)?\s*[-#]?\s*(\d{1,4}(?:\.\d{1,2})?)(?:\s*[:：.)–—-]\s*(.*)|\s+(.*)|)$/u;
