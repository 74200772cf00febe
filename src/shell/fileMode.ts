import type { Stat } from '../engine/linux/vfs.ts';

const LETTERS: Readonly<Record<Stat['kind'], string>> = {
  dir: 'd',
  file: '-',
  link: 'l',
  chr: 'c',
  blk: 'b',
  fifo: 'p',
  sock: 's',
};

/** `drwxr-xr-t` */
export function modeText({ kind, mode }: Pick<Stat, 'kind' | 'mode'>): string {
  let text = LETTERS[kind];
  for (const shift of [6, 3, 0]) {
    const special = (mode & (shift === 6 ? 0o4000 : shift === 3 ? 0o2000 : 0o1000)) !== 0;
    const run = ((mode >> shift) & 1) !== 0;
    const mark = shift === 0 ? 't' : 's';
    text += (mode >> shift) & 4 ? 'r' : '-';
    text += (mode >> shift) & 2 ? 'w' : '-';
    text += special ? (run ? mark : mark.toUpperCase()) : run ? 'x' : '-';
  }
  return text;
}

/** What `chmod` makes of a mode: octal, or clauses such as `u+x,go-w,a=r`; undefined when it is none. */
export function changeMode(old: number, text: string, umask: number, isDir: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let mode = old;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=][rwxXst]*)+)$/.exec(clause);
    if (!match) return undefined;
    const who = match[1] as string;
    const all = who === '' || who.includes('a');
    for (const step of (match[2] as string).match(/[-+=][rwxXst]*/g) ?? [])
      mode = applyClause(mode, who, all, step, who === '' ? umask : 0, isDir);
  }
  return mode;
}

function applyClause(old: number, who: string, all: boolean, step: string, umask: number, isDir: boolean): number {
  const letters = step.slice(1);
  let bits = 0;
  for (const [letter, shift] of [
    ['u', 6],
    ['g', 3],
    ['o', 0],
  ] as const) {
    if (!all && !who.includes(letter)) continue;
    const x = letters.includes('x') || (letters.includes('X') && (isDir || (old & 0o111) !== 0));
    bits |= ((letters.includes('r') ? 4 : 0) | (letters.includes('w') ? 2 : 0) | (x ? 1 : 0)) << shift;
  }
  bits &= ~umask;
  if (letters.includes('s')) bits |= (all || who.includes('u') ? 0o4000 : 0) | (all || who.includes('g') ? 0o2000 : 0);
  if (letters.includes('t')) bits |= 0o1000;
  if (step.startsWith('+')) return old | bits;
  if (step.startsWith('-')) return old & ~bits;
  const mask =
    (all || who.includes('u') ? 0o4700 : 0) |
    (all || who.includes('g') ? 0o2070 : 0) |
    (all || who.includes('o') ? 0o7 : 0);
  return (old & ~mask) | bits;
}
