// What do headings of foreign specs say that are not in English? The tools' own words in the languages that their users
// write them in; what has a number or an id is known by that, in any language.

import { plainSigns } from "./plain-signs.ts";

const REQUIREMENT =
  "requirement|要件|要求|需求|요구사항|요구 사항|requisito|requerimiento|exigence|anforderung|требование";
const SCENARIO = "scenario|シナリオ|场景|場景|시나리오|escenario|cenário|scénario|szenario|сценарий";
const MANY =
  "requirements?|要件|要求|需求|요구사항|요구 사항|requisitos?|requerimientos?|exigences?|anforderungen|требования";
/** `User Story 2`, whose number is the first group. */
export const USER_STORY =
  /(?:user stor(?:y|ies)|ユーザー?ストーリー|用户故事|用戶故事|使用者故事|사용자 ?스토리|유저 ?스토리|historias? de usuario|histórias? d[eo] (?:usuário|utilizador)|(?:récit|histoire)s? (?:d['’])?utilisateur|benutzergeschichte|пользовательск(?:ая|ой|ую) истори[яию]|قصة (?:ال)?مستخدم)\s*[-#]?\s*(\d+)/iu;
/** What has to hold when something is done. */
export const ACCEPTANCE =
  /acceptance|scenario|验收|驗收|受け?入れ?|シナリオ|场景|場景|인수|수용|시나리오|aceptación|escenario|aceitação|cenário|acceptation|scénario|akzeptanz|abnahme|szenari|при[её]мк|сценари|القبول|سيناريو/iu;
/** Nouns and bounds of a spec, which ask for nothing by themselves. */
export const NO_REQUIREMENT =
  /entit|out of scope|assumption|实体|實體|エンティティ|엔터?티|개체|entidad|entidade|entität|сущност|الكيانات|假设|假設|前提|가정|supuesto|suposi|hypothès|annahme|допущени|افتراض|范围外|範圍外|範囲外|범위 외|fuera de(?:l)? alcance|fora d[oe] escopo|hors périmètre|außerhalb/iu;

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
  const counted = heading.replace(COUNTED, (_all, word: string, numeral: string) => {
    return `${word}${NUMERALS.indexOf(numeral) + 1}`;
  });
  const [, word = "", number, title = ""] = NUMBERED.exec(plainSigns(counted)) ?? [];
  return number === undefined ? null : { word, number, title: counted.slice(counted.length - title.length) };
}

const NUMBERED =
  /^(\p{L}[\p{L}\p{M}\s._-]{0,30}?)?\s*[-#]?\s*(\d{1,4}(?:\.\d{1,2})?)(?:\s*[:,.)–—-]\s*|\s+|(?=["'([「『《])|$)(.*)$/u;
/** `需求三：…`, up to ten. */
const NUMERALS = "一二三四五六七八九十";
const COUNTED = /^(\p{L}{1,8}?)\s*([一二三四五六七八九十])(?=\s*(?:[:：、.．]|$))/u;
