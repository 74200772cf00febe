/** A word as bash's `set -x` and `declare -p` would write it: bare when it is plain, else in quotes. */
export function quoteWord(text: string): string {
  if (text === '') return "''";
  if (/^[\w@%+=:,./~^-]+$/.test(text) && !text.startsWith('~')) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
