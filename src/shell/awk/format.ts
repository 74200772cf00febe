import { formatPrintf } from '../printf.ts';
import { numberOf, numericInput, type Value } from './value.ts';

/** `printf` and `sprintf`: the first value is the format; `textOf` says how numbers become text. */
export function formatValues(values: readonly Value[], textOf: (value: Value) => string): string {
  const [format, ...rest] = values;
  const texts = rest.map(textOf);
  // awk's printf takes its format once, with empty text for what is missing, and %c of a number is its character.
  const source = textOf(format ?? '').replaceAll('\\', '\\\\');
  let used = 0;
  const made = source.replace(
    /%%|%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([a-zA-Z])/g,
    (all, flags: string, width: string | undefined, precision: string | undefined, letter: string) => {
      if (all === '%%') return '%';
      const size = width === '*' ? (texts[used++] ?? '0') : (width ?? '');
      const digits = precision === '*' ? (texts[used++] ?? '0') : precision;
      const value = rest[used];
      const text = texts[used++] ?? '';
      const shape = `%${flags}${size}${digits === undefined ? '' : `.${digits}`}`;
      if (letter === 'c')
        return formatPrintf(`${shape}s`, [
          value !== undefined && numericInput(value) ? String.fromCharCode(numberOf(value)) : text.slice(0, 1),
        ]).text;
      if (letter === 's')
        return formatPrintf(`${shape}s`, [text]).text.replaceAll('\\', '\\\\').replaceAll('\\\\', '\\');
      const number = numberOf(value ?? 0);
      if ('diouxX'.includes(letter))
        return formatPrintf(`${shape}${letter}`, [
          Number.isFinite(number) ? BigInt(Math.trunc(number)).toString() : '0',
        ]).text;
      return formatPrintf(`${shape}${letter}`, [String(number)]).text;
    },
  );
  return made.replaceAll('\\\\', '\\');
}
