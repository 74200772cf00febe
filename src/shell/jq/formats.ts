import { JqError, shortly, toJson, typeOf } from './value.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export const utf8 = (text: string): number[] =>
  [...text].flatMap((letter) => {
    const code = letter.codePointAt(0) as number;
    if (code < 0x80) return [code];
    const tail = (shift: number): number => 0x80 | ((code >> shift) & 63);
    if (code < 0x800) return [0xc0 | (code >> 6), tail(0)];
    return code < 0x10000 ? [0xe0 | (code >> 12), tail(6), tail(0)] : [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
  });

export function toBase64(text: string): string {
  const bytes = utf8(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i] as number, bytes[i + 1], bytes[i + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const letter = (shift: number): string => ALPHABET[(bits >> shift) & 63] as string;
    out += letter(18) + letter(12) + (b === undefined ? '=' : letter(6)) + (c === undefined ? '=' : letter(0));
  }
  return out;
}

/** Text of Base64; undefined when it is none. Bytes that are no UTF-8 stand as letters of Latin 1. */
export function fromBase64(text: string): string | undefined {
  const clean = text.replace(/\s+/g, '').replace(/=+$/, '');
  if (/[^A-Za-z0-9+/]/.test(clean)) return undefined;
  let escaped = '';
  for (let i = 0; i < clean.length; i += 4) {
    const part = [...clean.slice(i, i + 4)].map((letter) => ALPHABET.indexOf(letter));
    const bits = part.reduce((sum, six, at) => sum | (six << (18 - 6 * at)), 0);
    for (let at = 0; at < part.length - 1; at++)
      escaped += `%${((bits >> (16 - 8 * at)) & 255).toString(16).padStart(2, '0')}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped.replace(/%(..)/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}

export const tojson = (value: unknown): string => toJson(value);
export const tostring = (value: unknown): string => (typeof value === 'string' ? value : toJson(value));

function row(value: unknown, name: string, cell: (one: unknown) => string): string[] {
  if (!Array.isArray(value))
    throw new JqError(`${typeOf(value)} (${shortly(value)}) cannot be ${name}-formatted, only an array can be`);
  return value.map(cell);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  "'": '&#39;',
  '"': '&quot;',
};

/** `@csv`, `@base64` …: a value as text. */
export function formatted(name: string, value: unknown): string {
  switch (name) {
    case '@text':
      return tostring(value);
    case '@json':
      return tojson(value);
    case '@csv':
      return row(value, 'csv', (one) =>
        typeof one === 'string' ? `"${one.replaceAll('"', '""')}"` : one === null ? '' : plain(one, 'csv'),
      ).join(',');
    case '@tsv':
      return row(value, 'tsv', (one) =>
        typeof one === 'string'
          ? one.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
          : one === null
            ? ''
            : plain(one, 'tsv'),
      ).join('\t');
    case '@html':
      return tostring(value).replace(/[<>&'"]/g, (letter) => ENTITIES[letter] as string);
    case '@uri':
      return utf8(tostring(value))
        .map((byte) =>
          /[A-Za-z0-9\-._~]/.test(String.fromCharCode(byte))
            ? String.fromCharCode(byte)
            : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .join('');
    case '@sh':
      return (Array.isArray(value) ? value : [value])
        .map((one) => {
          if (typeof one === 'object' && one !== null)
            throw new JqError(`${typeOf(one)} (${shortly(one)}) can not be escaped for shell`);
          return typeof one === 'string' ? `'${one.replaceAll("'", "'\\''")}'` : tojson(one);
        })
        .join(' ');
    case '@base64':
      return toBase64(tostring(value));
    case '@base64d': {
      const text = fromBase64(tostring(value));
      if (text === undefined) throw new JqError(`${typeOf(value)} (${shortly(value)}) is not valid base64 data`);
      return text;
    }
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}

function plain(value: unknown, name: string): string {
  if (typeof value === 'object')
    throw new JqError(`${typeOf(value)} (${shortly(value)}) is not valid in a ${name} row`);
  return tojson(value);
}
