import { epochSeconds, strftime } from '../clock.ts';
import { numberOf, type Value } from './value.ts';

/** The arguments of a call, worked out when they are asked for. */
export interface Arguments {
  readonly count: number;
  readonly value: (i: number) => Value;
  readonly text: (i: number) => string;
}

/** Functions that hang on nothing but their arguments and the clock; undefined for every other name. */
export function plainFunction(name: string, { count, value, text }: Arguments, now: number): Value | undefined {
  switch (name) {
    case 'substr': {
      const source = text(0);
      const from = Math.round(numberOf(value(1)));
      const to = count > 2 ? from + Math.round(numberOf(value(2))) : Number.POSITIVE_INFINITY;
      return source.slice(Math.max(0, from - 1), Math.max(0, to === Number.POSITIVE_INFINITY ? source.length : to - 1));
    }
    case 'index':
      return text(0).indexOf(text(1)) + 1;
    case 'tolower':
      return text(0).toLowerCase();
    case 'toupper':
      return text(0).toUpperCase();
    case 'int':
      return Math.trunc(numberOf(value(0)));
    case 'sqrt':
      return Math.sqrt(numberOf(value(0)));
    case 'srand':
      return 0;
    case 'systime':
      return epochSeconds(now);
    case 'strftime':
      return strftime(
        count > 0 ? text(0) : '%a %b %e %H:%M:%S UTC %Y',
        count > 1 ? Math.trunc(numberOf(value(1))) : epochSeconds(now),
      );
    case 'close':
    case 'fflush':
      return 0;
    default:
      return undefined;
  }
}
