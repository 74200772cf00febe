import { MS } from '../../engine/core/units.ts';
import { type Context, defineCommand, nearest, type Step } from '../command.ts';
import { Docker, daemonRuns, dockerCommands, findDocker, groupHelp, NO_DAEMON, readCall } from '../docker/command.ts';
import { NOT_HERE, topHelp } from '../docker/help.ts';

/** What the client remembers between its runs: which command, and that command's own state. */
interface ClientState {
  readonly phase: 'asking' | 'running';
  readonly inner?: unknown;
}

/** How long a request takes that says nothing of it. */
const USUAL: number = 25;

/** Words before the command: `docker --host … ps`. */
const GLOBAL_VALUES = new Set([
  '--config',
  '-c',
  '--context',
  '-H',
  '--host',
  '-l',
  '--log-level',
  '--tlscacert',
  '--tlscert',
  '--tlskey',
]);
const GLOBAL_SWITCHES = new Set(['-D', '--debug', '--tls', '--tlsverify']);

function withoutGlobals(words: readonly string[]): readonly string[] {
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest[0] as string;
    if (GLOBAL_VALUES.has(word)) rest.splice(0, 2);
    else if (GLOBAL_SWITCHES.has(word)) rest.shift();
    else break;
  }
  return rest;
}

export const VERSION = '29.7.2';

function start(ctx: Context): Step {
  const words = withoutGlobals(ctx.argv.slice(1));
  const [first] = words;
  if (first === undefined || first === '--help' || first === 'help' || first === '-h') return help(ctx, words);
  if (first === '--version' || first === '-v') {
    ctx.out(`Docker version ${VERSION}, build unknown\n`);
    return 0;
  }
  if (first.startsWith('-')) {
    ctx.err(
      `unknown ${first.startsWith('--') ? 'flag' : 'shorthand flag'}: ${first.startsWith('--') ? first : `'${first[1]}' in ${first}`}\n\nUsage:  docker [OPTIONS] COMMAND\n\nRun 'docker --help' for more information\n`,
    );
    return 125;
  }
  const found = findDocker(words);
  if (!found) return unknown(ctx, first);
  if ('group' in found) return group(ctx, found.group, found.rest);
  const call = readCall(ctx, found.command, found.name, found.rest);
  if (!(call instanceof Docker)) return call;
  for (const [name, flag] of Object.entries(found.command.flags))
    if (flag.deprecated && call.value(name) !== undefined)
      ctx.out(`Flag --${name} has been deprecated, ${flag.deprecated}\n`);
  const takes = (found.command.takes ?? USUAL) * MS;
  if (found.command.local) return keepInner(found.command.run(call));
  return { state: { phase: 'asking' } satisfies ClientState, wait: { channels: [], until: ctx.sys.now + takes } };
}

function resume(ctx: Context, state: unknown): Step {
  const { phase, inner } = state as ClientState;
  const found = findDocker(withoutGlobals(ctx.argv.slice(1)));
  if (!found || 'group' in found) return 1;
  const call = readCall(ctx, found.command, found.name, found.rest);
  if (!(call instanceof Docker)) return call;
  if (phase === 'running') return keepInner(found.command.resume?.(call, inner) ?? 0);
  if (!daemonRuns(ctx.sys)) {
    const outer = ['run', 'create', 'container run', 'container create'].includes(found.name);
    ctx.err(
      `${outer ? 'docker: ' : ''}${NO_DAEMON}${outer ? `\n\nRun 'docker ${found.name} --help' for more information` : ''}\n`,
    );
    return outer ? 125 : 1;
  }
  return keepInner(found.command.run(call));
}

function keepInner(step: Step): Step {
  if (typeof step === 'number' || 'replaced' in step) return step;
  const state: ClientState = { phase: 'running', inner: step.state };
  return { ...step, state };
}

function unknown(ctx: Context, word: string): number {
  ctx.err(`docker: unknown command: docker ${word}\n\nRun 'docker --help' for more information\n`);
  note(ctx, 'docker', word, [...dockerCommands().flatMap((command) => command.names), ...NOT_HERE]);
  return 1;
}

/** A line of ours: a real command that is not simulated, or the nearest of those that are. */
function note(ctx: Context, before: string, word: string, known: readonly string[]): void {
  const name = `${before} ${word}`;
  const near = nearest(word, known);
  if (NOT_HERE.includes(name.replace('docker ', ''))) ctx.note('note.missing', { name });
  else if (near) ctx.note('note.nearest', { name, near: `${before} ${near}` });
}

function group(ctx: Context, name: string, rest: readonly string[]): number {
  const [word] = rest;
  if (word === undefined || word === '--help') {
    ctx.out(groupHelp(name));
    return 0;
  }
  ctx.err(
    `docker: unknown command: docker ${name} ${word}\n\nUsage:  docker ${name} COMMAND\n\nRun 'docker ${name} --help' for more information\n`,
  );
  const names = [...dockerCommands().flatMap((command) => command.names), ...NOT_HERE];
  const inGroup = names.filter((one) => one.startsWith(`${name} `)).map((one) => one.slice(name.length + 1));
  note(ctx, `docker ${name}`, word, inGroup);
  return 1;
}

function help(ctx: Context, words: readonly string[]): number {
  const found = words[0] === 'help' && words.length > 1 ? findDocker(words.slice(1)) : undefined;
  if (found && !('group' in found)) {
    readCall(ctx, found.command, found.name, ['--help']);
    return 0;
  }
  if (found) ctx.out(groupHelp(found.group));
  else ctx.out(topHelp());
  return 0;
}

defineCommand({ name: 'docker', summary: 'A self-sufficient runtime for containers', raw: true, start, resume });
