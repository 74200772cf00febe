import { callBuiltin, isBuiltin } from './builtins.ts';
import { formatted } from './formats.ts';
import { binary } from './operators.ts';
import type { Jq, Pattern } from './parse.ts';
import { deleteAt, getAt, indexValue, type Path, setAt, sliceValue } from './paths.ts';
import { JqError, shortly, toJson, truthy, typeOf } from './value.ts';

/** A value, and where it was found when paths are asked for. */
export interface Found {
  readonly value: unknown;
  readonly path?: Path;
}

interface Closure {
  readonly params: readonly string[];
  readonly body: Jq;
  /** Where it was defined; itself included for a function with a name. */
  env: Env;
}

export interface Env {
  readonly variables: ReadonlyMap<string, unknown>;
  readonly functions: ReadonlyMap<string, Closure>;
}

/** Steps of one program over one input, and how deep its functions may call. */
const MOST_STEPS = 500_000;
const DEEPEST = 400;

export class Machine {
  private steps = 0;
  private depth = 0;

  constructor(readonly next: () => { readonly value: unknown } | undefined) {}

  /** All results of a program for an input, one after the other. JqError ends it. */
  *run(node: Jq, input: Found, env: Env): Generator<Found> {
    if (++this.steps > MOST_STEPS) throw new JqError('too many steps');
    if (++this.depth > DEEPEST) throw new JqError('stack overflow');
    try {
      yield* this.step(node, input, env);
    } finally {
      this.depth--;
    }
  }

  values(node: Jq, value: unknown, env: Env): unknown[] {
    return Array.from(this.run(node, { value }, env), (one) => one.value);
  }

  paths(node: Jq, value: unknown, env: Env): Path[] {
    return Array.from(this.run(node, { value, path: [] }, env), (one) => {
      if (!one.path) throw new JqError(`Invalid path expression with result ${shortly(one.value)}`);
      return one.path;
    });
  }

  private *step(node: Jq, input: Found, env: Env): Generator<Found> {
    switch (node.t) {
      case 'identity':
        yield input;
        return;
      case 'recurse':
        yield* this.recurse(input);
        return;
      case 'literal':
        yield { value: node.value };
        return;
      case 'string':
        yield* this.text(node.parts, node.format, input, env, 0, '');
        return;
      case 'format':
        yield { value: formatted(node.name, input.value) };
        return;
      case 'pipe':
        for (const left of this.run(node.left, input, env)) yield* this.run(node.right, left, env);
        return;
      case 'comma':
        yield* this.run(node.left, input, env);
        yield* this.run(node.right, input, env);
        return;
      case 'index':
      case 'slice':
      case 'iterate':
        yield* this.part(node, input, env);
        return;
      case 'try':
        yield* this.attempt(node, input, env);
        return;
      case 'array':
        yield { value: node.body ? this.values(node.body, input.value, env) : [] };
        return;
      case 'object':
        yield* this.object(node.entries, input, env, 0, {});
        return;
      case 'variable':
        yield { value: variable(node.name, env) };
        return;
      case 'if':
        for (const test of this.values(node.test, input.value, env)) {
          const branch = truthy(test) ? node.then : node.else;
          if (branch) yield* this.run(branch, input, env);
          else yield input;
        }
        return;
      case 'bind':
        for (const value of this.values(node.of, input.value, env))
          for (const inner of this.bind(node.pattern, value, env)) yield* this.run(node.body, input, inner);
        return;
      case 'define': {
        const closure: Closure = { params: node.params, body: node.body, env };
        const functions = new Map(env.functions).set(`${node.name}/${node.params.length}`, closure);
        closure.env = { ...env, functions };
        yield* this.run(node.rest, input, closure.env);
        return;
      }
      case 'call':
        yield* this.call(node.name, node.args, input, env);
        return;
      default:
        yield* this.computed(node, input, env);
    }
  }

  private *computed(node: Jq, input: Found, env: Env): Generator<Found> {
    switch (node.t) {
      case 'negate':
        for (const value of this.values(node.body, input.value, env)) {
          if (typeof value !== 'number') throw new JqError(`${typeOf(value)} (${shortly(value)}) cannot be negated`);
          yield { value: -value };
        }
        return;
      case 'binary':
        yield* this.operation(node.op, node.left, node.right, input, env);
        return;
      case 'assign':
        yield* this.assign(node.op, node.left, node.right, input, env);
        return;
      case 'reduce': {
        for (const init of this.values(node.init, input.value, env)) {
          let state: unknown = init;
          for (const one of this.values(node.of, input.value, env))
            for (const inner of this.bind(node.pattern, one, env))
              state = this.values(node.update, state, inner).at(-1) ?? null;
          yield { value: state };
        }
        return;
      }
      case 'foreach':
        for (const init of this.values(node.init, input.value, env)) {
          let state: unknown = init;
          for (const one of this.values(node.of, input.value, env))
            for (const inner of this.bind(node.pattern, one, env))
              for (const value of this.values(node.update, state, inner)) {
                state = value;
                if (node.extract) yield* this.run(node.extract, { value }, inner);
                else yield { value };
              }
        }
        return;
      default:
        return;
    }
  }

  *recurse(input: Found): Generator<Found> {
    if (++this.steps > MOST_STEPS) throw new JqError('too many steps');
    yield input;
    for (const child of children(input)) yield* this.recurse(child);
  }

  private *part(node: Extract<Jq, { t: 'index' | 'slice' | 'iterate' }>, input: Found, env: Env): Generator<Found> {
    for (const of of this.run(node.of, input, env)) {
      if (node.t === 'iterate') {
        if (typeof of.value !== 'object' || of.value === null)
          throw new JqError(`Cannot iterate over ${typeOf(of.value)} (${shortly(of.value)})`);
        yield* children(of);
        continue;
      }
      const under = (key: unknown): { path: Path } | object => (of.path ? { path: [...of.path, key] } : {});
      if (node.t === 'index') {
        for (const key of this.values(node.key, input.value, env))
          yield { value: indexValue(of.value, key), ...under(key) };
        continue;
      }
      const ends = (end: Jq | undefined): unknown[] => (end ? this.values(end, input.value, env) : [null]);
      for (const to of ends(node.to))
        for (const from of ends(node.from))
          yield { value: sliceValue(of.value, from, to), ...under({ start: from, end: to }) };
    }
  }

  private *attempt(node: Extract<Jq, { t: 'try' }>, input: Found, env: Env): Generator<Found> {
    try {
      yield* this.run(node.body, input, env);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      if (node.handler) yield* this.run(node.handler, { value: error.value }, env);
    }
  }

  private *text(
    parts: readonly (string | Jq)[],
    format: string | undefined,
    input: Found,
    env: Env,
    at: number,
    before: string,
  ): Generator<Found> {
    const part = parts[at];
    if (part === undefined) {
      yield { value: before };
      return;
    }
    const texts =
      typeof part === 'string'
        ? [part]
        : this.values(part, input.value, env).map((value) => formatted(format ?? '@text', value));
    for (const text of texts) yield* this.text(parts, format, input, env, at + 1, before + text);
  }

  private *object(
    entries: readonly (readonly [Jq, Jq])[],
    input: Found,
    env: Env,
    at: number,
    before: Readonly<Record<string, unknown>>,
  ): Generator<Found> {
    const entry = entries[at];
    if (!entry) {
      yield { value: before };
      return;
    }
    for (const key of this.values(entry[0], input.value, env)) {
      if (typeof key !== 'string')
        throw new JqError(`Object keys must be strings, not ${typeOf(key)} (${shortly(key)})`);
      for (const value of this.values(entry[1], input.value, env))
        yield* this.object(entries, input, env, at + 1, withKey(before, key, value));
    }
  }

  private *operation(op: string, left: Jq, right: Jq, input: Found, env: Env): Generator<Found> {
    if (op === 'and' || op === 'or') {
      for (const a of this.values(left, input.value, env)) {
        if (truthy(a) === (op === 'or')) yield { value: op === 'or' };
        else for (const b of this.values(right, input.value, env)) yield { value: truthy(b) };
      }
      return;
    }
    if (op === '//') {
      let any = false;
      try {
        for (const a of this.run(left, input, env)) {
          if (!truthy(a.value)) continue;
          any = true;
          yield a;
        }
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
      }
      if (!any) yield* this.run(right, input, env);
      return;
    }
    for (const b of this.values(right, input.value, env))
      for (const a of this.values(left, input.value, env)) yield { value: binary(op, a, b) };
  }

  private *assign(op: string, left: Jq, right: Jq, input: Found, env: Env): Generator<Found> {
    const paths = this.paths(left, input.value, env);
    if (op === '|=') {
      let value = input.value;
      const gone: Path[] = [];
      for (const path of paths) {
        const made = this.values(right, getAt(value, path), env);
        if (made.length > 0) value = setAt(value, path, made[0]);
        else gone.push(path);
      }
      yield { value: deleteAt(value, gone) };
      return;
    }
    for (const given of this.values(right, input.value, env)) {
      let { value } = input;
      for (const path of paths) {
        const old = op === '=' ? null : getAt(value, path);
        const made =
          op === '=' ? given : op === '//=' ? (truthy(old) ? old : given) : binary(op.slice(0, -1), old, given);
        value = setAt(value, path, made);
      }
      yield { value };
    }
  }

  private *call(name: string, args: readonly Jq[], input: Found, env: Env): Generator<Found> {
    const closure = env.functions.get(`${name}/${args.length}`);
    if (!closure) {
      yield* callBuiltin(this, name, args, input, env);
      return;
    }
    yield* this.enter(closure, args, 0, closure.env, input, env);
  }

  /** `$x` parameters take values, the others stay filters of the caller's. */
  private *enter(
    closure: Closure,
    args: readonly Jq[],
    at: number,
    inner: Env,
    input: Found,
    env: Env,
  ): Generator<Found> {
    const param = closure.params[at];
    const arg = args[at];
    if (param === undefined || !arg) {
      yield* this.run(closure.body, input, inner);
      return;
    }
    const name = param.replace(/^\$/, '');
    const functions = new Map(inner.functions).set(`${name}/0`, { params: [], body: arg, env });
    if (!param.startsWith('$')) {
      yield* this.enter(closure, args, at + 1, { ...inner, functions }, input, env);
      return;
    }
    for (const value of this.values(arg, input.value, env)) {
      const variables = new Map(inner.variables).set(name, value);
      yield* this.enter(closure, args, at + 1, { variables, functions }, input, env);
    }
  }

  private bind(pattern: Pattern, value: unknown, env: Env): readonly Env[] {
    switch (pattern.kind) {
      case 'variable':
        return [{ ...env, variables: new Map(env.variables).set(pattern.name, value) }];
      case 'array':
        return pattern.items.reduce<readonly Env[]>(
          (envs, item, i) => envs.flatMap((one) => this.bind(item, indexValue(value, i), one)),
          [env],
        );
      case 'object':
        return pattern.entries.reduce<readonly Env[]>(
          (envs, [key, inner]) =>
            envs.flatMap((one) =>
              this.values(key, value, one).flatMap((name) => this.bind(inner, indexValue(value, name), one)),
            ),
          [env],
        );
    }
  }
}

const withKey = (
  before: Readonly<Record<string, unknown>>,
  key: string,
  value: unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...Object.entries(before).filter(([one]) => one !== key), [key, value]]);

function variable(name: string, env: Env): unknown {
  return env.variables.get(name) ?? null;
}

/** What `.[]` gives. */
function children({ value, path }: Found): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = Array.isArray(value) ? value.map((one, i) => [i, one] as const) : Object.entries(value);
  return found.map(([key, one]) => ({ value: one, ...(path ? { path: [...path, key] } : {}) }));
}

/** The first name of a program that nothing defines, as jq says it; undefined when all are known. */
export function unknownName(
  node: Jq,
  functions: ReadonlySet<string>,
  variables: ReadonlySet<string>,
): string | undefined {
  const visit = (one: unknown, fs: ReadonlySet<string>, vs: ReadonlySet<string>): string | undefined => {
    if (typeof one !== 'object' || one === null) return undefined;
    const tree = one as Jq;
    if (tree.t === 'call' && !fs.has(`${tree.name}/${tree.args.length}`) && !isBuiltin(tree.name, tree.args.length))
      return `${tree.name}/${tree.args.length}`;
    if (tree.t === 'variable' && !vs.has(tree.name)) return `$${tree.name}`;
    if (tree.t === 'define') {
      const own = new Set([...fs, `${tree.name}/${tree.params.length}`]);
      const inside = new Set([...own, ...tree.params.map((param) => `${param.replace(/^\$/, '')}/0`)]);
      const dollars = tree.params.filter((param) => param.startsWith('$')).map((param) => param.slice(1));
      return visit(tree.body, inside, new Set([...vs, ...dollars])) ?? visit(tree.rest, own, vs);
    }
    if (tree.t === 'bind' || tree.t === 'reduce' || tree.t === 'foreach') {
      const { of, pattern, ...rest } = tree;
      const bound = new Set([...vs, ...namesOf(pattern)]);
      return visit(of, fs, vs) ?? first(Object.values(rest), (part) => visit(part, fs, bound));
    }
    return first(Object.values(one), (part) => visit(part, fs, vs));
  };
  return visit(node, functions, variables);
}

function first<T>(all: readonly T[], of: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const found = of(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function namesOf(pattern: Pattern): readonly string[] {
  if (pattern.kind === 'variable') return [pattern.name];
  return pattern.kind === 'array'
    ? pattern.items.flatMap(namesOf)
    : pattern.entries.flatMap(([, inner]) => namesOf(inner));
}

/** What an error that nothing caught says. */
export const errorText = (error: JqError, where: string): string =>
  typeof error.value === 'string'
    ? `jq: error (at ${where}): ${error.value}`
    : `jq: error (at ${where}) (not a string): ${toJson(error.value)}`;
