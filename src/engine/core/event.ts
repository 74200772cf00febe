import type { Micros } from './units.ts';

/** What an event is about: a row of a table. */
export interface Subject {
  readonly table: string;
  readonly id: number;
}

/**
 * Something happened in the world. `frame` marks those that made (or unmade) a kernel object a learner can point at:
 * they are the pictures of the film strip. `cause` is the process key on whose behalf it happened.
 */
export interface Event {
  readonly seq: number;
  readonly at: Micros;
  /** `<noun>.<verb>`: netdev.add, netdev.move, process.clone, packet.rx … */
  readonly kind: string;
  readonly subject: Subject;
  readonly cause?: number;
  readonly frame?: boolean;
  readonly fields: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}
