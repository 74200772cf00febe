import { defineTable, type Row } from '../core/table.ts';

/** A line of a terminal's screen, for ever in the order in which it came. */
export interface TtyRow {
  readonly kind: 'cmd' | 'out' | 'err' | 'note';
  /** What stands there; a note of ours is a key of `content/locales`, its slots beside it. */
  readonly text: string;
  readonly slots?: Readonly<Record<string, string>>;
  /** The prompt that stood before a typed line. */
  readonly prompt?: string;
}

/**
 * A terminal, or (`piped`) a session whose output is collected without one, stdout and stderr apart. A terminal in
 * canonical mode hands over whole lines; ^C, ^Z and ^\ become signals for its foreground group, ^D an end of file.
 */
export interface Tty extends Row {
  /** `c1`, `host`: the name that inputs use. */
  readonly name: string;
  readonly machine: number;
  readonly piped: boolean;
  /** Key of the session's leader. */
  readonly session: number;
  /** Key of the foreground process group's leader. */
  readonly foreground: number;
  /** Typed and not yet read; whole lines with their newline. */
  readonly input: string;
  /** ^D was typed on an empty line. */
  readonly eof: boolean;
  readonly rows: readonly TtyRow[];
  /** Output since the last newline. */
  readonly partial: string;
  /** What a reading shell shows; undefined while no prompt stands. */
  readonly prompt?: string;
  /** Piped only: what came out, until somebody takes it. */
  readonly stdout: string;
  readonly stderr: string;
  /** Characters and lines that came since the last input: beyond a bound the rest is left out. */
  readonly since?: { readonly characters: number; readonly lines: number };
  readonly columns: number;
  readonly lines: number;
}

export const TTY = defineTable<Tty>({
  name: 'tty',
  unique: { name: (t) => t.name },
  multi: { session: (t) => t.session },
});

export const ttyChannel = (id: number): string => `tty:${id}`;
