import { type Reader, readWorld, type World } from '../engine/core/world.ts';
import { CONTAINER } from '../engine/docker/container.ts';
import { IMAGE } from '../engine/docker/image.ts';
import { NETWORK } from '../engine/docker/network.ts';
import { VOLUME } from '../engine/docker/volume.ts';
import type { Process } from '../engine/linux/process.ts';
import { programNames } from '../engine/linux/program.ts';
import { access, readdir, stat } from '../engine/linux/vfs.ts';
import { NETDEV } from '../engine/net/netdev.ts';
import { builtinNamesOf } from './builtin.ts';
import { findCommand } from './command.ts';
import { dockerCommands, findDocker, GROUPS } from './docker/command.ts';
import { waitingShell } from './session.ts';
import type { ShellState } from './state.ts';

/** What may stand from `from` to the cursor instead: a directory ends with `/`, everything else is whole. */
export interface Completions {
  readonly from: number;
  readonly candidates: readonly string[];
}

interface Word {
  readonly at: number;
  /** Without its quotes. */
  readonly text: string;
}

interface Place {
  readonly read: Reader;
  readonly process: Process;
  readonly state: ShellState;
}

/**
 * What could be meant where the cursor stands, as a shell's own completion: commands, sub-commands and flags from their
 * declarations, names of containers, images, networks, devices, paths of the machine (or container) in which the
 * terminal's shell waits, and variables. Throws PartToCome while commands are still being loaded.
 */
export function complete(world: World, ttyId: number, line: string, cursor: number): Completions {
  const read = readWorld(world);
  const words = commandBefore(line.slice(0, cursor));
  const last = words.pop() ?? { at: cursor, text: '' };
  const waiting = waitingShell(read, ttyId);
  if (!waiting) return { from: cursor, candidates: [] };
  const [process, state] = waiting;
  const place: Place = { read, process, state };
  const found = candidatesFor(
    place,
    words.map((word) => word.text),
    last.text,
  );
  const cut = found.skip ?? 0;
  const typed = last.text.slice(cut);
  const from = cut > 0 ? cursor - typed.length : last.at;
  const candidates = [...new Set(found.all)].filter((one) => one.startsWith(typed)).sort();
  return { from, candidates: candidates.map(escapeWord) };
}

const escapeWord = (word: string): string => word.replace(/[ \t'"\\|&;<>()`!*?[\]#]/g, '\\$&');

/** The words of the simple command in which a text ends; the last one is unfinished, and may be empty. */
function commandBefore(text: string): Word[] {
  let words: Word[] = [];
  let word: { at: number; text: string } | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (word) word.text += char;
    } else if (char === "'" || char === '"') {
      word ??= { at: i, text: '' };
      quote = char;
    } else if (char === '\\') {
      word ??= { at: i, text: '' };
      word.text += text[++i] ?? '';
    } else if (/[\s<>]/.test(char)) {
      if (word) words.push(word);
      word = undefined;
      if (/[<>]/.test(char)) words.push({ at: i, text: char });
    } else if (/[|&;(`{]/.test(char) && !(char === '{' && word)) {
      words = [];
      word = undefined;
    } else {
      word ??= { at: i, text: '' };
      word.text += char;
    }
  }
  return [...words, word ?? { at: text.length, text: '' }];
}

interface Found {
  readonly all: readonly string[];
  /** Characters of the word that stay: what stands before `=` or `$`. */
  readonly skip?: number;
}

/** Words behind which another command stands. */
const PREFIXES = new Set('! command exec env nohup setsid time xargs nice then do else if while until eval'.split(' '));

function candidatesFor(place: Place, before: readonly string[], word: string): Found {
  const dollar = /\$\{?(\w*)$/.exec(word);
  if (dollar) {
    const skip = word.length - (dollar[1] as string).length;
    return { all: place.state.variables.map(([name]) => name), skip };
  }
  if (/[<>]/.test(before.at(-1) ?? '')) return { all: paths(place, word) };
  const start = before.findIndex((one) => !PREFIXES.has(one) && !/^\w+=/.test(one));
  const words = start < 0 ? [] : before.slice(start);
  const assigned = /^\w+=/.exec(word);
  if (assigned && words.length === 0)
    return { all: paths(place, word.slice(assigned[0].length)), skip: assigned[0].length };
  const [name, ...args] = words;
  if (name === undefined) return { all: word.includes('/') ? paths(place, word) : commandsHere(place) };
  if (name === 'docker') return dockerWords(place, args, word);
  if (word.startsWith('-')) return { all: flagsOf(name, word) };
  const objects = objectWords(place, name, args);
  if (objects) return { all: objects };
  if (name === 'cd' || name === 'rmdir') return { all: paths(place, word).filter((path) => path.endsWith('/')) };
  const all = /^(?:which|type|man|help|command)$/.test(name) ? commandsHere(place) : paths(place, word);
  return { all };
}

function commandsHere({ read, process, state }: Place): readonly string[] {
  const path = state.variables.find(([name]) => name === 'PATH')?.[1].text ?? '';
  const simulated = new Set(programNames());
  const files = path.split(':').flatMap((dir) => {
    const names = readdir(read, process, dir || '.');
    return names.ok
      ? names.value.filter((name) => simulated.has(name) || isScript(read, process, `${dir}/${name}`))
      : [];
  });
  const own = [...state.functions, ...state.aliases].map(([name]) => name);
  return [...files, ...own, ...builtinNamesOf(state.dialect)];
}

/** A file that may be run and is no binary: a learner's own. */
function isScript(read: Reader, process: Process, path: string): boolean {
  const found = stat(read, process, path);
  return (
    found.ok && found.value.kind === 'file' && path.startsWith('/usr/local/') && access(read, process, path, 'x').ok
  );
}

function flagsOf(name: string, word: string): readonly string[] {
  const flags = Object.values(findCommand(name)?.flags ?? {});
  if (word.startsWith('--')) return [...flags.flatMap(({ long }) => (long ? [`--${long}`] : [])), '--help'];
  return flags.flatMap(({ short, long }) => [...(short ? [`-${short[0]}`] : []), ...(long ? [`--${long}`] : [])]);
}

function paths({ read, process, state }: Place, word: string): readonly string[] {
  const slash = word.lastIndexOf('/') + 1;
  const dir = word.slice(0, slash);
  const home = state.variables.find(([name]) => name === 'HOME')?.[1].text ?? '/root';
  const real = dir.startsWith('~/') ? home + dir.slice(1) : dir;
  const names = readdir(read, process, real === '' ? '.' : real);
  if (!names.ok) return [];
  return names.value.flatMap((name) => {
    if (name.startsWith('.') && !word.slice(slash).startsWith('.')) return [];
    const found = stat(read, process, `${real}${name}`);
    return [`${dir}${name}${found.ok && found.value.kind === 'dir' ? '/' : ''}`];
  });
}

/** Sub-commands of tools that have objects, by the words before; `dev` and its like want a device. */
const OBJECTS: Readonly<Record<string, readonly string[]>> = {
  ip: ['addr', 'link', 'route', 'neigh', 'netns'],
  'ip addr': ['add', 'del', 'flush', 'show'],
  'ip link': ['add', 'del', 'set', 'show'],
  'ip route': ['add', 'del', 'get', 'show'],
  'ip neigh': ['add', 'del', 'flush', 'show'],
  'ip netns': ['add', 'del', 'exec', 'list', 'pids'],
  bridge: ['fdb', 'link', 'vlan'],
  'bridge fdb': ['add', 'del', 'show'],
  'bridge link': ['set', 'show'],
  brctl: ['addbr', 'addif', 'delbr', 'delif', 'show', 'showmacs'],
  systemctl: ['is-active', 'restart', 'start', 'status', 'stop'],
};

const SHORTER: Readonly<Record<string, string>> = { a: 'addr', address: 'addr', l: 'link', r: 'route', n: 'neigh' };

function objectWords({ read, process }: Place, name: string, args: readonly string[]): readonly string[] | undefined {
  if (name === 'systemctl' && args.length > 0) return ['docker'];
  const words = args.filter((arg) => !arg.startsWith('-'));
  const [object] = words;
  const full = [name, ...(object === undefined ? [] : [SHORTER[object] ?? object]), ...words.slice(1)].join(' ');
  if (Object.hasOwn(OBJECTS, full)) return OBJECTS[full];
  if (!['ip', 'bridge', 'brctl'].includes(name)) return undefined;
  const devices = read.list(NETDEV, 'ns', process.ns.net).map((dev) => dev.name);
  const wants =
    ['dev', 'master', 'show', 'set', 'del', 'delif', 'addif'].includes(words.at(-1) ?? '') || name === 'brctl';
  return wants ? devices : [...devices, 'dev', 'master', 'up', 'down', 'nomaster', 'type', 'via'];
}

function dockerWords(place: Place, args: readonly string[], word: string): Found {
  const found = args.length > 0 ? findDocker(args) : undefined;
  if (!found) {
    if (args.length > 0) return { all: [] };
    const single = dockerCommands().flatMap((command) => command.names.filter((name) => !name.includes(' ')));
    return { all: [...single, ...Object.keys(GROUPS)] };
  }
  if ('group' in found) {
    const { group } = found;
    const names = dockerCommands().flatMap((command) => command.names);
    return {
      all:
        found.rest.length > 0
          ? []
          : names.flatMap((name) => (name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : [])),
    };
  }
  const { command, rest } = found;
  const flags = Object.entries(command.flags);
  if (word.startsWith('-')) {
    const long = flags.flatMap(([name, flag]) => (flag.hidden ? [] : [`--${name}`]));
    const short = word === '-' ? flags.flatMap(([, flag]) => (flag.short ? [`-${flag.short}`] : [])) : [];
    return { all: [...long, ...short, '--help'] };
  }
  const flagBefore = rest.at(-1)?.replace(/^--?/, '') ?? '';
  const open =
    /^-/.test(rest.at(-1) ?? '') && flags.find(([name, flag]) => name === flagBefore || flag.short === flagBefore);
  if (open && open[1].type !== 'bool') return { all: flagValues(place, open[0], word) };
  const given = operandsOf(rest, flags);
  return { all: command.interspersed === false && given > 0 ? [] : dockerOperands(place, command.usage, word) };
}

/** Names of what a usage line asks for: `CONTAINER`, `IMAGE`, `NAME|ID` (anything). */
function dockerOperands(place: Place, usage: string, word: string): readonly string[] {
  const { read, process } = place;
  const here = (row: { readonly machine: number }): boolean => row.machine === process.machine;
  const wanted = usage.split('\n')[0] ?? '';
  const names: string[] = [];
  if (/CONTAINER|NAME\|ID/.test(wanted))
    names.push(...read.all(CONTAINER).flatMap((one) => (here(one) ? [one.name] : [])));
  if (wanted.includes(':SRC_PATH')) return [...paths(place, word), ...names.map((name) => `${name}:`)];
  if (/IMAGE|REPOSITORY|NAME\[:TAG|NAME\|ID/.test(wanted))
    names.push(...read.all(IMAGE).flatMap((one) => (here(one) ? one.tags : [])));
  if (/NETWORK|NAME\|ID/.test(wanted)) names.push(...read.all(NETWORK).flatMap((one) => (here(one) ? [one.name] : [])));
  if (/VOLUME|NAME\|ID/.test(wanted)) names.push(...read.all(VOLUME).flatMap((one) => (here(one) ? [one.name] : [])));
  return names;
}

function operandsOf(
  rest: readonly string[],
  flags: readonly (readonly [string, { readonly short?: string; readonly type: string }])[],
): number {
  let count = 0;
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as string;
    if (!word.startsWith('-')) {
      count++;
      continue;
    }
    const name = word.replace(/^--?/, '');
    const flag = flags.find(([long, { short }]) => long === name || short === name.at(-1))?.[1];
    if (flag && flag.type !== 'bool' && !word.includes('=')) i++;
  }
  return count;
}

function flagValues(place: Place, flag: string, word: string): readonly string[] {
  const { read, process } = place;
  if (flag === 'network') {
    const own = read
      .all(NETWORK)
      .filter((one) => one.machine === process.machine)
      .map((one) => one.name);
    return [...own, 'container:'];
  }
  if (flag === 'restart') return ['always', 'no', 'on-failure', 'unless-stopped'];
  if (flag === 'pull') return ['always', 'missing', 'never'];
  if (flag === 'volume' || flag === 'workdir' || flag === 'env-file') return paths(place, word);
  return [];
}
