import { type Micros, SECOND } from './units.ts';
import { BOOT_EPOCH } from './world.ts';

/** A moment as a calendar and a clock show it, UTC. */
export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

/** Whole seconds since 1970 to calendar, UTC (days to civil, proleptic Gregorian). @sim exact, leap seconds omitted. */
export function civilOf(seconds: number): Omit<Civil, 'micros'> {
  const days = Math.floor(seconds / 86400);
  const rest = seconds - days * 86400;
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yoe + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: doy - Math.floor((153 * mp + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
}

/** Virtual time to calendar, UTC. */
export function civil(at: Micros): Civil {
  const whole = Math.floor(at / SECOND);
  return { ...civilOf(BOOT_EPOCH + whole), micros: at - whole * SECOND };
}

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (n: number): string => String(n).padStart(2, '0');

/** `2026-11-25` and `04:03:03`. */
export function dateAndTime(at: Micros): readonly [date: string, time: string] {
  const c = civil(at);
  return [`${c.year}-${two(c.month)}-${two(c.day)}`, `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`];
}
