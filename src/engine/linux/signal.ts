/** signal(7) numbers on x86-64. */
export const SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const;

export type Signal = keyof typeof SIGNALS;

const BY_NUMBER = new Map<number, Signal>(Object.entries(SIGNALS).map(([name, n]) => [n, name as Signal]));

/** `9`, `KILL`, `SIGKILL`, `kill` → KILL; undefined when there is no such signal. */
export function parseSignal(text: string): Signal | undefined {
  if (/^\d+$/.test(text)) return BY_NUMBER.get(Number(text));
  const name = text.toUpperCase().replace(/^SIG/, '');
  return Object.hasOwn(SIGNALS, name) ? (name as Signal) : undefined;
}

type Action = 'term' | 'ignore' | 'stop' | 'cont';

const NOT_TERM: Partial<Record<Signal, Action>> = {
  CHLD: 'ignore',
  URG: 'ignore',
  WINCH: 'ignore',
  CONT: 'cont',
  STOP: 'stop',
  TSTP: 'stop',
  TTIN: 'stop',
  TTOU: 'stop',
};

/** What a signal does to a process that neither catches nor ignores it (signal(7), core dumps counted as term). */
export const defaultAction = (signal: Signal): Action => NOT_TERM[signal] ?? 'term';
