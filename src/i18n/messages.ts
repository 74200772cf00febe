import type english from '../../content/locales/en.json';
import type korean from '../../content/locales/ko.json';
import type { Language } from './languages.ts';

/** Every key of the interface's words; a key that is missing in a language does not compile. */
export type MessageKey = keyof typeof english & keyof typeof korean;

/** A text with `{name}` slots, or one text per plural form chosen by `count`. */
export type Message = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string });

export type Dictionary = Readonly<Record<MessageKey, Message>>;

export type MessageValues = Readonly<Record<string, string | number>>;

/** Gives the text of a key with its slots filled; a slot without a value stays visible as `{name}`. */
export type Translate = (key: MessageKey, values?: MessageValues) => string;

/** Binds a dictionary to its language; plural forms follow `Intl.PluralRules` of that language. */
export function translator(language: Language, dictionary: Dictionary): Translate {
  const plural = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const message = dictionary[key];
    const text =
      typeof message === 'string' ? message : (message[plural.select(Number(values.count))] ?? message.other);
    return text.replace(/\{(\w+)\}/g, (slot, name: string) => String(values[name] ?? slot));
  };
}

const files = import.meta.glob<{ default: Dictionary }>('../../content/locales/*.json');

/** Loads the words of one language. A language without a file is a bug of ours and throws. */
export async function loadDictionary(language: Language): Promise<Dictionary> {
  const load = files[`../../content/locales/${language}.json`];
  if (load === undefined) throw new Error(`no dictionary for ${language}`);
  return (await load()).default;
}
