/** The languages of the course; their order is the order on pages that show all of them. */
export const languages = ['ko', 'en'] as const;

export type Language = (typeof languages)[number];

/** Each language's own name for itself. */
export const languageNames: Readonly<Record<Language, string>> = { ko: '한국어', en: 'English' };

export function isLanguage(value: unknown): value is Language {
  return languages.some((language) => language === value);
}

/** With two languages, the one to switch to. */
export function otherLanguage(language: Language): Language {
  return language === 'ko' ? 'en' : 'ko';
}

/** A text in every language, as content files write it. */
export type Localized<T = string> = Readonly<Record<Language, T>>;
