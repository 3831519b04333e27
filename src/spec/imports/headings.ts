// What do headings of foreign specs say that are not in English? The tools' own words in the languages that their users
// write them in; what has a number or an id is known by that, in any language.

import { plainSigns } from "./plain-signs.ts";

const REQUIREMENT =
  "requirement|要件|要求|需求|요구사항|요구 사항|requisito|requerimiento|exigence|anforderung|требование|wymaganie|yêu cầu|(?:ال)?متطلب";
const SCENARIO =
  "scenario|シナリオ|场景|場景|시나리오|escenario|cenário|scénario|szenario|сценарий|scenariusz|kịch bản|(?:ال)?سيناريو";
const MANY =
  "requirements?|要件|要求|需求|요구사항|요구 사항|requisitos?|requerimientos?|requisiti|exigences?|anforderungen|требования|wymagania|yêu cầu|(?:ال)?متطلبات";
/** `User Story 2`, whose number is the first group. */
export const USER_STORY =
  /(?:user stor(?:y|ies)|ユーザー?ストーリー|用户故事|用戶故事|使用者故事|사용자 ?스토리|유저 ?스토리|historias? de usuario|histórias? d[eo] (?:usuário|utilizador)|(?:récit|histoire)s? (?:d['’])?utilisateur|benutzergeschichte|пользовательск(?:ая|ой|ую) истори[яию]|قصة (?:ال)?مستخدم)\s*[-#]?\s*(\d+)/iu;
/** What has to hold when something is done. */
export const ACCEPTANCE =
  /acceptance|scenario|验收|驗收|受け?入れ?|シナリオ|场景|場景|인수|수용|시나리오|aceptación|escenario|aceitação|cenário|acceptation|scénario|akzeptanz|abnahme|szenari|при[её]мк|сценари|القبول|سيناريو/iu;
/** Parts of a request that are not in English: what is left out, what binds, and why somebody wants it. */
export const OUTSIDE =
  /^(?:nicht (?:enthalten|im umfang|teil)|nicht-?ziele|außerhalb|fuera de(?:l)? alcance|no incluye|fora d[oe] escopo|hors (?:du )?(?:périmètre|champ)|вне (?:рамок|области)|не входит|不在范围|不在範圍|超出范围|范围外|範圍外|非目标|範囲外|対象外|범위 ?(?:외|밖)|fuori (?:ambito|portata)|خارج النطاق)/iu;
export const BOUNDS =
  /^(?:einschränkungen|rahmenbedingungen|vorgaben|restricciones|restrições|limitações|contraintes|ограничения|约束|約束|限制|制約|제약|vincoli|القيود)/iu;
export const BACKGROUND =
  /^(?:problem\p{L}{0,3}$|hintergrund|warum|einleitung|zusammenfassung|antecedentes|motivación|resumen|por qu[eé]|motivação|resumo|contexte|problème|pourquoi|проблема|зачем|почему|введение|背景|动机|動機|问题|問題|概要|目的|배경|문제|동기|개요|왜|perché|الخلفية|المشكلة|لماذا)/iu;
export const SUCCESS =
  /success|éxito|sucesso|succès|réussite|erfolg|успех|успешн|成功|성공|successo|sukces|thành công|نجاح/iu;
/** Nouns and bounds of a spec, which ask for nothing by themselves. */
export const NO_REQUIREMENT =
  /entit|out of scope|assumption|实体|實體|エンティティ|엔터?티|개체|entidad|entidade|entität|сущност|الكيانات|假设|假設|前提|가정|supuesto|suposi|hypothès|annahme|допущени|افتراض|范围外|範圍外|範囲外|범위 외|fuera de(?:l)? alcance|fora d[oe] escopo|hors périmètre|außerhalb/iu;

const DELTA = {
  added:
    "added|新增(?:的)?|追加(?:された)?|추가(?:된)?|añadidos?|agregados?|nuevos?|adicionados?|novos?|ajoutées?|nouvelles?|hinzugefügte|neue|добавленные|новые|aggiunti|nuovi|dodane|nowe|thêm mới|(?:ال)?مضافة|(?:ال)?جديدة",
  modified:
    "modified|修改|変更(?:された)?|수정(?:된)?|변경(?:된)?|modificados?|alterados?|modifiées?|geänderte|изменённые|измененные|modificati|zmienione|sửa đổi|(?:ال)?معدلة",
  removed:
    "removed|移除|删除|刪除|削除(?:された)?|삭제(?:된)?|제거(?:된)?|eliminados?|removidos?|supprimées?|entfernte|удалённые|удаленные|rimossi|usunięte|loại bỏ|(?:ال)?محذوفة",
  renamed:
    "renamed|重命名|改名|名称変更(?:された)?|이름 ?변경(?:된)?|renombrados?|renomeados?|renommées?|umbenannte|переименованные|rinominati|(?:ال)?معاد تسميتها",
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
