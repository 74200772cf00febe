import { civilOf } from '../engine/core/calendar.ts';
import type { Micros } from '../engine/core/units.ts';
import { SECOND } from '../engine/core/units.ts';
import { BOOT_EPOCH } from '../engine/core/world.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Whole seconds since 1970 at a moment of world time. */
export const epochSeconds = (at: Micros): number => BOOT_EPOCH + Math.floor(at / SECOND);

/** Days since 1970 of a date of the proleptic Gregorian calendar. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** strftime(3) in the C locale, UTC; `micros` is the part of the second. Unknown letters stand as they are. */
export function strftime(format: string, seconds: number, micros = 0): string {
  const t = civilOf(seconds);
  const days = Math.floor(seconds / 86400);
  const weekday = (((days + 4) % 7) + 7) % 7;
  const day = DAYS[weekday] as string;
  const month = MONTHS[t.month - 1] as string;
  const clock = `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  const fields: Readonly<Record<string, string>> = {
    Y: String(t.year),
    q: String(Math.ceil(t.month / 3)),
    C: two(Math.floor(t.year / 100)),
    y: two(t.year % 100),
    m: two(t.month),
    d: two(t.day),
    e: String(t.day).padStart(2),
    H: two(t.hour),
    k: String(t.hour).padStart(2),
    I: two(t.hour % 12 || 12),
    l: String(t.hour % 12 || 12).padStart(2),
    M: two(t.minute),
    S: two(t.second),
    s: String(seconds),
    N: `${String(micros).padStart(6, '0')}000`,
    p: t.hour < 12 ? 'AM' : 'PM',
    P: t.hour < 12 ? 'am' : 'pm',
    a: day.slice(0, 3),
    A: day,
    b: month.slice(0, 3),
    h: month.slice(0, 3),
    B: month,
    j: String(days - dayNumber(t.year, 1, 1) + 1).padStart(3, '0'),
    u: String(weekday || 7),
    w: String(weekday),
    Z: 'UTC',
    z: '+0000',
    n: '\n',
    t: '\t',
    '%': '%',
    T: clock,
    R: `${two(t.hour)}:${two(t.minute)}`,
    F: `${t.year}-${two(t.month)}-${two(t.day)}`,
    D: `${two(t.month)}/${two(t.day)}/${two(t.year % 100)}`,
    x: `${two(t.month)}/${two(t.day)}/${two(t.year % 100)}`,
    X: clock,
    c: `${day.slice(0, 3)} ${month.slice(0, 3)} ${String(t.day).padStart(2)} ${clock} ${t.year}`,
    r: `${two(t.hour % 12 || 12)}:${two(t.minute)}:${two(t.second)} ${t.hour < 12 ? 'AM' : 'PM'}`,
  };
  return format.replace(
    /%([-_0^#]?)(:?)(\d*)([A-Za-z%])/g,
    (all, flag: string, _colon, width: string, letter: string) => {
      if (!Object.hasOwn(fields, letter)) return all;
      const text = fields[letter] as string;
      if (letter === 'N' && width) return text.slice(0, Number(width));
      if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
      return flag === '^' ? text.toUpperCase() : text;
    },
  );
}
