import { hasProgram, notFound } from '../engine/linux/program.ts';
import type { Shell } from './shell.ts';
import type { ShellState } from './state.ts';

/** One call of a builtin. */
export interface Call {
  /** The word by which it was called. */
  readonly name: string;
  readonly args: readonly string[];
  /** `a=(…)` among the arguments of declare and its like, by their place. */
  readonly arrays: ReadonlyMap<number, ArrayElements>;
  /** Collected output, written when it returns. */
  out(text: string): void;
  /** A message in the shell's words: `bash: cd: …`; gives the status. */
  fail(text: string, status?: number): number;
}

export type ArrayElements = readonly (readonly [key: string | undefined, value: string])[];

/** A builtin gives its status, or nothing when it has pushed a frame that will. */
interface Builtin {
  readonly name: string;
  /** A POSIX special builtin: assignments before it last. */
  readonly special?: boolean;
  /** Only bash has it. */
  readonly bashOnly?: boolean;
  readonly summary: string;
  run(shell: Shell, call: Call): number | undefined;
}

const builtins = new Map<string, Builtin>();

export function defineBuiltin(builtin: Builtin): void {
  builtins.set(builtin.name, builtin);
}

/** The builtin of a name. Throws PartToCome while it may be one that has not come: not for a program that is here. */
export function findBuiltin(shell: Shell, name: string): Builtin | undefined {
  const found = builtins.get(name) ?? (hasProgram(name) ? undefined : notFound(name));
  return found?.bashOnly && shell.base.dialect !== 'bash' ? undefined : found;
}

/** The builtins of a shell's dialect. */
export const builtinNamesOf = (dialect: ShellState['dialect']): readonly string[] =>
  [...builtins.values()].filter((one) => !one.bashOnly || dialect === 'bash').map((one) => one.name);

export const builtinNames = (): readonly string[] => [...builtins.keys()].sort();

export const builtinSummary = (name: string): string | undefined => builtins.get(name)?.summary;
