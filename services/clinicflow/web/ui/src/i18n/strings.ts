/** Texts of the screens in English, Spanish and Indonesian. */

import { language, type Language, LANGUAGES } from "../lib/prefs";
import { ASKED } from "./asked";
import { HAPPENED } from "./happened";
import { PUBLIC } from "./public";
import { STAFF } from "./staff";
import { TEAM } from "./team";
import { WORDS } from "./words";

export type Texts = Record<string, [string, string, string]>;

const ALL: Texts = { ...PUBLIC, ...STAFF, ...TEAM };

export function t(key: string, values: Record<string, string | number> = {}, lang: Language = language()): string {
  return ofTable(ALL, key, values, lang);
}

/** The text of a code in a table of its own, with values put in; the code itself when the table does not have it. */
export function ofTable(table: Texts, code: string, values: Record<string, string | number> = {}, lang: Language = language()): string {
  const found = table[code]?.[LANGUAGES.indexOf(lang)] ?? table[code]?.[0] ?? code;
  return found.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A code of a schema (event, field name, symbol, role, activity) in words. */
export function word(code: string): string {
  const found = (WORDS[code] ?? HAPPENED[code] ?? ASKED[code])?.[LANGUAGES.indexOf(language())];
  if (found) return found;
  const text = code.replace(/[-_]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A title in the chosen language, else in English, else in any. */
export function titled(titles: Record<string, string>, fallback: string): string {
  return titles[language()] ?? titles["en"] ?? Object.values(titles)[0] ?? word(fallback);
}
