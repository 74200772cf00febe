import type { Micros } from '../engine/core/units.ts';

/** The only thing that is logged, shared and replayed. */
export type Input =
  /** A line typed into a terminal and Enter. */
  | { readonly kind: 'exec'; readonly tty: string; readonly line: string }
  /** What a running program reads: text, or one of ^C ^D ^Z ^L. */
  | { readonly kind: 'key'; readonly tty: string; readonly key: string }
  /** Virtual time passes until this instant. */
  | { readonly kind: 'advance'; readonly until: Micros }
  /** A further terminal on a machine; `argv` instead of a login shell, `piped` without a terminal. */
  | {
      readonly kind: 'open';
      readonly tty: string;
      readonly machine?: string;
      readonly piped?: boolean;
      readonly argv?: readonly string[];
    }
  /** A terminal is closed: its processes get KILL. */
  | { readonly kind: 'close'; readonly tty: string }
  /** The editor saves a file on the host. */
  | { readonly kind: 'write'; readonly path: string; readonly text: string };
