/** Virtual time in whole microseconds since the world's boot instant. */
export type Micros = number;
/** Sizes in bytes. */
export type Bytes = number;

export const MS: Micros = 1000;
export const SECOND: Micros = 1_000_000;
