/**
 * The part of Go's text/template that `--format` lines use: fields, variables, range, if, with, and the functions that
 * the Docker CLI adds. Evaluation is bounded by the input; a template cannot loop by itself.
 */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue };

export type TemplateResult = { readonly text: string; readonly error?: string };

/** How a missing key reads: maps of `docker inspect` fail, rows of listings name their Go type. */
export interface TemplateOptions {
  /** `*formatter.ContainerContext`; absent for maps. */
  readonly type?: string;
  /** A missing key prints as `<no value>`. */
  readonly lenient?: boolean;
  /** How a null of that name prints: typed values know what kind of nothing they are. */
  readonly nulls?: (name: string) => string;
  /** Methods with arguments: `.Label "tier"`. */
  readonly methods?: Readonly<Record<string, (argument: string) => TemplateValue>>;
}

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipe: string; readonly at: number }
  | {
      readonly kind: 'block';
      readonly word: 'range' | 'if' | 'with';
      readonly pipe: string;
      readonly at: number;
      readonly body: readonly Node[];
      readonly other: readonly Node[];
    };

class Failure {
  constructor(readonly message: string) {}
}

/** Expands `\t` and `\n` as the CLI does before it parses a format. */
export const unescapeFormat = (format: string): string => format.replaceAll('\\t', '\t').replaceAll('\\n', '\n');

/** What is wrong with a template before it runs, in the words of text/template. */
export function parseTemplate(source: string): { readonly nodes: readonly Node[] } | { readonly error: string } {
  const tokens = split(source);
  if (typeof tokens === 'string') return { error: tokens };
  const [nodes, rest, ended] = parseList(tokens, 0);
  if (ended === 'end' || ended === 'else') return { error: `template: :1: unexpected {{${ended}}}` };
  return rest > tokens.length ? { error: 'template: :1: unexpected EOF' } : { nodes };
}

type Piece = { readonly text: string } | { readonly action: string; readonly at: number };

function split(source: string): readonly Piece[] | string {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    if (open < 0) break;
    const close = source.indexOf('}}', open);
    if (close < 0) return 'template: :1: unclosed action';
    let text = source.slice(at, open);
    let action = source.slice(open + 2, close);
    if (/^-\s/.test(action)) {
      text = text.trimEnd();
      action = action.slice(1);
    }
    at = close + 2;
    if (/\s-$/.test(action)) {
      action = action.slice(0, -1);
      while (/\s/.test(source[at] ?? '')) at++;
    }
    if (text) pieces.push({ text });
    if (!action.trim().startsWith('/*'))
      pieces.push({ action: action.trim(), at: open + 2 + action.length - action.trimStart().length });
  }
  if (at < source.length) pieces.push({ text: source.slice(at) });
  return pieces;
}

function parseList(pieces: readonly Piece[], from: number, inner = false): readonly [readonly Node[], number, string] {
  const nodes: Node[] = [];
  let at = from;
  while (at < pieces.length) {
    const piece = pieces[at++] as Piece;
    if ('text' in piece) {
      nodes.push({ kind: 'text', text: piece.text });
      continue;
    }
    const word = /^\w+/.exec(piece.action)?.[0] ?? '';
    if (word === 'end' || word === 'else') return [nodes, at, word];
    if (word === 'range' || word === 'if' || word === 'with') {
      const [body, next, ended] = parseList(pieces, at, true);
      const [other, last] = ended === 'else' ? parseList(pieces, next, true) : [[], next];
      at = last;
      nodes.push({ kind: 'block', word, pipe: piece.action.slice(word.length).trim(), at: piece.at, body, other });
    } else nodes.push({ kind: 'print', pipe: piece.action, at: piece.at });
  }
  return [nodes, inner ? at + 1 : at, ''];
}

/** Runs a parsed template over a value. An error keeps what was printed before it. */
export function runTemplate(
  nodes: readonly Node[],
  value: TemplateValue,
  options: TemplateOptions = {},
): TemplateResult {
  const run = new Run(value, options);
  try {
    run.list(nodes, value, new Map());
    return { text: run.text };
  } catch (failure) {
    if (failure instanceof Failure) return { text: run.text, error: failure.message };
    throw failure;
  }
}

type Scope = Map<string, TemplateValue>;

class Run {
  text = '';
  constructor(
    private readonly root: TemplateValue,
    private readonly options: TemplateOptions,
  ) {}

  list(nodes: readonly Node[], dot: TemplateValue, scope: Scope): void {
    for (const node of nodes) {
      if (node.kind === 'text') this.text += node.text;
      else if (node.kind === 'print') this.print(node.pipe, node.at, dot, scope);
      else this.block(node, dot, scope);
    }
  }

  private print(pipe: string, at: number, dot: TemplateValue, scope: Scope): void {
    const assign = /^\$(\w+)\s*:?=\s*(.*)$/s.exec(pipe);
    if (assign) scope.set(`$${assign[1]}`, this.pipe(assign[2] as string, at, dot, scope));
    else this.text += this.shown(this.pipe(pipe, at, dot, scope), pipe);
  }

  private shown(value: TemplateValue, pipe: string): string {
    const name = value === null ? /\.(\w+)$/.exec(pipe)?.[1] : undefined;
    return (name === undefined ? undefined : this.options.nulls?.(name)) ?? goString(value);
  }

  private block(node: Extract<Node, { kind: 'block' }>, dot: TemplateValue, scope: Scope): void {
    const assign = /^(\$\w*)(?:\s*,\s*(\$\w+))?\s*:=\s*(.*)$/s.exec(node.pipe);
    const value = this.pipe(assign?.[3] ?? node.pipe, node.at, dot, scope);
    const inner: Scope = new Map(scope);
    if (node.word !== 'range') {
      if (assign) inner.set(assign[1] as string, value);
      if (truth(value)) this.list(node.body, node.word === 'with' ? value : dot, inner);
      else this.list(node.other, dot, inner);
      return;
    }
    const entries = rangeOf(value);
    if (entries.length === 0) this.list(node.other, dot, inner);
    for (const [key, item] of entries) {
      if (assign?.[2]) inner.set(assign[1] as string, key).set(assign[2], item);
      else if (assign) inner.set(assign[1] as string, item);
      this.list(node.body, item, inner);
    }
  }

  private pipe(text: string, at: number, dot: TemplateValue, scope: Scope): TemplateValue {
    let value: TemplateValue;
    for (const [i, stage] of splitOutside(text, '|').entries()) {
      const words = splitOutside(stage.trim(), ' ');
      value = this.command(words, at, dot, scope, i > 0 ? [value] : []);
    }
    return value;
  }

  private command(
    words: readonly string[],
    at: number,
    dot: TemplateValue,
    scope: Scope,
    piped: readonly TemplateValue[],
  ): TemplateValue {
    const head = words[0] ?? '';
    const method = /^\.(\w+)$/.exec(head)?.[1];
    const evaluate = (word: string): TemplateValue => this.operand(word, at, dot, scope);
    if (method && this.options.methods?.[method] && words.length > 1) {
      return this.options.methods[method](goString(evaluate(words[1] as string)));
    }
    if (!/^[a-z]\w*$/i.test(head) || head === 'true' || head === 'false' || head === 'nil') return evaluate(head);
    const fn = FUNCTIONS[head];
    if (!fn) throw new Failure(`template: :1: function ${JSON.stringify(head)} not defined`);
    return fn(...words.slice(1).map(evaluate), ...piped);
  }

  private operand(word: string, at: number, dot: TemplateValue, scope: Scope): TemplateValue {
    if (word.startsWith('(') && word.endsWith(')')) return this.pipe(word.slice(1, -1), at, dot, scope);
    const inner = /^\((.*)\)((?:\.\w+)+)$/s.exec(word);
    if (inner) return this.fields(this.pipe(inner[1] as string, at, dot, scope), inner[2] as string, word, at);
    if (/^"/.test(word)) return JSON.parse(word) as string;
    if (/^`/.test(word)) return word.slice(1, -1);
    if (/^-?\d+$/.test(word)) return Number(word);
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'nil') return null;
    if (word === '.') return dot;
    const variable = /^(\$\w*)((?:\.\w+)*)$/.exec(word);
    if (variable) {
      const base = variable[1] === '$' ? this.root : scope.get(variable[1] as string);
      return this.fields(base, variable[2] as string, word, at);
    }
    if (word.startsWith('.')) return this.fields(dot, word, word, at);
    throw new Failure(`template: :1: unexpected ${JSON.stringify(word)} in operand`);
  }

  private fields(base: TemplateValue, path: string, word: string, at: number): TemplateValue {
    let value = base;
    const names = path.split('.').slice(1);
    // The parser keeps a chain `.A.B.C` at the place of its second name (text/template/parse, operand).
    const column = names.length > 1 && word.startsWith('.') ? at + (names[0] as string).length + 1 : at;
    for (const name of names) {
      if (value === null || value === undefined) {
        throw new Failure(`template: :1:${column}: executing "" at <${word}>: nil data; no entry for key "${name}"`);
      }
      if (typeof value !== 'object' || Array.isArray(value)) {
        throw new Failure(
          `template: :1:${column}: executing "" at <${word}>: can't evaluate field ${name} in type ${goType(value)}`,
        );
      }
      const map = value as { readonly [key: string]: TemplateValue };
      if (!Object.hasOwn(map, name) && !this.options.lenient) throw new Failure(this.missing(word, name, column));
      value = Object.hasOwn(map, name) ? map[name] : undefined;
    }
    return value;
  }

  private missing(word: string, name: string, column: number): string {
    const where = `template: :1:${column}: executing "" at <${word}>: `;
    const { type } = this.options;
    return type ? `${where}can't evaluate field ${name} in type ${type}` : `${where}map has no entry for key "${name}"`;
  }
}

/** Splits at a separator that stands outside quotes and parentheses; runs of blanks count once. */
function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let quote = '';
  for (const char of text) {
    if (quote) {
      part += char;
      if (char === quote && !part.endsWith(`\\${quote}`)) quote = '';
    } else if (char === separator && depth === 0) {
      if (part || separator !== ' ') parts.push(part);
      part = '';
    } else {
      if (char === '"' || char === '`') quote = char;
      if (char === '(') depth++;
      if (char === ')') depth--;
      part += char;
    }
  }
  if (part || separator !== ' ') parts.push(part);
  return parts;
}

const truth = (value: TemplateValue): boolean =>
  Array.isArray(value)
    ? value.length > 0
    : value !== null && typeof value === 'object'
      ? Object.keys(value).length > 0
      : Boolean(value);

/** Entries in Go's order: slices by index, maps by sorted key. */
function rangeOf(value: TemplateValue): readonly (readonly [TemplateValue, TemplateValue])[] {
  if (Array.isArray(value)) return (value as readonly TemplateValue[]).map((item, i) => [i, item] as const);
  if (value === null || typeof value !== 'object') return [];
  const map = value as { readonly [key: string]: TemplateValue };
  return Object.keys(map)
    .sort()
    .map((key) => [key, map[key]] as const);
}

const goType = (value: TemplateValue): string =>
  Array.isArray(value)
    ? '[]interface {}'
    : typeof value === 'string'
      ? 'string'
      : typeof value === 'boolean'
        ? 'bool'
        : 'float64';

/** `%v` of fmt: what `{{.X}}` prints. */
export function goString(value: TemplateValue): string {
  if (value === null || value === undefined) return '<no value>';
  if (Array.isArray(value)) return `[${(value as readonly TemplateValue[]).map(inner).join(' ')}]`;
  if (typeof value === 'object')
    return `map[${rangeOf(value)
      .map(([key, item]) => `${goString(key)}:${inner(item)}`)
      .join(' ')}]`;
  return String(value);
}

const inner = (value: TemplateValue): string => (value === null || value === undefined ? '<nil>' : goString(value));

const text = (value: TemplateValue): string => goString(value);

const FUNCTIONS: Readonly<Record<string, (...args: TemplateValue[]) => TemplateValue>> = {
  json: (value) => JSON.stringify(value ?? null),
  len: (value) =>
    typeof value === 'string'
      ? utf8Length(value)
      : Array.isArray(value)
        ? value.length
        : Object.keys(value ?? {}).length,
  index: (value, ...keys) =>
    keys.reduce<TemplateValue>(
      (at, key) => (at as { readonly [key: string]: TemplateValue } | undefined)?.[goString(key)],
      value,
    ),
  join: (list, separator) => (list as readonly TemplateValue[]).map(text).join(text(separator)),
  split: (value, separator) => text(value).split(text(separator)),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  title: (value) => text(value).replace(/\b[a-z]/g, (c) => c.toUpperCase()),
  println: (...args) => `${args.map(text).join(' ')}\n`,
  print: (...args) => args.map(text).join(''),
  printf: (format, ...args) => printf(text(format), args),
  truncate: (value, length) => text(value).slice(0, Number(length)),
  not: (value) => !truth(value),
  and: (...args) => args.find((value) => !truth(value)) ?? args.at(-1),
  or: (...args) => args.find(truth) ?? args.at(-1),
  eq: (a, ...rest) => rest.some((b) => a === b),
  ne: (a, b) => a !== b,
  lt: (a, b) => (a as number) < (b as number),
  le: (a, b) => (a as number) <= (b as number),
  gt: (a, b) => (a as number) > (b as number),
  ge: (a, b) => (a as number) >= (b as number),
  slice: (value, from, to) => (value as string).slice(Number(from ?? 0), to === undefined ? undefined : Number(to)),
};

/** Length in UTF-8 bytes, as Go counts. */
function utf8Length(value: string): number {
  let bytes = 0;
  for (const char of value) {
    const code = char.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function printf(format: string, args: readonly TemplateValue[]): string {
  let next = 0;
  return format.replace(/%(-?\d*)([vsdqtx%])/g, (_all, width: string, verb: string) => {
    if (verb === '%') return '%';
    const value = args[next++];
    const shown = verb === 'q' ? JSON.stringify(text(value)) : verb === 'x' ? Number(value).toString(16) : text(value);
    return width.startsWith('-') ? shown.padEnd(Number(width.slice(1))) : shown.padStart(Number(width || 0));
  });
}
