import { escapes } from './escapes.ts';

/** The text that echo prints; dash reads escapes always, bash and busybox with -e. */
export function echoText(args: readonly string[], always: boolean): string {
  let newline = true;
  let read = always;
  const words = [...args];
  while (words[0] !== undefined && (always ? words[0] === '-n' : /^-[neE]+$/.test(words[0]))) {
    const letters = words.shift() as string;
    if (letters.includes('n')) newline = false;
    if (letters.includes('e')) read = true;
    else if (letters.includes('E')) read = false;
  }
  const text = words.join(' ');
  if (!read) return text + (newline ? '\n' : '');
  const cut = text.indexOf('\\c');
  return cut >= 0 ? escapes(text.slice(0, cut)) : escapes(text) + (newline ? '\n' : '');
}
