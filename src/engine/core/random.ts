/**
 * Chance is state: a draw hangs on (seed, subsystem, ordinal) and on nothing else, so that one draw more changes no other.
 * splitmix32 over an FNV-1a hash of the three; integers only, the same bits in every browser.
 */
export function draw(seed: number, subsystem: string, ordinal: number, word = 0): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = 0; i < subsystem.length; i++) h = Math.imul(h ^ subsystem.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ ordinal, 0x01000193) ^ Math.imul(word + 1, 0x9e3779b9);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/** `digits` lower-case hex digits. */
export function drawHex(seed: number, subsystem: string, ordinal: number, digits: number): string {
  let text = '';
  for (let word = 0; text.length < digits; word++)
    text += draw(seed, subsystem, ordinal, word).toString(16).padStart(8, '0');
  return text.slice(0, digits);
}

/** A whole number in [0, below). */
export const drawBelow = (seed: number, subsystem: string, ordinal: number, below: number): number =>
  draw(seed, subsystem, ordinal) % below;
