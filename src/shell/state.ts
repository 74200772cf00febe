import type { Micros } from '../engine/core/units.ts';
import type { Signal } from '../engine/linux/signal.ts';
import type { NodeRef } from './syntax.ts';

/** Whose words and habits a shell has. */
export type Dialect = 'bash' | 'ash' | 'dash';

export interface Variable {
  /** Value of a scalar; absent when it is declared only, or an array. */
  readonly text?: string;
  /** Elements of an array by key; indexed ones in ascending order. */
  readonly items?: readonly (readonly [key: string, value: string])[];
  readonly assoc?: boolean;
  readonly exported?: boolean;
  readonly readonly?: boolean;
  readonly integer?: boolean;
}

/** One level of the interpreter's stack: what is being done, how far it is. Plain JSON; more fields by kind. */
export interface Frame {
  readonly kind: string;
}

export interface JobProcess {
  /** Key of the process. */
  readonly key: number;
  readonly pid: number;
  /** Its exit status once it has ended. */
  readonly status?: number;
  /** What killed it. */
  readonly signal?: Signal;
}

export interface Job {
  /** The number in `%1`. */
  readonly number: number;
  readonly processes: readonly JobProcess[];
  readonly text: string;
  readonly state: 'running' | 'stopped' | 'done';
  /** Its own process group (job control). */
  readonly group: boolean;
  /** `wait` forgets it. */
  readonly disowned?: boolean;
}

/** All that a shell knows: its process's state. */
export interface ShellState {
  readonly shell: true;
  readonly dialect: Dialect;
  /** `$0` */
  readonly name: string;
  readonly interactive: boolean;
  /** Its messages name no line: it, or the shell it was forked from, is interactive. */
  readonly bare: boolean;
  /** Its last command may take its place (`-c`, subshells). */
  readonly oneShot: boolean;
  /** The script comes from a file or stdin: errors carry line numbers. */
  readonly numbered: boolean;
  /** A piped session: commands come from this terminal's row. */
  readonly control?: number;
  /** The terminal on which it has job control. */
  readonly terminal?: number;
  readonly stack: readonly Frame[];
  readonly variables: readonly (readonly [name: string, variable: Variable])[];
  readonly functions: readonly (readonly [name: string, body: NodeRef])[];
  readonly aliases: readonly (readonly [name: string, text: string])[];
  readonly traps: readonly (readonly [signal: string, action: string])[];
  readonly positional: readonly string[];
  readonly status: number;
  readonly pipeStatus: readonly number[];
  /** The last command of an `&&`/`||` list gave the list its status (`set -e` looks at no other). */
  readonly lastOfAndOr: boolean;
  /** `$$` */
  readonly pid: number;
  /** `$!` */
  readonly background: number;
  /** Letters of `set`, and `pipefail`. */
  readonly options: readonly string[];
  readonly jobs: readonly Job[];
  readonly history: readonly string[];
  /** Signals ignored when it started: they stay ignored. */
  readonly ignored: readonly string[];
  readonly startedAt: Micros;
  /** Forks at an instant. */
  readonly forks?: readonly [at: Micros, count: number];
  readonly depth: number;
  /** The simple command that runs. */
  readonly running?: NodeRef;
  /** It waits for a command. */
  readonly idle: boolean;
}
