import type { Micros } from '../core/units.ts';
import type { System } from './system.ts';
import type { Wait } from './wait.ts';

/** What a program does next: sleep, end, compute, or (`again`) let others run first. */
export type Next<S = unknown> =
  | { readonly state: S; readonly wait: Wait }
  | { readonly state: S; readonly again: true }
  /** It computes: it stays runnable and goes on after so much processor time, in microseconds. */
  | { readonly state: S; readonly busy: Micros }
  | { readonly exit: number }
  /** It has called execve(2): another program stands in its process now. */
  | { readonly replaced: true };

/**
 * A running program is a row: nothing of it lives in the JavaScript heap. `start` is called once after exec, `resume`
 * whenever something it waits for may have happened; both may make system calls through `sys` and return plain JSON as
 * their state. A program that is woken for nothing sleeps again.
 */
export interface Program<S = unknown> {
  readonly name: string;
  start(sys: System, argv: readonly string[]): Next<S>;
  resume(sys: System, state: S): Next<S>;
}

const programs = new Map<string, Program>();

/** Registers a program by its name: the name of a builtin binary (`/bin/ls` → `ls`), or an image's program. */
export function defineProgram<S>(program: Program<S>): Program<S> {
  if (programs.has(program.name)) throw new Error(`program ${program.name} is defined twice`);
  programs.set(program.name, program as Program);
  return program;
}

/** Something was needed that is among the code still to come. Whoever loads in parts steps again when it is there. */
export class PartToCome extends Error {}

let toCome = false;

/** Says whether code is still being loaded: a page starts with the most used. Elsewhere all is there at once. */
export function expectParts(more: boolean): void {
  toCome = more;
}

/** Something was looked up by its name and not found: throws PartToCome while that cannot be known. */
export function notFound(name: string): undefined {
  if (toCome) throw new PartToCome(name);
}

/** The program of a name; undefined for one that is not simulated. Throws PartToCome while that cannot be known. */
export const findProgram = (name: string): Program | undefined => programs.get(name) ?? notFound(name);

/** Is a program of this name here already? */
export const hasProgram = (name: string): boolean => programs.has(name);

export const programNames = (): readonly string[] => [...programs.keys()].sort();
