// The language of the back office: chosen by its reader, remembered by the browser, spoken by all words.
const place = "admin_language";
export const languages = ["ky", "ru", "en"] as const;
export type Language = (typeof languages)[number];
export const languageNames: Record<Language, string> = { ky: "Кыргызча", ru: "Русский", en: "English" };

function chosen(): Language {
  const known = (word: string | null | undefined) => languages.find((language) => language === word);
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(place);
  } catch {
    // Without storage the browser's language counts.
  }
  return known(stored) ?? navigator.languages.map((tag) => known(tag.slice(0, 2))).find(Boolean) ?? "en";
}

export const language = chosen();
document.documentElement.lang = language;
/** How numbers and dates are written: some browsers know no Kyrgyz, and its numbers are written as Russian ones. */
export const locale = Intl.NumberFormat.supportedLocalesOf([language, "ru"])[0] ?? "en";

export function speakLanguage(wanted: Language): void {
  try {
    localStorage.setItem(place, wanted);
  } catch {
    return;
  }
  location.reload();
}

type Said = readonly [english: string, russian: string, kyrgyz: string];

/** Words in the language of this page: each is written in English, Russian and Kyrgyz, side by side. */
export function speak<Names extends string>(words: Record<Names, Said>): Record<Names, string> {
  const column = { en: 0, ru: 1, ky: 2 }[language];
  const entries = Object.entries<Said>(words).map(([name, said]) => [name, said[column] ?? said[0]]);
  return Object.fromEntries(entries) as Record<Names, string>;
}

/** The word for something the server names, or its own name where there is none. */
export function wordFor(words: Record<string, string>, name: string): string {
  return words[name] ?? name;
}

/** Some of the words. */
export function pick<Name extends string>(words: Record<Name, string>, names: readonly Name[]): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, words[name]])) as Record<Name, string>;
}

/** What something is called in the reader's language, or by its own name. */
export function nameOf({ name, names }: { name: string; names: Record<string, string> }): string {
  return names[language] || name;
}
