import { tojson, tostring, utf8 } from './formats.ts';
import { binary } from './operators.ts';
import { type Jq, parseJq } from './parse.ts';
import { deleteAt, getAt, type Path, setAt } from './paths.ts';
import { captures, splitBy, substitute } from './regex.ts';
import type { Env, Found, Machine } from './run.ts';
import { compare, JqError, type JqObject, shortly, truthy, typeOf } from './value.ts';

type Values = (input: unknown, args: readonly unknown[]) => unknown;

const fail = (text: string): never => {
  throw new JqError(text);
};
const named = (value: unknown): string => `${typeOf(value)} (${shortly(value)})`;
const listOf = (value: unknown, words: string): readonly unknown[] =>
  Array.isArray(value) ? value : fail(`${named(value)} ${words}`);
const textOf = (value: unknown, words: string): string =>
  typeof value === 'string' ? value : fail(`${named(value)} ${words}`);
const sorted = (list: readonly unknown[]): unknown[] => [...list].sort(compare);
const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : fail(`${named(value)} number required`);

function lengthOf(value: unknown): number {
  if (value === null) return 0;
  if (typeof value === 'string') return [...value].length;
  if (typeof value === 'number') return Math.abs(value);
  return typeof value === 'object' ? Object.keys(value).length : fail(`${named(value)} has no length`);
}

function keysOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.map((_one, i) => i);
  return typeOf(value) === 'object' ? Object.keys(value as object).sort() : fail(`${named(value)} has no keys`);
}

function has(value: unknown, key: unknown): boolean {
  if (typeOf(value) === 'object' && typeof key === 'string') return Object.hasOwn(value as object, key);
  if (Array.isArray(value) && typeof key === 'number') return key >= 0 && key < value.length;
  return fail(`Cannot check whether ${typeOf(value)} has a ${typeOf(key)} key`);
}

function contains(a: unknown, b: unknown): boolean {
  if (typeOf(a) === 'object' && typeOf(b) === 'object')
    return Object.entries(b as object).every(
      ([key, one]) => Object.hasOwn(a as object, key) && contains((a as JqObject)[key], one),
    );
  if (Array.isArray(a) && Array.isArray(b)) return b.every((one) => a.some((other) => contains(other, one)));
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  return typeOf(a) === typeOf(b)
    ? compare(a, b) === 0
    : fail(`${named(a)} and ${named(b)} cannot have their containment checked`);
}

function flatten(value: readonly unknown[], depth: number): unknown[] {
  return value.flatMap((one) => (Array.isArray(one) && depth > 0 ? flatten(one, depth - 1) : [one]));
}

function indices(value: unknown, wanted: unknown): unknown {
  if (value === null) return null;
  if (typeof value === 'string') {
    const text = textOf(wanted, 'cannot be searched for');
    const found: number[] = [];
    for (let at = value.indexOf(text); at >= 0 && text !== ''; at = value.indexOf(text, at + 1)) found.push(at);
    return found;
  }
  const list = listOf(value, 'cannot be searched');
  if (!Array.isArray(wanted)) return list.flatMap((one, i) => (compare(one, wanted) === 0 ? [i] : []));
  return list.flatMap((_one, i) =>
    wanted.length > 0 && compare(list.slice(i, i + wanted.length), wanted) === 0 ? [i] : [],
  );
}

function tonumber(value: unknown): number {
  if (typeof value === 'number') return value;
  const text = textOf(value, 'cannot be parsed as a number').trim();
  return /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)
    ? Number(text)
    : fail(`${named(value)} cannot be parsed as a number`);
}

function fromjson(value: unknown): unknown {
  const text = textOf(value, 'only strings can be parsed');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return fail(`Invalid numeric literal at EOF at line 1, column ${text.length} (while parsing '${text}')`);
  }
}

const cased = (up: boolean) => (value: unknown) =>
  textOf(value, `${up ? 'ascii_upcase' : 'ascii_downcase'} input must be a string`).replace(
    up ? /[a-z]/g : /[A-Z]/g,
    (letter) => (up ? letter.toUpperCase() : letter.toLowerCase()),
  );

const edge = (list: unknown, by: (order: number) => boolean): unknown =>
  listOf(list, 'cannot be compared').reduce<unknown>(
    (best, one, i) => (i === 0 || by(compare(one, best)) ? one : best),
    null,
  );

/** Functions of values: every argument is evaluated first. */
const VALUES: Readonly<Record<string, Values>> = {
  'length/0': (v) => lengthOf(v),
  'utf8bytelength/0': (v) => utf8(textOf(v, 'only strings have UTF-8 byte length')).length,
  'not/0': (v) => !truthy(v),
  'keys/0': (v) => keysOf(v),
  'keys_unsorted/0': (v) =>
    Array.isArray(v) ? keysOf(v) : typeOf(v) === 'object' ? Object.keys(v as object) : keysOf(v),
  'has/1': (v, [key]) => has(v, key),
  'contains/1': (v, [other]) => contains(v, other),
  'inside/1': (v, [other]) => contains(other, v),
  'add/0': (v) =>
    typeof v === 'object' && v !== null
      ? Object.values(v).reduce<unknown>((a, b) => binary('+', a, b), null)
      : fail(`Cannot iterate over ${named(v)}`),
  'type/0': (v) => typeOf(v),
  'tostring/0': (v) => tostring(v),
  'tojson/0': (v) => tojson(v),
  'fromjson/0': (v) => fromjson(v),
  'tonumber/0': (v) => tonumber(v),
  'ascii_downcase/0': cased(false),
  'ascii_upcase/0': cased(true),
  'explode/0': (v) => [...textOf(v, 'cannot be exploded')].map((letter) => letter.codePointAt(0)),
  'implode/0': (v) =>
    String.fromCodePoint(
      ...listOf(v, 'cannot be imploded')
        .slice(0, 10_000)
        .map((n) => Math.min(Math.max(Math.floor(Number(n)) || 0, 0), 0x10ffff)),
    ),
  'ltrimstr/1': (v, [s]) => (typeof v === 'string' && typeof s === 'string' && v.startsWith(s) ? v.slice(s.length) : v),
  'rtrimstr/1': (v, [s]) =>
    typeof v === 'string' && typeof s === 'string' && s !== '' && v.endsWith(s) ? v.slice(0, -s.length) : v,
  'startswith/1': (v, [s]) =>
    typeof v === 'string' && typeof s === 'string' ? v.startsWith(s) : fail('startswith() requires string inputs'),
  'endswith/1': (v, [s]) =>
    typeof v === 'string' && typeof s === 'string' ? v.endsWith(s) : fail('endswith() requires string inputs'),
  'trim/0': (v) => textOf(v, 'cannot be trimmed').trim(),
  'ltrim/0': (v) => textOf(v, 'cannot be trimmed').trimStart(),
  'rtrim/0': (v) => textOf(v, 'cannot be trimmed').trimEnd(),
  'split/1': (v, [s]) =>
    typeof v === 'string' && typeof s === 'string'
      ? binary('/', v, s)
      : fail('split input and separator must be strings'),
  'join/1': (v, [glue]) => {
    const list = listOf(v, 'cannot be iterated over');
    return list
      .map((one) =>
        one === null
          ? ''
          : typeof one === 'object'
            ? fail(`string (${shortly(glue)}) and ${named(one)} cannot be added`)
            : tostring(one),
      )
      .join(tostring(glue));
  },
  'flatten/0': (v) => flatten(listOf(v, 'cannot be flattened'), 100),
  'flatten/1': (v, [depth]) =>
    flatten(
      listOf(v, 'cannot be flattened'),
      numberOf(depth) < 0 ? fail('flatten depth must not be negative') : numberOf(depth),
    ),
  'sort/0': (v) => sorted(listOf(v, 'cannot be sorted, as it is not an array')),
  'reverse/0': (v) =>
    typeof v === 'string'
      ? [...v].reverse().join('')
      : v === null
        ? []
        : [...listOf(v, 'cannot be reversed, as it is not an array')].reverse(),
  'unique/0': (v) =>
    sorted(listOf(v, 'cannot be sorted, as it is not an array')).filter(
      (one, i, all) => i === 0 || compare(one, all[i - 1]) !== 0,
    ),
  'min/0': (v) => edge(v, (order) => order < 0),
  'max/0': (v) => edge(v, (order) => order >= 0),
  'indices/1': (v, [s]) => indices(v, s),
  '_indices/1': (v, [s]) => indices(v, s),
  'index/1': (v, [s]) => (indices(v, s) as unknown[] | null)?.[0] ?? null,
  'rindex/1': (v, [s]) => (indices(v, s) as unknown[] | null)?.at(-1) ?? null,
  'transpose/0': (v) => {
    const rows = listOf(v, 'cannot be transposed').map((row) => listOf(row, 'cannot be transposed'));
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    return Array.from({ length: width }, (_one, i) => rows.map((row) => row[i] ?? null));
  },
  'floor/0': (v) => Math.floor(numberOf(v)),
  'ceil/0': (v) => Math.ceil(numberOf(v)),
  'round/0': (v) => Math.sign(numberOf(v)) * Math.round(Math.abs(numberOf(v))),
  'fabs/0': (v) => Math.abs(numberOf(v)),
  'sqrt/0': (v) => Math.sqrt(numberOf(v)),
  'infinite/0': () => Number.POSITIVE_INFINITY,
  'nan/0': () => Number.NaN,
  'isnan/0': (v) => Number.isNaN(numberOf(v)),
  'isinfinite/0': (v) => !Number.isFinite(numberOf(v)) && !Number.isNaN(v),
  'setpath/2': (v, [path, value]) => setAt(v, listOf(path, 'Path must be specified as an array'), value),
  'getpath/1': (v, [path]) => getAt(v, listOf(path, 'Path must be specified as an array')),
  'delpaths/1': (v, [paths]) => deleteAt(v, listOf(paths, 'Paths must be specified as an array') as readonly Path[]),
  'test/1': (v, [re]) => captures(v, re, null).length > 0,
  'test/2': (v, [re, flags]) => captures(v, re, flags).length > 0,
  '_match/2': (v, [re, flags]) => captures(v, re, flags),
  'split/2': (v, [re, flags]) => splitBy(v, re, flags),
  'ascii/0': (v) => String.fromCharCode(numberOf(v)),
  'halt_error/0': (v) => fail(tostring(v)),
  'input_filename/0': () => null,
  'builtins/0': () => [...Object.keys(VALUES), ...Object.keys(prelude())].filter((name) => !name.startsWith('_')),
};

/** jq's own definitions of what follows from the rest. */
const PRELUDE = `
def select(f): if f then . else empty end; def map(f): [.[] | f]; def values: select(. != null); def nulls: select(. == null);
def recurse(f): def r: ., (f | r); r; def recurse: recurse(.[]?);
def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
def from_entries: reduce .[] as $x ({}; . + { ($x | if .key == null then .k // .name // .Name // .K // .Key else .key end | if type == "string" then . else tojson end): ($x | if has("value") then .value elif has("v") then .v else .Value end) });
def with_entries(f): to_entries | map(f) | from_entries; def map_values(f): .[] |= f;
def del(f): delpaths([path(f)]); def paths: path(..) | select(length > 0); def paths(f): paths as $p | select(getpath($p) | f) | $p;
def leaf_paths: paths(scalars); def any: any(.); def all: all(.); def any(f): any(.[]; f); def all(f): all(.[]; f);
def any(g; f): first((g | if f then true else empty end), false); def all(g; f): first((g | if f then empty else false end), true);
def scalars: select(type | . != "array" and . != "object"); def iterables: select(type | . == "array" or . == "object");
def numbers: select(type == "number"); def strings: select(type == "string"); def booleans: select(type == "boolean");
def arrays: select(type == "array"); def objects: select(type == "object");
def first: .[0]; def last: .[-1]; def nth($n): .[$n]; def nth($n; f): last(limit($n + 1; f)); def last(f): reduce f as $x (null; $x);
def in(x): . as $k | x | has($k); def isvalid(f): try (f | true) catch false; def add(f): reduce f as $x (null; . + $x);
def sort_by(f): [.[] | {k: [f], v: .}] | sort_by_ ; def group_by(f): [.[] | {k: [f], v: .}] | group_by_;
def unique_by(f): [group_by(f)[] | .[0]]; def min_by(f): [.[] | {k: [f], v: .}] | min_by_; def max_by(f): [.[] | {k: [f], v: .}] | max_by_;
def range($x): range(0; $x); def while(c; u): def w: if c then ., (u | w) else empty end; w; def until(c; u): def w: if c then . else (u | w) end; w;
def repeat(f): def r: ., (f | r); r; def match(re): match(re; null); def match(re; $flags): _match(re; $flags)[];
def capture(re): capture(re; null); def capture(re; $flags): match(re; $flags) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def scan(re): scan(re; null); def scan(re; $flags): match(re; "g" + ($flags // "")) | if (.captures | length) > 0 then [.captures[].string] else .string end;
def splits(re): split(re; null)[]; def splits(re; $flags): split(re; $flags)[];
def tostream: path(def r: (.[]?|r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
def env: $ENV; def halt: empty; def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def todate: tojson; def finites: select(isinfinite or isnan | not); def pick(f): . as $top | reduce path(f) as $p (null; setpath($p; $top | getpath($p)));
def debug: .; def debug(m): .; def input_line_number: 0; def have_literal_numbers: true; def abs: if . < 0 then -. else . end; def toarray: if type == "array" then . else [.] end;
.`;

interface Defined {
  readonly params: readonly string[];
  readonly body: Jq;
}

let made: Readonly<Record<string, Defined>> | undefined;

/** The definitions above by name and number of parameters; read when first asked for (a pure cache). */
function prelude(): Readonly<Record<string, Defined>> {
  if (made) return made;
  const found: Record<string, Defined> = {};
  for (let node = parseJq(PRELUDE); node.t === 'define'; node = node.rest)
    found[`${node.name}/${node.params.length}`] = { params: node.params, body: node.body };
  made = found;
  return found;
}

interface Keyed {
  readonly k: unknown;
  readonly v: unknown;
}

const keyed = (value: unknown): Keyed[] => [...(value as readonly Keyed[])].sort((a, b) => compare(a.k, b.k));

const BY: Readonly<Record<string, Values>> = {
  'sort_by_/0': (v) => keyed(v).map((one) => one.v),
  'group_by_/0': (v) => {
    const groups: { k: unknown; all: unknown[] }[] = [];
    for (const { k, v: one } of keyed(v)) {
      const last = groups.at(-1);
      if (last && compare(last.k, k) === 0) last.all.push(one);
      else groups.push({ k, all: [one] });
    }
    return groups.map((group) => group.all);
  },
  'min_by_/0': (v) => keyed(v)[0]?.v ?? null,
  'max_by_/0': (v) => keyed(v).at(-1)?.v ?? null,
};

const FILTERS = new Set(
  'empty/0 error/0 error/1 path/1 range/2 range/3 limit/2 first/1 input/0 inputs/0 sub/2 sub/3 gsub/2 gsub/3 recurse_down/0 getpath/1'.split(
    ' ',
  ),
);

export function isBuiltin(name: string, args: number): boolean {
  const key = `${name}/${args}`;
  return Object.hasOwn(VALUES, key) || Object.hasOwn(BY, key) || FILTERS.has(key) || Object.hasOwn(prelude(), key);
}

export function* callBuiltin(
  machine: Machine,
  name: string,
  args: readonly Jq[],
  input: Found,
  env: Env,
): Generator<Found> {
  const key = `${name}/${args.length}`;
  if (FILTERS.has(key)) {
    yield* filter(machine, key, args, input, env);
    return;
  }
  const simple = Object.hasOwn(VALUES, key) ? VALUES[key] : Object.hasOwn(BY, key) ? BY[key] : undefined;
  if (simple) {
    for (const values of combinations(machine, args, input.value, env)) yield { value: simple(input.value, values) };
    return;
  }
  const defined = Object.hasOwn(prelude(), key) ? prelude()[key] : undefined;
  if (!defined) throw new JqError(`${key} is not defined`);
  const closure: Jq = {
    t: 'define',
    name,
    params: defined.params,
    body: defined.body,
    rest: { t: 'call', name, args },
  };
  yield* machine.run(closure, input, env);
}

function combinations(
  machine: Machine,
  args: readonly Jq[],
  input: unknown,
  env: Env,
): readonly (readonly unknown[])[] {
  return args.reduceRight<readonly (readonly unknown[])[]>(
    (rest, arg) => rest.flatMap((tail) => machine.values(arg, input, env).map((value) => [value, ...tail])),
    [[]],
  );
}

/** Most numbers of one `range`. */
const MOST_RANGE = 200_000;

function* filter(machine: Machine, key: string, args: readonly Jq[], input: Found, env: Env): Generator<Found> {
  const [a, b] = args as [Jq, Jq];
  switch (key) {
    case 'error/0':
      throw new JqError(input.value);
    case 'error/1':
      for (const value of machine.values(a, input.value, env)) throw new JqError(value);
      return;
    case 'path/1':
      for (const path of machine.paths(a, input.value, env)) yield { value: path };
      return;
    case 'getpath/1':
      for (const path of machine.values(a, input.value, env)) {
        const full = input.path ? { path: [...input.path, ...(path as Path)] } : {};
        yield { value: getAt(input.value, listOf(path, 'Path must be specified as an array')), ...full };
      }
      return;
    case 'range/2':
    case 'range/3':
      for (const values of combinations(machine, args, input.value, env)) {
        const [from, to, by] = [numberOf(values[0]), numberOf(values[1]), numberOf(values[2] ?? 1)];
        let count = 0;
        for (let n = from; by > 0 ? n < to : by < 0 && n > to; n += by) {
          if (++count > MOST_RANGE) throw new JqError('too many steps');
          yield { value: n };
        }
      }
      return;
    case 'limit/2':
      for (const most of machine.values(a, input.value, env)) {
        let count = numberOf(most);
        if (count <= 0) continue;
        for (const one of machine.run(b, input, env)) {
          yield one;
          if (--count <= 0) break;
        }
      }
      return;
    case 'first/1':
      for (const one of machine.run(a, input, env)) {
        yield one;
        return;
      }
      return;
    case 'input/0': {
      const next = machine.next();
      if (!next) throw new JqError('No more inputs');
      yield next;
      return;
    }
    case 'inputs/0':
      for (let next = machine.next(); next; next = machine.next()) yield next;
      return;
    case 'recurse_down/0':
      yield* machine.recurse(input);
      return;
    case 'sub/2':
    case 'sub/3':
    case 'gsub/2':
    case 'gsub/3': {
      const flags = args[2] ? machine.values(args[2], input.value, env)[0] : null;
      const all = key.startsWith('g') ? `g${flags ?? ''}` : flags;
      for (const re of machine.values(a, input.value, env))
        yield { value: substitute(input.value, re, all, (groups) => machine.values(b, groups, env)[0]) };
      return;
    }
    default:
      return;
  }
}
