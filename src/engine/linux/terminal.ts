import { fail, ok } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { defineFileKind, openFile } from './file.ts';
import { signalProcess } from './life.ts';
import { PROCESS } from './process.ts';
import type { Signal } from './signal.ts';
import { TTY, type Tty, type TtyRow, ttyChannel } from './tty.ts';
import { wake } from './wait.ts';

/** Output kept for one terminal; older rows fall away, and one row of ours says so. */
const MOST_ROWS = 10_000;

/** Output that one input may bring: then a line of ours says that the rest is left out. */
const MOST_LINES = 10_000;
const MOST_CHARACTERS = 1 << 20;

type Shape = Pick<Tty, 'name' | 'machine' | 'piped' | 'columns' | 'lines'>;

export function makeTty(tx: Transaction, shape: Shape): Tty {
  return tx.put(TTY, {
    id: tx.id(TTY),
    ...shape,
    session: 0,
    foreground: 0,
    input: '',
    eof: false,
    rows: [],
    partial: '',
    stdout: '',
    stderr: '',
  });
}

/** The three standard files of a session: the terminal itself, or the collector's two ends with an empty stdin. */
export function ttyFiles(tx: Transaction, tty: Tty): readonly [number, number, number] {
  const open = (kind: string, path: string, read: boolean) =>
    openFile(tx, { kind, target: tty.id, read, write: true, path }).id;
  if (!tty.piped) {
    const file = open('tty', `/dev/pts/${tty.id - 1}`, true);
    return [file, file, file];
  }
  return [
    open('null', '/dev/null', true),
    open('collect', 'pipe:[out]', false),
    open('collect-err', 'pipe:[err]', false),
  ];
}

/** What of an output still fits since the last input; the row counts it. */
function fitting(tx: Transaction, id: number, text: string): string {
  const tty = tx.need(TTY, id);
  const since = tty.since ?? { characters: 0, lines: 0 };
  if (since.characters >= MOST_CHARACTERS || since.lines >= MOST_LINES) return '';
  let [end, lines] = [0, since.lines];
  const room = Math.min(text.length, MOST_CHARACTERS - since.characters);
  while (end < room && lines < MOST_LINES) {
    const newline = text.indexOf('\n', end);
    const whole = newline >= 0 && newline < room;
    end = whole ? newline + 1 : room;
    if (whole) lines++;
  }
  const full = end < text.length;
  const characters = full ? MOST_CHARACTERS : since.characters + end;
  tx.put(TTY, { ...tty, since: { characters, lines } });
  return text.slice(0, end);
}

const isFull = (tx: Transaction, id: number): boolean => (tx.need(TTY, id).since?.characters ?? 0) >= MOST_CHARACTERS;

/** Appends program output to the screen: whole lines become rows, the rest waits for its newline. */
function printTo(tx: Transaction, id: number, all: string): void {
  if (isFull(tx, id)) return;
  const text = fitting(tx, id, all);
  append(tx, id, text);
  if (isFull(tx, id)) noteTo(tx, id, 'note.output');
}

function append(tx: Transaction, id: number, text: string): void {
  const tty = tx.need(TTY, id);
  const lines = (tty.partial + text).replaceAll('\r\n', '\n').split('\n');
  const partial = lines.pop() as string;
  if (lines.length === 0) {
    tx.put(TTY, { ...tty, partial });
    return;
  }
  const rows = [...tty.rows, ...lines.map((line): TtyRow => ({ kind: 'out', text: line }))];
  tx.put(TTY, { ...tty, partial, rows: rows.length > MOST_ROWS ? rows.slice(-MOST_ROWS) : rows });
}

/** A line of ours, set apart from what programs print: a key of `content/locales` and what stands in its slots. */
export function noteTo(tx: Transaction, id: number, text: string, slots?: TtyRow['slots']): void {
  const tty = tx.need(TTY, id);
  if (tty.piped) return;
  const rows: TtyRow[] = [...tty.rows];
  if (tty.partial) rows.push({ kind: 'out', text: tty.partial });
  tx.put(TTY, { ...tty, partial: '', rows: [...rows, { kind: 'note', text, ...(slots ? { slots } : {}) }] });
}

/** A typed line: shown behind the prompt (or the partial line) that stands there, and handed to whoever reads. */
export function typeLine(tx: Transaction, id: number, line: string): void {
  const tty = tx.need(TTY, id);
  const prompt = tty.partial + (tty.prompt ?? '');
  const { prompt: _shown, since: _before, ...rest } = tty;
  const row: TtyRow = { kind: 'cmd', text: line, ...(prompt ? { prompt } : {}) };
  tx.put(TTY, { ...rest, partial: '', rows: [...tty.rows, row], input: `${tty.input}${line}\n` });
  wake(tx, ttyChannel(id));
}

const KEYS: Readonly<Record<string, Signal>> = { '^C': 'INT', '^Z': 'TSTP', '^\\': 'QUIT' };

/** ^C, ^Z and ^\ signal the foreground group (termios(3), ISIG); ^D ends input; ^L is the screen's own. */
export function typeKey(tx: Transaction, id: number, key: string): void {
  const tty = tx.need(TTY, id);
  const signal = KEYS[key];
  if (key === '^L') {
    tx.put(TTY, { ...tty, rows: [] });
  } else if (key === '^D') {
    tx.put(TTY, { ...tty, eof: true });
    wake(tx, ttyChannel(id));
  } else if (signal) {
    const { prompt, since: _before, ...rest } = tty;
    const row: TtyRow = {
      kind: 'cmd',
      text: key,
      ...(tty.partial + (prompt ?? '') ? { prompt: tty.partial + (prompt ?? '') } : {}),
    };
    tx.put(TTY, { ...rest, partial: '', input: '', rows: [...tty.rows, row] });
    for (const process of tx.list(PROCESS, 'pgrp', tty.foreground)) signalProcess(tx, process, signal);
  }
}

/** Job control (tty_ioctl(2), TIOCSPGRP). */
export function setForeground(tx: Transaction, id: number, pgrp: number): void {
  tx.put(TTY, { ...tx.need(TTY, id), foreground: pgrp });
}

/** The prompt that a reading shell shows; undefined takes it away. */
export function setPrompt(tx: Transaction, id: number, prompt: string | undefined): void {
  const { prompt: _old, ...tty } = tx.need(TTY, id);
  tx.put(TTY, prompt === undefined ? tty : { ...tty, prompt });
}

defineFileKind('tty', {
  read(tx, file, max) {
    const tty = tx.need(TTY, file.target);
    if (tty.input) {
      const newline = tty.input.indexOf('\n');
      const text = tty.input.slice(0, Math.min(max, newline < 0 ? tty.input.length : newline + 1));
      tx.put(TTY, { ...tty, input: tty.input.slice(text.length) });
      return ok(text);
    }
    if (!tty.eof) return fail('EAGAIN');
    tx.put(TTY, { ...tty, eof: false });
    return ok('');
  },
  write(tx, file, text) {
    printTo(tx, file.target, text);
    return ok(text.length);
  },
  channel: (file) => ttyChannel(file.target),
});

const collect = (stream: 'stdout' | 'stderr') => ({
  write(tx: Transaction, file: { readonly target: number }, text: string) {
    if (isFull(tx, file.target)) return ok(text.length);
    const kept = fitting(tx, file.target, text);
    const tty = tx.need(TTY, file.target);
    tx.put(TTY, { ...tty, [stream]: tty[stream] + kept });
    return ok(text.length);
  },
});
defineFileKind('collect', collect('stdout'));
defineFileKind('collect-err', collect('stderr'));
