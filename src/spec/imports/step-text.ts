// What does one line of a foreign task list ask for: code, a test, or something to run? And which files does it name?

import type { ImportedStep, SourceLine } from "../../model/imported.ts";
import { isTestPath } from "../../model/test-path.ts";
import { clip } from "../findings/nearest.ts";
import { TASK_ID } from "../schema/schema-words.ts";
import { filesIn, fullPath, pathCalled } from "./file-names.ts";
import type { Notes } from "./foreign.ts";

const TEST =
  /^(?:(?:write|add|create|implement|extend|update)\s+)?(?:an?\s+|the\s+)?(?:[\p{L}-]+\s+){0,3}tests?\b(?!\s+(?:request|mode|button|data|environment|connection|endpoint|account|call|results?|success|fail\w*)\b)|^(?:test|cover)\s/iu;
/** What looks at the state of things, whatever the object is. */
const CHECK =
  /^(?:final\s+)?(?:checkpoint|run|verify|confirm|validate|review|check|commit|manual(?:ly)?|deploy|demo|measure|execute|re-?run|perform|conduct|smoke[- ]?tests?)\b|^ensure (?:that )?(?:all |the |every |existing )*(?:\S+ ){0,3}(?:tests?|builds?|suites?|lint\w*|coverage)\b/i;
const FOLDER_WORD =
  "(?:director(?:y|ies)|folders?|(?:director(?:y|ies)|project|module|folder)(?: \\S+)? (?:structure|skeleton|layout)s?)";
const BEFORE_PURPOSE = "(?:(?! (?:for|in|under|at|per|as|according)\\b).)* ";
/** Folders, and nothing beside them: `… and the core interfaces` is work. */
const FOLDERS = new RegExp(
  `^(?:create|make|add|set ?up|prepare|scaffold|initiali[sz]e)\\b(?!${BEFORE_PURPOSE}(?:and|with|plus|&) (?!.*${FOLDER_WORD})).*\\b${FOLDER_WORD}\\b|` +
    "^(?:创建|建立|新建|初始化).*(?:目录|文件夹|結構|结构)$|(?:ディレクトリ|フォルダー?)(?:構成|構造)?(?:を|の)?(?:作成|作る|作成する)$|(?:디렉터리|디렉토리|폴더)(?: 구조)?(?:를|을)? ?(?:생성|만들기|만든다)$|" +
    "^(?:crear|criar|créer|erstelle|создать|tạo)\\b.*(?:carpetas?|directorios?|pastas?|diretórios?|dossiers?|répertoires?|ordner|verzeichnisse?|thư mục)\\b|^создать (?:каталог|папк)|^(?:projekt|verzeichnis|ordner)(?:se|e)?-?(?:struktur)?(?: \\S+)? (?:anlegen|erstellen|einrichten)$",
  "iu",
);
/** Steps in other languages that only look at what tests, builds and checks of the whole say. */
const CHECK_ELSEWHERE =
  /^(?:检查点|檢查點|チェックポイント|체크포인트|punto de control|ponto de verificação|point de contrôle|контрольная точка|نقطة (?:تحقق|تفتيش)|điểm kiểm tra)|^(?:进行|進行|执行|執行|运行|運行).*(?:检查|檢查|测试|測試|验证|驗證|验收|驗收)$|^(?:确保|確保|验证|驗證|确认|確認)(?:所有|全部|完整)?的?(?:单元|單元|集成|端到端)?(?:测试|測試|构建|建置|类型检查|检查|quickstart)|(?:テスト|ビルド|型検査|型チェック|lint|動作)\s*(?:を|の|が)?\s*(?:すべて|全て)?(?:実行|確認|通る|パスする)(?:する|します|こと|ことを確認(?:する)?)?$|(?:테스트|빌드)(?:를|을|가)?\s*(?:모두|전체)?\s*(?:실행|통과|확인)(?:한다|하기|하는지 확인(?:한다)?)?$|^(?:verificar|comprobar|vérifier|überprüfen?|prüfen?|проверить|убедиться|xác minh|kiểm tra)\b|^(?:проверить|убедиться) |^(?:ejecutar|executar|rodar|exécuter|lancer|запустить|validar|valider|revisar|asegurar|garantir|chạy|đảm bảo) .{0,30}(?:pruebas|tests?|testes|build|comprobaciones|verificações|quickstart|openspec|lint|kiểm thử|тест\p{L}*|сборк\p{L}*)|^(?:alle )?tests? (?:ausführen|laufen lassen)$|^(?:تشغيل|تحقق من).{0,20}(?:الاختبارات|البناء)/iu;
/** A command, and what it is to say: `npm run build` passes. */
const COMMAND =
  /^`(?:npm|npx|pnpm|yarn|bun|make|cargo|go|dotnet|mvn|gradle|pytest|python3?|uv|openspec|factory) [^`]*`/;
/** The papers of the tools, as what is written: the import reads them, and nobody builds them. */
const PAPERS =
  /^(?:create|write|draft|update|finali[sz]e|define|crear|redactar|actualizar|escribir|definir|criar|redigir|atualizar|escrever|créer|rédiger|mettre à jour|编写|編寫|创建|更新|作成)\s+(?:the |el |la |o |a |le )?`?(?:(?:proposal|design|tasks|spec|requirements|plan)\.md|openspec\/|specs\/)|`?openspec (?:validate|archive)\b/iu;
/** And those that write tests. */
const TEST_ELSEWHERE =
  /^(?!进行|進行|执行|執行|运行|運行)(?:为.{1,30})?(?:编写|添加|新增|增加|创建|补充|撰寫|新增|實作|实现|写)?.{0,20}(?:单元|單元|集成|整合|端到端|属性|契约|回归)?(?:测试|測試)(?:用例|代码|程式)?(?:[（(].*)?$|テスト(?:コード|ケース)?(?:を)?(?:書く|書き|作成|追加|実装)|(?:単体|結合|統合|受け?入れ?|契約|E2E)テスト(?:[（(].*)?$|테스트(?: ?코드)?(?:를|을)?\s*(?:작성|추가|구현)|^(?:escribir|añadir|agregar|crear|implementar|escrever|adicionar|criar|écrire|ajouter|créer|schreibe|erstelle|написать|добавить|создать|реализовать|viết|thêm|bổ sung|كتابة|إضافة) (?:\S+ ){0,3}(?:pruebas?|tests?|testes?|тест\p{L}*|اختبار\p{L}*)|tests? (?:schreiben|erstellen|ergänzen|hinzufügen)$/iu;

/** `details` is what a step says below its line: where that asks for more than folders, it is work. */
export function kindOf(
  text: string,
  files: readonly string[],
  details: readonly string[] = [],
): ImportedStep["kind"] {
  // Which file of a name is meant may be open; then it is none that a check is to write.
  const written = files.filter((file) => !file.endsWith("/**") && !file.startsWith("**/"));
  const said = text.replace(/[\s。.:：!！]+$/u, "");
  // An empty folder is nothing to keep; it comes with its first file.
  if (written.length === 0 && FOLDERS.test(said) && details.every((detail) => FOLDERS.test(detail)))
    return "check";
  if (written.length === 0 && [CHECK, CHECK_ELSEWHERE, COMMAND, PAPERS].some((words) => words.test(said)))
    return "check";
  if (TEST.test(text) || TEST_ELSEWHERE.test(said) || (files.length > 0 && files.every(isTestPath)))
    return "test";
  return "work";
}

/** The files that the steps of one task list name. Names without a folder are looked up among all that is named. */
export class FileNames {
  private readonly root: string;
  private readonly known: readonly string[];
  private readonly notes: Notes;

  /** `texts` is where full paths may stand; `root` is the absolute folder that paths may begin with. */
  constructor(root: string, texts: readonly string[], notes: Notes) {
    this.root = root;
    this.known = [...new Set(texts.flatMap((text) => [...filesIn(text, root).files, ...treePaths(text)]))];
    this.notes = notes;
  }

  of(id: string, texts: readonly string[], spot: SourceLine): string[] {
    const named = texts.map((text) => filesIn(text, this.root));
    const all = named.flatMap((one) => one.files);
    const exact = all.filter((file) => !file.endsWith("/**"));
    const files = new Set((exact.length > 0 ? exact : all).map((file) => fullPath(file, this.known)));
    for (const name of named.flatMap(({ bare }) => bare)) {
      const path = pathCalled(name, this.known);
      const isNamed = path === null && [...files].some((file) => file.endsWith(`/${name}`));
      if (path !== null) files.add(path);
      if (isNamed || (path !== null && !path.startsWith("**/"))) continue;
      const claim = path === null ? "it claims no such file" : "it may write every file of that name";
      this.notes.note("bare-file", spot, `${id} names ${name} without a folder, so ${claim}.`);
    }
    for (const path of named.flatMap(({ strange }) => strange))
      this.notes.warn("strange-path", spot, `${id} names ${path}, which is not a path inside a project.`);
    return [...files];
  }

  /** Everything that is named anywhere, without whole folders. */
  all(): readonly string[] {
    return this.known.filter((path) => !path.endsWith("/**"));
  }
}

/** Paths of a drawn tree of files, as design documents have it: indentation or lines lead from a folder to its files. */
function treePaths(text: string): string[] {
  const paths: string[] = [];
  const open: { readonly column: number; readonly name: string }[] = [];
  for (const line of text.split("\n")) {
    const match =
      /^([\s│|├└─┬+`-]*)([\p{L}\p{N}_@.[\]()-]+\/?)(?:\s*(?:#|\/\/|←|（)|\s+(?:-|—|\(|[^\p{ASCII}])|$)/u.exec(
        line,
      );
    const [, margin = "", name = ""] = match ?? [];
    if (match === null || name === "") {
      open.length = 0;
      continue;
    }
    while ((open.at(-1)?.column ?? -1) >= margin.length) open.pop();
    if (name.endsWith("/")) open.push({ column: margin.length, name });
    else if (open.length > 0) {
      const path = `${open.map((folder) => folder.name).join("")}${name}`;
      if (filesIn(`\`${path}\``, "").files.includes(path)) paths.push(path);
    }
  }
  return paths;
}

/** Ids of steps, each kept as it is where it is legal and free. */
export class StepIds {
  private readonly taken = new Set<string>();
  private readonly notes: Notes;

  constructor(notes: Notes) {
    this.notes = notes;
  }

  /** `prefix` begins the id of a step that has none. */
  of(id: string | null, prefix: string, spot: SourceLine): string {
    const isFree = (name: string) => !this.taken.has(name.toLowerCase());
    let kept = id !== null && TASK_ID.test(id) ? id : null;
    if (kept === null || !isFree(kept)) {
      const base = kept ?? prefix;
      let number = kept === null ? 1 : 2;
      const named = () => (kept === null ? `${base}${String(number).padStart(3, "0")}` : `${base}-${number}`);
      while (!isFree(named())) number++;
      const other = named();
      if (id === null) this.notes.note("no-task-id", spot, `A task has no id, so it is called ${other}.`);
      else if (kept === null)
        this.notes.note("renamed-id", spot, `${clip(id)} is not a valid id here, so it is called ${other}.`);
      else this.notes.warn("duplicate-id", spot, `${id} is given twice; this one is called ${other}.`);
      kept = other;
    }
    this.taken.add(kept.toLowerCase());
    return kept;
  }
}
