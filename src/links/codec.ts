import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import * as z from 'zod/mini';
import type { Input } from '../lab/input.ts';
import { dictionary1 } from './dictionary.ts';
import type { Opened, Session } from './session.ts';

z.config({ jitless: true });

/** The format of the links that are written now; it stands in front of them in plain text. */
const VERSION = 1;
/** A longer fragment is not even unpacked. */
const MOST_CHARACTERS = 8_000;
const MOST_TEXT = 100_000;
const MOST_INPUTS = 500;

const MAIN = 'host';

const text = (most: number) => z.string().check(z.maxLength(most));
const name = text(64);
const line = text(4_000);
/** Virtual microseconds; a day of them is plenty. */
const instant = z.number().check(z.int(), z.nonnegative(), z.maximum(1e11));

/** An input on the wire: a line at the main terminal is its text, time is a number, all else an array with a letter. */
const inputSchema = z.union([
  line,
  instant,
  z.tuple([z.literal('x'), line, name]),
  z.tuple([z.literal('k'), line, z.optional(name)]),
  z.tuple([z.literal('o'), name]),
  z.tuple([z.literal('c'), name]),
  z.tuple([z.literal('w'), text(400), text(20_000)]),
]);
type Wire = z.infer<typeof inputSchema>;

/** Fields by place; those at the end may be missing, 0 stands for one that is not there. */
const absent = z.literal(0);
const sessionSchema = z.tuple(
  [name, z.number().check(z.int(), z.nonnegative()), z.array(inputSchema).check(z.maxLength(MOST_INPUTS))],
  z.union([text(120), absent]),
);

function toWire(input: Input): Wire | undefined {
  switch (input.kind) {
    case 'exec':
      return input.tty === MAIN ? input.line : ['x', input.line, input.tty];
    case 'advance':
      return input.until;
    case 'key':
      return input.tty === MAIN ? ['k', input.key] : ['k', input.key, input.tty];
    case 'open':
      return ['o', input.tty];
    case 'close':
      return ['c', input.tty];
    case 'write':
      return ['w', input.path, input.text];
  }
}

function fromWire(wire: Wire): Input {
  if (typeof wire === 'string') return { kind: 'exec', tty: MAIN, line: wire };
  if (typeof wire === 'number') return { kind: 'advance', until: wire };
  switch (wire[0]) {
    case 'x':
      return { kind: 'exec', line: wire[1], tty: wire[2] };
    case 'k':
      return { kind: 'key', key: wire[1], tty: wire[2] ?? MAIN };
    case 'o':
      return { kind: 'open', tty: wire[1] };
    case 'c':
      return { kind: 'close', tty: wire[1] };
    case 'w':
      return { kind: 'write', path: wire[1], text: wire[2] };
  }
}

function base64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

const bytesOf = (encoded: string): Uint8Array =>
  Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** Does a fragment (without `#`) carry a session? The ids of steps never hold a dot. */
export const carriesSession = (fragment: string): boolean => /^\d+\./.test(fragment);

/** The fragment (without `#`) that carries a session: `<version>.<base64url of deflated JSON>`. */
export function encodeSession(session: Session): string {
  const { host, seed, inputs, at, view, selected, theme } = session;
  const fields: unknown[] = [host, seed, inputs.map(toWire), at ?? 0, view ?? 0, selected ?? 0, theme ?? 0];
  while (fields.at(-1) === 0) fields.pop();
  const packed = deflateSync(strToU8(JSON.stringify(fields)), { level: 9, dictionary: strToU8(dictionary1) });
  return `${VERSION}.${base64url(packed)}`;
}

function unpack(encoded: string): unknown {
  const unpacked = inflateSync(bytesOf(encoded), { dictionary: strToU8(dictionary1) });
  if (unpacked.length > MOST_TEXT) throw new RangeError('too much text');
  return JSON.parse(strFromU8(unpacked));
}

/** Reads a fragment. Whatever stands in it, this neither throws nor yields anything but a well-formed session. */
export function decodeSession(fragment: string): Opened<Session> {
  const [, version, encoded = ''] = /^(\d{1,4})\.([\w-]*)$/.exec(fragment) ?? [];
  if (version === undefined) return { ok: false, fault: 'broken' };
  if (Number(version) > VERSION) return { ok: false, fault: 'newer' };
  if (fragment.length > MOST_CHARACTERS) return { ok: false, fault: 'long' };
  let fields: unknown;
  try {
    fields = unpack(encoded);
  } catch (fault) {
    return { ok: false, fault: fault instanceof RangeError ? 'long' : 'broken' };
  }
  const read = z.safeParse(sessionSchema, fields);
  if (!read.success) return { ok: false, fault: 'broken' };
  const [host, seed, inputs, at, view, selected, theme] = read.data;
  return {
    ok: true,
    value: {
      host,
      seed,
      inputs: inputs.map(fromWire),
      ...(at ? { at } : {}),
      ...(view === 'text' ? { view } : {}),
      ...(selected ? { selected } : {}),
      ...(theme === 'light' || theme === 'dark' ? { theme } : {}),
    },
  };
}
