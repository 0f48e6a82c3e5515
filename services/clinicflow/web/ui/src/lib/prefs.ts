/** What a person chose for this browser: language and theme. */

export type Language = "en" | "es" | "id";
export const LANGUAGES: Language[] = ["en", "es", "id"];
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", es: "Español", id: "Bahasa Indonesia" };

const listeners = new Set<() => void>();

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* a browser that keeps nothing: the choice holds for this page */
  }
}

function firstLanguage(): Language {
  const wanted = read("cf-language") ?? navigator.language.slice(0, 2);
  return LANGUAGES.includes(wanted as Language) ? (wanted as Language) : "en";
}

let current: Language = firstLanguage();
document.documentElement.lang = current;

export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  write("cf-language", next);
  for (const listener of listeners) listener();
}

export function onPrefs(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export type Theme = "auto" | "light" | "dark";

export function theme(): Theme {
  const found = read("cf-theme");
  return found === "light" || found === "dark" ? found : "auto";
}

export function applyTheme(wanted: Theme): void {
  if (wanted === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
}

export function setTheme(next: Theme): void {
  write("cf-theme", next);
  applyTheme(next);
  for (const listener of listeners) listener();
}

applyTheme(theme());
