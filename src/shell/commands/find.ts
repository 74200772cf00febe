import { strerror } from '../../engine/core/errno.ts';
import { rmdir, unlink } from '../../engine/linux/namei.ts';
import { basename, dirname, readdir, type Stat, stat } from '../../engine/linux/vfs.ts';
import { type Batch, runBatch } from '../batch.ts';
import { epochSeconds, strftime } from '../clock.ts';
import { type Context, defineCommand, type Step } from '../command.ts';
import { escapes } from '../escapes.ts';
import { modeText } from '../fileMode.ts';
import { bare, matchesPattern } from '../pattern.ts';
import { groups, idOf, nameOf, users } from '../users.ts';

interface Item {
  readonly path: string;
  readonly stat: Stat;
  readonly depth: number;
}

/** A predicate or action; false stops the conjunction. */
type Test = (ctx: Context, item: Item, found: Found) => boolean;

interface Found {
  /** Command lines of -exec, in the order in which they come up. */
  readonly commands: (readonly string[])[];
  /** Paths gathered for `-exec … +`, by its place. */
  readonly gathered: Map<number, { readonly words: readonly string[]; readonly paths: string[] }>;
  pruned: boolean;
  quit: boolean;
}

interface Expression {
  readonly test: Test;
  readonly acts: boolean;
}

interface Options {
  maxDepth: number;
  minDepth: number;
  depthFirst: boolean;
  follow: boolean;
  oneFilesystem: boolean;
}

const KINDS: Readonly<Record<string, Stat['kind']>> = {
  f: 'file',
  d: 'dir',
  l: 'link',
  c: 'chr',
  b: 'blk',
  p: 'fifo',
  s: 'sock',
};

const SIZE_UNITS: Readonly<Record<string, number>> = { c: 1, w: 2, b: 512, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };

const compares = (text: string, value: number): boolean => {
  const wanted = Number(text.replace(/^[-+]/, ''));
  return text.startsWith('+') ? value > wanted : text.startsWith('-') ? value < wanted : value === wanted;
};

const TAKES = new Set(
  '-name -iname -path -wholename -ipath -type -size -mtime -mmin -newer -perm -user -group -uid -gid -inum -links -maxdepth -mindepth -printf -regex -lname'.split(
    ' ',
  ),
);

class Parser {
  at = 0;
  error: string | undefined;
  acts = false;
  readonly options: Options = { maxDepth: 1000, minDepth: 0, depthFirst: false, follow: false, oneFilesystem: false };

  constructor(
    private readonly ctx: Context,
    private readonly words: readonly string[],
  ) {}

  or(): Test {
    let left = this.and();
    while (this.error === undefined && (this.words[this.at] === '-o' || this.words[this.at] === '-or')) {
      this.at++;
      const [one, two] = [left, this.and()];
      left = (ctx, item, found) => one(ctx, item, found) || two(ctx, item, found);
    }
    return left;
  }

  private and(): Test {
    let left = this.not();
    for (;;) {
      const word = this.words[this.at];
      if (this.error !== undefined || word === undefined || word === '-o' || word === '-or' || word === ')')
        return left;
      if (word === '-a' || word === '-and') this.at++;
      const [one, two] = [left, this.not()];
      left = (ctx, item, found) => one(ctx, item, found) && two(ctx, item, found);
    }
  }

  private not(): Test {
    const word = this.words[this.at];
    if (word === '!' || word === '-not') {
      this.at++;
      const inner = this.not();
      return (ctx, item, found) => !inner(ctx, item, found);
    }
    if (word === '(') {
      this.at++;
      const inner = this.or();
      if (this.words[this.at] !== ')')
        this.error ??= "invalid expression; I was expecting to find a ')' somewhere but did not see one.";
      this.at++;
      return inner;
    }
    return this.primary();
  }

  private primary(): Test {
    const word = this.words[this.at++];
    if (word === undefined) return () => true;
    let value = '';
    if (TAKES.has(word)) {
      const next = this.words[this.at++];
      if (next === undefined) {
        this.error ??= `missing argument to \`${word}'`;
        return () => true;
      }
      value = next;
    }
    return this.fileTest(word, value) ?? this.action(word, value) ?? this.unknown(word);
  }

  private unknown(word: string): Test {
    this.error ??= word.startsWith('-') ? `unknown predicate \`${word}'` : `paths must precede expression: \`${word}'`;
    return () => true;
  }

  private fileTest(word: string, value: string): Test | undefined {
    const { sys } = this.ctx;
    switch (word) {
      case '-name':
        return (_ctx, item) => matchesPattern(bare(value), basename(item.path));
      case '-iname':
        return (_ctx, item) => matchesPattern(bare(value.toLowerCase()), basename(item.path).toLowerCase());
      case '-path':
      case '-wholename':
        return (_ctx, item) => matchesPattern(bare(value), item.path);
      case '-lname':
        return (_ctx, item) => item.stat.target !== undefined && matchesPattern(bare(value), item.stat.target);
      case '-type': {
        const kinds = value.split(',').map((letter) => KINDS[letter]);
        if (kinds.includes(undefined)) this.error ??= `Unknown argument to -type: ${value}`;
        return (_ctx, item) => kinds.includes(item.stat.kind);
      }
      case '-size': {
        const match = /^([-+]?\d+)([cwbkMG]?)$/.exec(value);
        if (!match) this.error ??= `Invalid argument \`${value}' to -size`;
        const unit = SIZE_UNITS[match?.[2] || 'b'] as number;
        return (_ctx, item) => compares(match?.[1] ?? '0', Math.ceil(item.stat.size / unit));
      }
      case '-mtime':
      case '-mmin': {
        const unit = word === '-mtime' ? 86_400e6 : 60e6;
        return (ctx, item) => compares(value, Math.floor((ctx.sys.now - item.stat.mtime) / unit));
      }
      case '-newer': {
        const other = stat(sys.tx, sys.self, value);
        if (!other.ok) this.error ??= `'${value}': ${strerror(other.error)}`;
        return (_ctx, item) => other.ok && item.stat.mtime > other.value.mtime;
      }
      case '-perm': {
        const bits = Number.parseInt(value.replace(/^[-/]/, ''), 8);
        return (_ctx, { stat: { mode } }) =>
          value.startsWith('-') ? (mode & bits) === bits : value.startsWith('/') ? (mode & bits) !== 0 : mode === bits;
      }
      case '-user':
      case '-uid': {
        const id = idOf(users(sys), value);
        if (id === undefined) this.error ??= `invalid user name or UID argument to -user: \`${value}'`;
        return (_ctx, item) => item.stat.uid === id;
      }
      case '-group':
      case '-gid': {
        const id = idOf(groups(sys), value);
        return (_ctx, item) => item.stat.gid === id;
      }
      case '-inum':
        return (_ctx, item) => compares(value, item.stat.ino);
      case '-links':
        return (_ctx, item) => compares(value, item.stat.nlink);
      case '-empty':
        return (ctx, item) => {
          if (item.stat.kind === 'file') return item.stat.size === 0;
          const names = item.stat.kind === 'dir' ? readdir(ctx.sys.tx, ctx.sys.self, item.path) : undefined;
          return names?.ok === true && names.value.length === 0;
        };
      case '-executable':
        return (_ctx, item) => (item.stat.mode & 0o111) !== 0;
      case '-true':
        return () => true;
      case '-false':
        return () => false;
      default:
        return this.option(word, value);
    }
  }

  private option(word: string, value: string): Test | undefined {
    switch (word) {
      case '-maxdepth':
      case '-mindepth':
        if (!/^\d+$/.test(value))
          this.error ??= `Expected a positive decimal integer argument to ${word}, but got ‘${value}’`;
        this.options[word === '-maxdepth' ? 'maxDepth' : 'minDepth'] = Number(value);
        return () => true;
      case '-depth':
        this.options.depthFirst = true;
        return () => true;
      case '-xdev':
      case '-mount':
        this.options.oneFilesystem = true;
        return () => true;
      case '-follow':
        this.options.follow = true;
        return () => true;
      default:
        return undefined;
    }
  }

  private action(word: string, value: string): Test | undefined {
    const print = (end: string): Test => {
      this.acts = true;
      return (ctx, item) => {
        ctx.out(item.path + end);
        return true;
      };
    };
    switch (word) {
      case '-print':
        return print('\n');
      case '-print0':
        return print('\0');
      case '-printf':
        this.acts = true;
        return (ctx, item) => {
          ctx.out(formatted(ctx, item, value));
          return true;
        };
      case '-ls':
        this.acts = true;
        return (ctx, item) => {
          const { ino, nlink, uid, gid, size } = item.stat;
          const owner = nameOf(users(ctx.sys), uid).padEnd(8);
          const time = strftime('%b %e %H:%M', epochSeconds(item.stat.mtime));
          ctx.out(
            `${String(ino).padStart(9)} ${String(Math.ceil(size / 4096) * 4).padStart(6)} ${modeText(item.stat)} ${String(nlink).padStart(3)} ${owner} ${nameOf(groups(ctx.sys), gid).padEnd(8)} ${String(size).padStart(8)} ${time} ${item.path}\n`,
          );
          return true;
        };
      case '-delete':
        this.acts = true;
        this.options.depthFirst = true;
        return (ctx, item) => {
          const done = (item.stat.kind === 'dir' ? rmdir : unlink)(ctx.sys.tx, ctx.sys.self, item.path);
          if (!done.ok) ctx.complain(`cannot delete ‘${item.path}’: ${strerror(done.error)}`);
          return done.ok;
        };
      case '-prune':
        return (_ctx, _item, found) => {
          found.pruned = true;
          return true;
        };
      case '-quit':
        return (_ctx, _item, found) => {
          found.quit = true;
          return true;
        };
      case '-exec':
      case '-ok':
        return this.exec();
      default:
        return undefined;
    }
  }

  private exec(): Test {
    this.acts = true;
    const from = this.at;
    const end = this.words.findIndex(
      (word, i) => i >= from && (word === ';' || (word === '+' && this.words[i - 1] === '{}')),
    );
    if (end < 0) {
      this.error ??= "missing argument to `-exec'";
      return () => true;
    }
    const words = this.words.slice(from, end);
    this.at = end + 1;
    if (this.words[end] === '+') {
      return (_ctx, item, found) => {
        const group = found.gathered.get(from) ?? { words: words.slice(0, -1), paths: [] };
        group.paths.push(item.path);
        found.gathered.set(from, group);
        return true;
      };
    }
    return (_ctx, item, found) => {
      found.commands.push(words.map((word) => word.replaceAll('{}', item.path)));
      return true;
    };
  }
}

function formatted(ctx: Context, item: Item, format: string): string {
  const { path, stat: s, depth } = item;
  const fields: Readonly<Record<string, () => string>> = {
    p: () => path,
    f: () => basename(path),
    h: () => (path.includes('/') ? dirname(path) : '.'),
    P: () => path.replace(/^[^/]*\/?/, ''),
    s: () => String(s.size),
    m: () => s.mode.toString(8),
    u: () => nameOf(users(ctx.sys), s.uid),
    g: () => nameOf(groups(ctx.sys), s.gid),
    i: () => String(s.ino),
    n: () => String(s.nlink),
    d: () => String(depth),
    y: () => (s.kind === 'file' ? 'f' : modeText(s)[0]) as string,
    l: () => s.target ?? '',
    '%': () => '%',
  };
  return escapes(format)
    .replace(/%M/g, modeText(s))
    .replace(/%([a-zA-Z%])/g, (all, letter: string) =>
      Object.hasOwn(fields, letter) ? (fields[letter] as () => string)() : all,
    );
}

/** Files that one call looks at. */
const MOST = 50_000;

function search(
  ctx: Context,
  roots: readonly string[],
  expression: Expression,
  options: Options,
  found: Found,
): number {
  const { tx, self } = ctx.sys;
  let status = 0;
  let seen = 0;
  const visit = (item: Item): void => {
    if (item.depth < options.minDepth) return;
    if (expression.test(ctx, item, found) && !expression.acts) ctx.out(`${item.path}\n`);
  };
  for (const root of roots) {
    const first = stat(tx, self, root, options.follow || root.endsWith('/'));
    if (!first.ok) {
      status = ctx.fail(ctx.busybox ? `${root}: ${strerror(first.error)}` : `‘${root}’: ${strerror(first.error)}`);
      continue;
    }
    const todo: { item: Item; after: boolean }[] = [
      { item: { path: root, stat: first.value, depth: 0 }, after: false },
    ];
    while (todo.length > 0 && seen++ < MOST && !found.quit) {
      const { item, after } = todo.pop() as (typeof todo)[number];
      if (after) {
        visit(item);
        continue;
      }
      found.pruned = false;
      if (!options.depthFirst) visit(item);
      else todo.push({ item, after: true });
      if (item.stat.kind !== 'dir' || item.depth >= options.maxDepth || found.pruned) continue;
      const names = readdir(tx, self, item.path);
      if (!names.ok) {
        status = ctx.fail(
          ctx.busybox ? `${item.path}: ${strerror(names.error)}` : `‘${item.path}’: ${strerror(names.error)}`,
        );
        continue;
      }
      for (const name of [...names.value].reverse()) {
        const path = `${item.path.replace(/\/$/, '')}/${name}`;
        const below = stat(tx, self, path, options.follow);
        if (!below.ok || (options.oneFilesystem && below.value.dev.join() !== first.value.dev.join())) continue;
        todo.push({ item: { path, stat: below.value, depth: item.depth + 1 }, after: false });
      }
    }
  }
  return status;
}

defineCommand({
  name: 'find',
  summary: 'Search for files in a directory hierarchy.',
  usage: '[-H] [-L] [-P] [path...] [expression]',
  raw: true,
  start(ctx): Step {
    const words = ctx.operands.filter((word, i) => !(i === 0 && /^-[HLP]$/.test(word)));
    const split = words.findIndex((word) => /^[-(!]/.test(word) && word !== '-');
    const roots = split < 0 ? words : words.slice(0, split);
    const parser = new Parser(ctx, split < 0 ? [] : words.slice(split));
    const test = parser.or();
    if (parser.error === undefined && parser.at < (split < 0 ? 0 : words.length - split))
      parser.error = `paths must precede expression: \`${words[split + parser.at]}'`;
    if (parser.error !== undefined)
      return ctx.fail(
        ctx.busybox && parser.error.startsWith('unknown predicate')
          ? parser.error.replace('unknown predicate `', 'unrecognized: ').replace(/'$/, '')
          : parser.error,
      );
    if (ctx.operands[0] === '-L') parser.options.follow = true;
    const found: Found = { commands: [], gathered: new Map(), pruned: false, quit: false };
    const status = search(ctx, roots.length > 0 ? roots : ['.'], { test, acts: parser.acts }, parser.options, found);
    for (const { words: command, paths } of found.gathered.values()) found.commands.push([...command, ...paths]);
    return runBatch(ctx, { commands: found.commands, at: 0, status, stopAt: [] });
  },
  resume: (ctx, state) => runBatch(ctx, state as Batch),
});
