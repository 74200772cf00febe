import { range, scaleBand } from 'd3';

/** Columns of equal width in the middle of [from, to], a gap apart. */
export function columns(count: number, width: number, gap: number, from: number, to: number): readonly number[] {
  if (count === 0) return [];
  const pitch = width + gap;
  const whole = count * pitch - gap;
  const start = from + (to - from - whole) / 2;
  const band = scaleBand(range(count), [start, start + whole]).paddingInner(gap / pitch);
  return range(count).map((i) => band(i) ?? start);
}

/** Where the cards of a bus stand: in which row (0 is the one next to the bar) on which side, in which column. */
export interface Seat {
  readonly column: number;
  readonly row: number;
  readonly side: 'above' | 'below';
}

/** Four to a row: two rows above the bar, then below it. Seats stay where they are as more come, up to four and from five on. */
export function seatsOf(count: number): readonly Seat[] {
  return range(count).map((i): Seat => {
    const row = Math.floor(i / SEATS_ACROSS);
    const column = i % SEATS_ACROSS;
    if (row < 2) return { column, row, side: 'above' };
    return { column, row: row - 2, side: 'below' };
  });
}

export const SEATS_ACROSS = 4;
