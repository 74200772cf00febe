import type { System } from '../engine/linux/system.ts';
import { access, type Stat, stat } from '../engine/linux/vfs.ts';

/** A conditional expression's value, or its complaint without the command's name. */
type Value = boolean | { readonly problem: string };

const isProblem = (value: Value): value is { problem: string } => typeof value === 'object';

const UNARY = new Set('abcdefghknoprstuvwxzGLNORS'.split('').map((letter) => `-${letter}`));
const NUMERIC = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);
const BINARY = new Set(['=', '==', '!=', '<', '>', '-nt', '-ot', '-ef', ...NUMERIC]);

/** test(1) and `[`. */
export function testWords(sys: System, words: readonly string[], isSet: (name: string) => boolean): Value {
  return new Test(sys, words, isSet).value();
}

class Test {
  private at = 0;

  constructor(
    private readonly sys: System,
    private readonly words: readonly string[],
    private readonly isSet: (name: string) => boolean,
  ) {}

  value(): Value {
    const { words } = this;
    if (words.length === 0) return false;
    if (words.length === 1) return words[0] !== '';
    if (words.length === 2) return this.two(words[0] as string, words[1] as string);
    if (words.length === 3) {
      const three = this.three(words as readonly [string, string, string]);
      if (three !== undefined) return three;
    }
    if (words.length === 4 && words[0] === '!') {
      const rest = this.three(words.slice(1) as unknown as readonly [string, string, string]);
      if (rest !== undefined) return isProblem(rest) ? rest : !rest;
    }
    const found = this.or(0);
    if (isProblem(found)) return found;
    return this.at < words.length ? { problem: 'too many arguments' } : found;
  }

  private two(first: string, second: string): Value {
    if (first === '!') return second === '';
    if (UNARY.has(first)) return unaryTest(this.sys, first, second, this.isSet);
    return { problem: `${first}: unary operator expected` };
  }

  private three([left, operator, right]: readonly [string, string, string]): Value | undefined {
    if (BINARY.has(operator)) return binaryTest(this.sys, left, operator, right);
    if (operator === '-a') return left !== '' && right !== '';
    if (operator === '-o') return left !== '' || right !== '';
    if (left === '!') {
      const rest = this.two(operator, right);
      return isProblem(rest) ? rest : !rest;
    }
    if (left === '(' && right === ')') return operator !== '';
    return { problem: `${operator}: binary operator expected` };
  }

  private or(depth: number): Value {
    let value = this.and(depth);
    while (!isProblem(value) && this.words[this.at] === '-o') {
      this.at++;
      const right = this.and(depth);
      if (isProblem(right)) return right;
      value = value || right;
    }
    return value;
  }

  private and(depth: number): Value {
    let value = this.primary(depth);
    while (!isProblem(value) && this.words[this.at] === '-a') {
      this.at++;
      const right = this.primary(depth);
      if (isProblem(right)) return right;
      value = value && right;
    }
    return value;
  }

  private primary(depth: number): Value {
    const [word, next, after] = this.words.slice(this.at, this.at + 3);
    if (word === undefined || depth > 100) return { problem: 'argument expected' };
    if (next !== undefined && BINARY.has(next) && after !== undefined) {
      this.at += 3;
      return binaryTest(this.sys, word, next, after);
    }
    if (word === '!') {
      this.at++;
      const rest = this.primary(depth + 1);
      return isProblem(rest) ? rest : !rest;
    }
    if (word === '(') {
      this.at++;
      const inner = this.or(depth + 1);
      if (this.words[this.at] !== ')') return isProblem(inner) ? inner : { problem: "`)' expected" };
      this.at++;
      return inner;
    }
    if (UNARY.has(word) && next !== undefined) {
      this.at += 2;
      return unaryTest(this.sys, word, next, this.isSet);
    }
    this.at++;
    return word !== '';
  }
}

/** `-f path` and its like; `-v name` asks `isSet`. */
export function unaryTest(sys: System, operator: string, operand: string, isSet: (name: string) => boolean): boolean {
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-v':
      return isSet(operand);
    case '-t': {
      const file = sys.file(Number(operand));
      return file?.kind === 'tty';
    }
    case '-o':
      return false;
    case '-r':
    case '-w':
    case '-x':
      return access(sys.tx, sys.self, operand, operator.slice(1) as 'r' | 'w' | 'x').ok;
    default: {
      const found = stat(sys.tx, sys.self, operand, operator !== '-h' && operator !== '-L');
      return found.ok && fileTest(sys, operator, found.value);
    }
  }
}

const KINDS: Readonly<Record<string, Stat['kind']>> = {
  '-f': 'file',
  '-d': 'dir',
  '-h': 'link',
  '-L': 'link',
  '-p': 'fifo',
  '-S': 'sock',
  '-b': 'blk',
  '-c': 'chr',
};

function fileTest(sys: System, operator: string, found: Stat): boolean {
  const kind = KINDS[operator];
  if (kind) return found.kind === kind;
  switch (operator) {
    case '-s':
      return found.size > 0;
    case '-u':
      return (found.mode & 0o4000) !== 0;
    case '-g':
      return (found.mode & 0o2000) !== 0;
    case '-k':
      return (found.mode & 0o1000) !== 0;
    case '-O':
      return found.uid === sys.self.uid;
    case '-G':
      return found.gid === sys.self.gid;
    default:
      return true;
  }
}

export function binaryTest(sys: System, left: string, operator: string, right: string): Value {
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-nt':
    case '-ot':
    case '-ef':
      return filesTest(sys, left, operator, right);
    default: {
      const [a, b] = [left, right].map((text) =>
        /^\s*[-+]?\d+\s*$/.test(text) ? BigInt(text.trim().replace(/^\+/, '')) : undefined,
      );
      if (a === undefined) return { problem: `${left}: integer expression expected` };
      if (b === undefined) return { problem: `${right}: integer expression expected` };
      return numericTest(a, operator, b);
    }
  }
}

export function numericTest(a: bigint, operator: string, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

function filesTest(sys: System, left: string, operator: string, right: string): boolean {
  const [a, b] = [stat(sys.tx, sys.self, left), stat(sys.tx, sys.self, right)];
  if (operator === '-ef')
    return a.ok && b.ok && a.value.ino === b.value.ino && a.value.dev.join() === b.value.dev.join();
  if (operator === '-nt') return a.ok && (!b.ok || a.value.mtime > b.value.mtime);
  return b.ok && (!a.ok || a.value.mtime < b.value.mtime);
}
