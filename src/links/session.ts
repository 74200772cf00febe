import type { Input } from '../lab/input.ts';

/** What a link carries: how to come to a state, never the state itself. The language stands in the address's path. */
export interface Session {
  readonly host: string;
  readonly seed: number;
  readonly inputs: readonly Input[];
  /** A place in the film (place.ts); the end unless given. */
  readonly at?: string;
  /** The words instead of the picture. */
  readonly view?: 'text';
  /** The object that is selected in all views. */
  readonly selected?: string;
  readonly theme?: 'light' | 'dark';
}

/** Why a link cannot be opened. `newer`: it was made by a later release. `long`: it asks for more than a page may do. */
export type LinkFault = 'broken' | 'newer' | 'long';

export type Opened<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: LinkFault };
