/** What a command left behind on a host. */
export interface HostResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/**
 * Boots a fresh host, gives it `commands` one after the other, and then `run`, whose result is the answer. Pure: the
 * same commands give the same result.
 */
export type HostRunner = (commands: readonly string[], run: string) => HostResult;

/** The commands of a script: one a line; a line that ends in a backslash goes on in the next one. Blank lines and comments fall away. */
export function commandLines(script: string): readonly string[] {
  const commands: string[] = [];
  let open = '';
  for (const line of script.split('\n')) {
    const whole = open === '' ? line.trim() : `${open}\n${line.trimEnd()}`;
    if (whole.endsWith('\\')) {
      open = whole;
      continue;
    }
    open = '';
    if (whole !== '' && !whole.startsWith('#')) commands.push(whole);
  }
  if (open !== '') commands.push(open);
  return commands;
}
