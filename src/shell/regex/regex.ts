import { type Assertion, type Flavour, isWord, type Node, parseRegex } from './syntax.ts';

type Op =
  | { readonly op: 'char'; readonly is: (char: string) => boolean }
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'back'; readonly number: number }
  | { readonly op: 'match' };

/**
 * A compiled expression. Matching runs all ways at once (Thompson), so that its cost is at most the product of the
 * lengths of expression and text; only back-references need trying one after the other, and that is cut off.
 */
export interface Regex {
  readonly program: readonly Op[];
  readonly groups: number;
  readonly backs: boolean;
  /** The expression is just this text. */
  readonly literal?: string;
}

/** Offsets of the match and its groups: start, end, start of \1, end of \1 … ; -1 where a group took no part. */
export type Match = readonly number[];

const MOST_OPS = 20_000;
const MOST_STEPS = 200_000;

const cache = new Map<string, Regex | string>();

/** Compiles; an error comes as glibc's text. */
export function compileRegex(source: string, flavour: Flavour): Regex | string {
  const key = `${flavour.extended ? 'E' : 'B'}${flavour.ignoreCase ? 'i' : ' '}${source}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = compile(source, flavour);
  if (cache.size > 200) cache.clear();
  cache.set(key, made);
  return made;
}

function compile(source: string, flavour: Flavour): Regex | string {
  const tree = parseRegex(source, flavour);
  if (typeof tree === 'string') return tree;
  const program: Op[] = [];
  const state = { backs: false };
  emit(program, tree.node, state);
  if (program.length >= MOST_OPS) return 'Regular expression too big';
  program.push({ op: 'match' });
  const nodes = tree.node.kind === 'all' ? tree.node.nodes : [tree.node];
  const letters = nodes.map((node) => (node.kind === 'char' ? node.literal : undefined));
  const literal = letters.every((letter) => letter !== undefined) ? letters.join('') : undefined;
  return { program, groups: tree.groups, backs: state.backs, ...(literal ? { literal } : {}) };
}

function emit(program: Op[], node: Node, state: { backs: boolean }): void {
  if (program.length >= MOST_OPS) return;
  switch (node.kind) {
    case 'char':
      program.push({ op: 'char', is: node.is });
      break;
    case 'assert':
      program.push({ op: 'assert', what: node.what });
      break;
    case 'back':
      state.backs = true;
      program.push({ op: 'back', number: node.number });
      break;
    case 'group':
      program.push({ op: 'save', slot: node.number * 2 });
      emit(program, node.node, state);
      program.push({ op: 'save', slot: node.number * 2 + 1 });
      break;
    case 'all':
      for (const one of node.nodes) emit(program, one, state);
      break;
    case 'any':
      emitAny(program, node.nodes, state);
      break;
    case 'repeat':
      emitRepeat(program, node, state);
      break;
    case 'empty':
  }
}

function emitAny(program: Op[], nodes: readonly Node[], state: { backs: boolean }): void {
  const jumps: number[] = [];
  for (const [i, node] of nodes.entries()) {
    if (i === nodes.length - 1) {
      emit(program, node, state);
      break;
    }
    const split = program.push({ op: 'jump', to: 0 }) - 1;
    emit(program, node, state);
    jumps.push(program.push({ op: 'jump', to: 0 }) - 1);
    program[split] = { op: 'split', first: split + 1, second: program.length };
  }
  for (const jump of jumps) program[jump] = { op: 'jump', to: program.length };
}

function emitRepeat(program: Op[], node: Extract<Node, { kind: 'repeat' }>, state: { backs: boolean }): void {
  for (let i = 0; i < node.least && program.length < MOST_OPS; i++) emit(program, node.node, state);
  if (node.most === Number.POSITIVE_INFINITY) {
    const split = program.push({ op: 'jump', to: 0 }) - 1;
    emit(program, node.node, state);
    program.push({ op: 'jump', to: split });
    program[split] = { op: 'split', first: split + 1, second: program.length };
    return;
  }
  const splits: number[] = [];
  for (let i = node.least; i < node.most && program.length < MOST_OPS; i++) {
    splits.push(program.push({ op: 'jump', to: 0 }) - 1);
    emit(program, node.node, state);
  }
  for (const split of splits) program[split] = { op: 'split', first: split + 1, second: program.length };
}

function holds(what: Assertion, text: string, at: number): boolean {
  const before = at > 0 && isWord(text[at - 1] as string);
  const after = at < text.length && isWord(text[at] as string);
  switch (what) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'word':
      return before !== after;
    case 'notword':
      return before === after;
    case 'wordstart':
      return !before && after;
    case 'wordend':
      return before && !after;
  }
}

/** The leftmost, longest match at or after `from`. */
export function search(regex: Regex, text: string, from = 0): Match | undefined {
  if (regex.literal !== undefined) {
    const at = text.indexOf(regex.literal, from);
    return at < 0 ? undefined : [at, at + regex.literal.length];
  }
  if (regex.backs) {
    for (let at = from; at <= text.length; at++) {
      const found = tryAt(regex, text, at);
      if (found) return found;
    }
    return undefined;
  }
  return simulate(regex, text, from);
}

export const matches = (regex: Regex, text: string): boolean => search(regex, text) !== undefined;

interface Thread {
  readonly pc: number;
  readonly saves: readonly number[];
}

function simulate(regex: Regex, text: string, from: number): Match | undefined {
  const { program } = regex;
  const none = Array.from({ length: (regex.groups + 1) * 2 }, () => -1);
  const seen = new Int32Array(program.length).fill(-1);
  let threads: Thread[] = [];
  let best: readonly number[] | undefined;
  for (let at = from; at <= text.length; at++) {
    if (!best) follow(program, text, at, { pc: 0, saves: withSlot(none, 0, at) }, seen, threads);
    if (threads.length === 0 && best) break;
    const next: Thread[] = [];
    const char = text[at] ?? '';
    for (const { pc, saves } of threads) {
      const op = program[pc] as Op;
      if (op.op === 'match') {
        if (!best || saves[0] === best[0]) best = !best || (best[1] as number) < at ? withSlot(saves, 1, at) : best;
      } else if (op.op === 'char' && char !== '' && op.is(char) && (!best || saves[0] === best[0])) {
        follow(program, text, at + 1, { pc: pc + 1, saves }, seen, next);
      }
    }
    threads = next;
  }
  return best;
}

function withSlot(saves: readonly number[], slot: number, value: number): readonly number[] {
  const out = [...saves];
  out[slot] = value;
  return out;
}

/** Follows jumps from a thread to the instructions that take a character, each once per position. */
function follow(
  program: readonly Op[],
  text: string,
  at: number,
  start: Thread,
  seen: Int32Array,
  into: Thread[],
): void {
  const stack: Thread[] = [start];
  for (let thread = stack.pop(); thread; thread = stack.pop()) {
    const { pc, saves } = thread;
    if (seen[pc] === at) continue;
    seen[pc] = at;
    const op = program[pc] as Op;
    if (op.op === 'jump') stack.push({ pc: op.to, saves });
    else if (op.op === 'split') stack.push({ pc: op.second, saves }, { pc: op.first, saves });
    else if (op.op === 'save') stack.push({ pc: pc + 1, saves: withSlot(saves, op.slot, at) });
    else if (op.op === 'assert') {
      if (holds(op.what, text, at)) stack.push({ pc: pc + 1, saves });
    } else into.push(thread);
  }
}

/** One way after the other, for back-references; gives up after a bounded number of steps. */
function tryAt(regex: Regex, text: string, from: number): Match | undefined {
  const { program } = regex;
  const stack: { pc: number; at: number; saves: readonly number[] }[] = [
    {
      pc: 0,
      at: from,
      saves: withSlot(
        Array.from({ length: (regex.groups + 1) * 2 }, () => -1),
        0,
        from,
      ),
    },
  ];
  let steps = 0;
  for (let state = stack.pop(); state && steps < MOST_STEPS; state = stack.pop()) {
    let { pc, at, saves } = state;
    for (; steps < MOST_STEPS; steps++) {
      const op = program[pc] as Op;
      if (op.op === 'match') return withSlot(saves, 1, at);
      if (op.op === 'jump') pc = op.to;
      else if (op.op === 'split') {
        stack.push({ pc: op.second, at, saves });
        pc = op.first;
      } else if (op.op === 'save') {
        saves = withSlot(saves, op.slot, at);
        pc++;
      } else if (op.op === 'assert') {
        if (!holds(op.what, text, at)) break;
        pc++;
      } else if (op.op === 'back') {
        const [start, end] = [saves[op.number * 2] as number, saves[op.number * 2 + 1] as number];
        if (start < 0 || end < 0 || !text.startsWith(text.slice(start, end), at)) break;
        at += end - start;
        pc++;
      } else {
        if (at >= text.length || !op.is(text[at] as string)) break;
        at++;
        pc++;
      }
    }
  }
  return undefined;
}
