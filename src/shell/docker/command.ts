import type { Transaction } from '../../engine/core/transaction.ts';
import { PROCESS } from '../../engine/linux/process.ts';
import { notFound } from '../../engine/linux/program.ts';
import type { System } from '../../engine/linux/system.ts';
import { type Context, nearest, type Step } from '../command.ts';
import { type DockerFlags, flagUsages, type Given, parseFlags } from './pflag.ts';

/** How a command of the Docker CLI is declared. */
export interface DockerCommand {
  /** Its names, the canonical one first: `container run`, `run`. */
  readonly names: readonly string[];
  readonly summary: string;
  /** What stands behind the name: `[OPTIONS] IMAGE [COMMAND] [ARG...]`. */
  readonly usage: string;
  readonly flags: DockerFlags;
  /** How many arguments: at least, at most. */
  readonly args: readonly [least: number, most: number];
  /** False where what follows the first argument belongs to the container. */
  readonly interspersed?: boolean;
  /** Virtual time that the daemon takes, in milliseconds. */
  readonly takes?: number;
  /** It speaks to the daemon; without one it says so. */
  readonly local?: boolean;
  run(docker: Docker): Step;
  /** Goes on after a wait; state is what `run` or `resume` gave last. */
  resume?(docker: Docker, state: unknown): Step;
}

const commands = new Map<string, DockerCommand>();

export function defineDocker(command: DockerCommand): void {
  for (const name of command.names) commands.set(name, command);
}

/** All commands, by name: in which order they have been loaded does not show. */
export function dockerCommands(): readonly DockerCommand[] {
  notFound('docker');
  return [...new Set(commands.values())].sort((a, b) => ((a.names[0] ?? '') < (b.names[0] ?? '') ? -1 : 1));
}

/** Groups with sub-commands, and what `--help` says of them. */
export const GROUPS: Readonly<Record<string, string>> = {
  container: 'Manage containers',
  image: 'Manage images',
  network: 'Manage networks',
  system: 'Manage Docker',
  volume: 'Manage volumes',
};

/** Finds the command that words name, with what is left for it. */
export function findDocker(
  words: readonly string[],
):
  | { readonly command: DockerCommand; readonly name: string; readonly rest: readonly string[] }
  | { readonly group: string; readonly rest: readonly string[] }
  | undefined {
  const [first = '', second = ''] = words;
  const pair = commands.get(`${first} ${second}`);
  if (pair) return { command: pair, name: `${first} ${second}`, rest: words.slice(2) };
  const single = commands.get(first);
  if (single) return { command: single, name: first, rest: words.slice(1) };
  notFound(`docker ${first}`);
  return Object.hasOwn(GROUPS, first) ? { group: first, rest: words.slice(1) } : undefined;
}

export const groupHelp = (group: string): string => {
  const rows = dockerCommands()
    .flatMap((command) =>
      command.names
        .filter((name) => name.startsWith(`${group} `))
        .slice(0, 1)
        .map((name) => [name.slice(group.length + 1), command.summary] as const),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...rows.map(([name]) => name.length), 11) + 1;
  const lines = rows.map(([name, summary]) => `  ${name.padEnd(width)}${summary}\n`).join('');
  return `Usage:  docker ${group} COMMAND\n\n${GROUPS[group]}\n\nCommands:\n${lines}\nRun 'docker ${group} COMMAND --help' for more information on a command.\n`;
};

/** One run of a Docker command: what was typed, the daemon's machine, and where output goes. */
export class Docker {
  constructor(
    readonly ctx: Context,
    readonly command: DockerCommand,
    /** The name by which it was called. */
    readonly name: string,
    readonly given: Given,
    readonly args: readonly string[],
  ) {}

  get sys(): System {
    return this.ctx.sys;
  }

  get tx(): Transaction {
    return this.ctx.sys.tx;
  }

  get machine(): number {
    return this.ctx.sys.self.machine;
  }

  has(flag: string): boolean {
    return /^(?:1|t|true)$/i.test(this.value(flag) ?? 'false');
  }

  value(flag: string): string | undefined {
    return this.given[flag]?.at(-1);
  }

  values(flag: string): readonly string[] {
    return this.given[flag] ?? [];
  }

  out(text: string): void {
    this.ctx.out(text);
  }

  err(text: string): void {
    this.ctx.err(text);
  }

  /** `Error response from daemon: …`, as most commands print it. */
  refused(message: string, status = 1): number {
    this.err(`Error response from daemon: ${message}\n`);
    return status;
  }

  /** A wrong call of run or create: words, blank line, where to read more. */
  wrong(message: string, status = 125): number {
    this.err(`docker: ${message}\n\nRun 'docker ${this.name} --help' for more information\n`);
    return status;
  }
}

/** Flags and arguments of a call, or what to print and how to end. */
export function readCall(
  ctx: Context,
  command: DockerCommand,
  name: string,
  words: readonly string[],
): Docker | number {
  const parsed = parseFlags(command.flags, words, command.interspersed ?? true);
  const usage = `Usage:  docker ${name} ${command.usage}\n`;
  if ('help' in parsed) {
    ctx.out(helpOf(command, name));
    return 0;
  }
  if ('error' in parsed) {
    ctx.err(`${parsed.error}\n\n${usage}\nRun 'docker ${name} --help' for more information\n`);
    const flag = /^unknown flag: --(\S+)/.exec(parsed.error)?.[1];
    const near = flag && nearest(flag, Object.keys(command.flags));
    if (near) ctx.note('note.flag', { name: `docker ${name}`, near: `--${near}` });
    return 125;
  }
  const [least, most] = command.args;
  const count = parsed.args.length;
  if (count >= least && count <= most) return new Docker(ctx, command, name, parsed.given, parsed.args);
  const needs =
    least === most
      ? `${least === 0 ? 'accepts no arguments' : `requires ${least} argument${least === 1 ? '' : 's'}`}`
      : count < least
        ? `requires at least ${least} argument${least === 1 ? '' : 's'}`
        : `requires at most ${most} argument${most === 1 ? '' : 's'}`;
  ctx.err(`docker: 'docker ${name}' ${needs}\n\n${usage}\nSee 'docker ${name} --help' for more information\n`);
  return 1;
}

function helpOf(command: DockerCommand, name: string): string {
  const aliases =
    command.names.length > 1 ? `\nAliases:\n  ${command.names.map((alias) => `docker ${alias}`).join(', ')}\n` : '';
  const options = Object.keys(command.flags).length > 0 ? `\nOptions:\n${flagUsages(command.flags)}` : '';
  return `Usage:  docker ${name} ${command.usage}\n\n${command.summary}\n${aliases}${options}`;
}

/** Does the daemon of this machine run? */
export const daemonRuns = (sys: System): boolean =>
  sys.tx.ids(PROCESS, 'service', `${sys.self.machine} dockerd`).length > 0;

export const NO_DAEMON =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
