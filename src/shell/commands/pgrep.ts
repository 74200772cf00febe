import type { Process } from '../../engine/linux/process.ts';
import { pidIn } from '../../engine/linux/process.ts';
import { parseSignal, SIGNALS, type Signal } from '../../engine/linux/signal.ts';
import { type Context, defineCommand } from '../command.ts';
import { commandLine, procNamespace, type Seen, seenProcesses, ttyName } from '../processTable.ts';
import { compileRegex, search } from '../regex/regex.ts';
import { idOf, users } from '../users.ts';

type K =
  | 'full'
  | 'exact'
  | 'names'
  | 'list'
  | 'count'
  | 'newest'
  | 'oldest'
  | 'user'
  | 'parent'
  | 'invert'
  | 'signal'
  | 'delimiter'
  | 'quiet'
  | 'echo'
  | 'terminal'
  | 'fold';

const FLAGS = {
  list: { short: 'a', long: 'list-full', help: 'list PID and full command line' },
  count: { short: 'c', long: 'count', help: 'count of matching processes' },
  delimiter: { short: 'd', long: 'delimiter', value: 'string', help: 'specify output delimiter' },
  echo: { short: 'e', long: 'echo', help: 'display what is killed' },
  full: { short: 'f', long: 'full', help: 'use full process name to match' },
  fold: { short: 'i', long: 'ignore-case', help: 'match case insensitively' },
  names: { short: 'l', long: 'list-name', help: 'list PID and process name' },
  newest: { short: 'n', long: 'newest', help: 'select most recently started' },
  oldest: { short: 'o', long: 'oldest', help: 'select least recently started' },
  parent: { short: 'P', long: 'parent', value: 'PPID,...', help: 'match only child processes of the given parent' },
  quiet: { short: 'q', long: 'quiet', help: 'no output' },
  signal: { short: 's', long: 'signal', value: 'sig', help: 'signal to send (either number or name)' },
  terminal: { short: 't', long: 'terminal', value: 'tty,...', help: 'match by controlling terminal' },
  user: { short: 'uU', long: 'euid', value: 'ID,...', help: 'match by effective IDs' },
  invert: { short: 'v', long: 'inverse', help: 'negates the matching' },
  exact: { short: 'x', long: 'exact', help: 'match exactly with the command name' },
} as const;

function matching(ctx: Context<K>): readonly Seen[] | string {
  const { flags, sys } = ctx;
  const [pattern] = ctx.operands;
  const source = flags.has('exact') ? `^(${pattern ?? ''})$` : (pattern ?? '');
  const regex = compileRegex(source, { extended: true, ignoreCase: flags.has('fold') });
  if (typeof regex === 'string') return regex;
  const ns = procNamespace(sys);
  const owners = flags
    .value('user')
    ?.split(',')
    .map((name) => idOf(users(sys), name));
  const parents = flags.value('parent')?.split(',').map(Number);
  const terminals = flags.value('terminal')?.split(',');
  const all = (seenProcesses(sys) ?? []).filter(({ process }) => process.id !== sys.id);
  const fits = ({ process }: Seen): boolean => {
    const name = flags.has('full') && process.argv.length > 0 ? process.argv.join(' ') : process.comm.slice(0, 15);
    if (owners && !owners.includes(process.uid)) return false;
    if (parents && !parents.includes(process.parent ? (pidIn(sys.tx, ns ?? 0, process.parent) ?? 0) : 0)) return false;
    if (terminals && !terminals.includes(ttyName(sys.tx, process))) return false;
    return search(regex, name) !== undefined;
  };
  const found = all.filter((one) => fits(one) !== flags.has('invert'));
  const [first] = [...found].sort((a, b) =>
    flags.has('newest') ? b.process.id - a.process.id : a.process.id - b.process.id,
  );
  return (flags.has('newest') || flags.has('oldest')) && first ? [first] : found;
}

function check(ctx: Context<K>): number | undefined {
  const selects =
    ctx.operands.length > 0 || (['user', 'parent', 'terminal'] as const).some((key) => ctx.flags.has(key));
  if (selects && ctx.operands.length <= 1) return undefined;
  ctx.complain(selects ? 'only one pattern can be provided' : 'no matching criteria specified');
  ctx.err(`Try \`${ctx.name} --help' for more information.\n`);
  return 2;
}

defineCommand<K>({
  name: 'pgrep',
  summary: 'Look up processes based on name.',
  usage: '[options] <pattern>',
  usageStatus: 2,
  flags: FLAGS,
  start(ctx) {
    const wrong = check(ctx);
    if (wrong !== undefined) return wrong;
    const found = matching(ctx);
    if (typeof found === 'string') return ctx.fail(`regex error: ${found}`, 2);
    const { flags } = ctx;
    if (flags.has('count')) ctx.out(`${found.length}\n`);
    else if (!flags.has('quiet')) {
      const line = ({ pid, process }: Seen): string =>
        flags.has('list')
          ? `${pid} ${commandLine(process)}`
          : flags.has('names')
            ? `${pid} ${process.comm.slice(0, 15)}`
            : String(pid);
      if (found.length > 0) ctx.out(`${found.map(line).join(flags.value('delimiter') ?? '\n')}\n`);
    }
    return found.length > 0 ? 0 : 1;
  },
});

/** `pkill -9 name`: a signal that looks like a flag. */
function signalWord(argv: readonly string[]): {
  readonly signal: Signal | undefined;
  readonly word: string | undefined;
} {
  const word = argv
    .slice(1)
    .find((one) => /^-(?:\d+|SIG[A-Z0-9]+|[A-Z][A-Z0-9]+)$/.test(one) && parseSignal(one.slice(1)));
  return { signal: word === undefined ? undefined : parseSignal(word.slice(1)), word };
}

defineCommand<K | 'letters'>({
  name: 'pkill',
  summary: 'Signal processes based on name.',
  usage: '[options] <pattern>',
  usageStatus: 2,
  flags: { ...FLAGS, letters: { short: '0123456789ABCDEGHIKMNOQRSTVWXYZ', value: 'SIGNAL', optional: true } },
  start(full) {
    const ctx = full as unknown as Context<K>;
    const wrong = check(ctx);
    if (wrong !== undefined) return wrong;
    const named = ctx.flags.value('signal');
    const signal = named === undefined ? (signalWord(ctx.argv).signal ?? 'TERM') : parseSignal(named);
    if (!signal) return ctx.fail(`invalid argument: ${named}`, 2);
    const found = matching(ctx);
    if (typeof found === 'string') return ctx.fail(`regex error: ${found}`, 2);
    for (const { pid, process } of found) {
      if (ctx.flags.has('echo')) ctx.out(`${process.comm} killed (pid ${pid})\n`);
      const done = ctx.sys.kill(pid, signal);
      if (!done.ok) ctx.complain(`killing pid ${pid} failed: Operation not permitted`);
    }
    return found.length > 0 ? 0 : 1;
  },
});

const hasName = (process: Process, name: string): boolean =>
  process.comm === name.slice(0, 15) || (process.argv[0] ?? '').split('/').at(-1) === name || process.exe === name;

defineCommand<'single' | 'omit' | 'scripts' | 'quiet'>({
  name: 'pidof',
  summary: 'Find the process ID of a running program.',
  usage: '[options] [program ...]',
  flags: {
    single: { short: 's', long: 'single-shot', help: 'return one PID only' },
    omit: { short: 'o', long: 'omit-pid', value: 'PID,...', help: 'omit processes with PID' },
    scripts: { short: 'x', help: 'also find shells running the named scripts' },
    quiet: { short: 'q', help: 'quiet mode, only set the exit code' },
  },
  start(ctx) {
    const omit = ctx.flags.values('omit').flatMap((text) => text.split(',').map(Number));
    const found = (seenProcesses(ctx.sys) ?? [])
      .filter(
        ({ process, pid }) =>
          process.id !== ctx.sys.id &&
          process.state !== 'Z' &&
          !process.kthread &&
          !omit.includes(pid) &&
          ctx.operands.some((name) => hasName(process, name)),
      )
      .map(({ pid }) => pid)
      .reverse();
    if (found.length === 0) return 1;
    if (!ctx.flags.has('quiet')) ctx.out(`${(ctx.flags.has('single') ? found.slice(0, 1) : found).join(' ')}\n`);
    return 0;
  },
});

defineCommand({
  name: 'kill',
  summary: 'Send a signal to a process.',
  usage: '[options] <pid> [...]',
  raw: true,
  start(ctx) {
    const words = [...ctx.operands];
    let signal: Signal | undefined = 'TERM';
    const [first] = words;
    if (first === '-l' || first === '-L') {
      const number = Number(words[1]);
      if (words[1] === undefined) ctx.out(`${Object.keys(SIGNALS).join(' ')}\n`);
      else
        ctx.out(
          `${Number.isNaN(number) ? SIGNALS[parseSignal(words[1]) ?? 'TERM'] : (parseSignal(String(number % 128)) ?? '')}\n`,
        );
      return 0;
    }
    if (first === '-s' || first?.startsWith('-')) {
      const text = first === '-s' ? (words[1] ?? '') : first.slice(1);
      words.splice(0, first === '-s' ? 2 : 1);
      if (text !== '0' && !parseSignal(text))
        return ctx.fail(ctx.busybox ? `bad signal name '${text}'` : `unknown signal name ${text}`);
      signal = text === '0' ? undefined : parseSignal(text);
    }
    if (words.length === 0) return ctx.fail(ctx.busybox ? 'you need to specify whom to kill' : 'not enough arguments');
    let status = 0;
    for (const word of words) {
      if (!/^-?\d+$/.test(word)) {
        status = ctx.fail(ctx.busybox ? `bad pid '${word}'` : `failed to parse argument: '${word}'`);
        continue;
      }
      const done = ctx.sys.kill(Number(word), signal);
      if (done.ok) continue;
      const text = done.error === 'ESRCH' ? 'No such process' : 'Operation not permitted';
      status = ctx.fail(ctx.busybox ? `can't kill pid ${word}: ${text}` : `(${word}): ${text}`);
    }
    return status;
  },
});

defineCommand<'signal' | 'quiet' | 'letters'>({
  name: 'killall',
  summary: 'Kill processes by name.',
  usage: '[OPTION]... NAME...',
  flags: {
    signal: { short: 's', long: 'signal', value: 'SIGNAL', help: 'send this signal instead of SIGTERM' },
    quiet: { short: 'q', long: 'quiet', help: "don't print complaints" },
    letters: { short: '0123456789ABCDEFGHIKLMNOPQRSTUVWXYZ', value: 'SIGNAL', optional: true },
  },
  start(ctx) {
    const named = ctx.flags.value('signal');
    const signal = named === undefined ? (signalWord(ctx.argv).signal ?? 'TERM') : parseSignal(named);
    if (!signal) return ctx.fail(`${named}: unknown signal; killall -l lists signals.`);
    let status = 0;
    for (const name of ctx.operands) {
      const found = (seenProcesses(ctx.sys) ?? []).filter(
        ({ process }) => process.id !== ctx.sys.id && process.state !== 'Z' && hasName(process, name),
      );
      for (const { pid } of found) ctx.sys.kill(pid, signal);
      if (found.length === 0 && !ctx.flags.has('quiet'))
        status = ctx.fail(`${name}: no process ${ctx.busybox ? 'killed' : 'found'}`);
      else if (found.length === 0) status = 1;
    }
    return ctx.operands.length === 0 ? 1 : status;
  },
});
