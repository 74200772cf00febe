/** Widths in em of a humanist sans-serif, on the wide side of the fonts that readers have: text that fits here fits there. */
const NARROW = /[ijl|.,:;'!`·]/;
const SLIM = /[ frtI()[\]{}/\\-]/;
const BROAD = /[mwMW@%&—…→]/;
const CAPITAL = /[A-Z_#<>=+~]/;
const FULL = /[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uff00-\uff60]/;

const BOLD = 1.07;
const MONO = 0.605;

function widthOfLetter(letter: string): number {
  if (FULL.test(letter)) return 1;
  if (NARROW.test(letter)) return 0.34;
  if (SLIM.test(letter)) return 0.42;
  if (BROAD.test(letter)) return 0.94;
  return CAPITAL.test(letter) ? 0.72 : 0.6;
}

interface Face {
  readonly size: number;
  readonly mono?: boolean;
  readonly bold?: boolean;
}

/** The width of a line of text in units of the scene, by table: the same at build and in every browser. */
export function widthOf(text: string, { size, mono, bold }: Face): number {
  let em = 0;
  for (const letter of text) em += mono ? (FULL.test(letter) ? 1 : MONO) : widthOfLetter(letter);
  return em * size * (bold ? BOLD : 1);
}

/** The text, or as much of it as fits with an ellipsis. */
export function fitText(text: string, face: Face, width: number): string {
  if (widthOf(text, face) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && widthOf(`${letters.join('')}…`, face) > width) letters.pop();
  return `${letters.join('')}…`;
}

/** The first of several wordings that fits; the last one, cut, when none does. */
export function firstThatFits(wordings: readonly string[], face: Face, width: number): string {
  return wordings.find((text) => widthOf(text, face) <= width) ?? fitText(wordings.at(-1) ?? '', face, width);
}
