import { strerror } from '../../engine/core/errno.ts';
import { execve, findInPath } from '../../engine/linux/exec.ts';
import { setns, unshareOne } from '../../engine/linux/life.ts';
import { PROCESS } from '../../engine/linux/process.ts';
import { findNetns, NETNS, pinNetns, unpinNetns } from '../../engine/net/netns.ts';
import type { Step } from '../command.ts';
import { abbreviates, type IpCall } from './call.ts';

export function netns(call: IpCall): Step {
  const [verb = 'list', name, ...words] = call.words;
  const { tx, ctx } = call;
  const { machine } = ctx.sys.self;
  if (abbreviates(verb, 'list', 'show', 'lst')) {
    for (const row of [...tx.list(NETNS, 'machine', machine)].reverse()) call.out(`${row.name}\n`);
    return 0;
  }
  if (abbreviates(verb, 'add')) {
    if (name === undefined) return call.fail('No netns name specified', 1);
    if (name === '' || name.includes('/') || name === '.' || name === '..')
      return call.fail(`Invalid netns name "${name}"`, 255);
    if (findNetns(tx, machine, name) !== undefined)
      return call.fail(`Cannot create namespace file "/run/netns/${name}": File exists`, 1);
    const made = unshareOne(tx, ctx.sys.self, 'net', ctx.sys.self.ns.net);
    pinNetns(tx, machine, name, made.id);
    return 0;
  }
  if (abbreviates(verb, 'delete')) {
    if (name === undefined) return call.fail('No netns name specified', 1);
    return unpinNetns(tx, machine, name).ok
      ? 0
      : call.fail(`Cannot remove namespace file "/run/netns/${name}": No such file or directory`, 1);
  }
  if (verb === 'exec') return exec(call, name, words);
  if (abbreviates(verb, 'identify')) return identify(call, name ?? 'self');
  if (abbreviates(verb, 'pids')) return pids(call, name);
  if (abbreviates(verb, 'attach', 'monitor', 'set', 'list-id')) return call.ctx.omit(`ip netns ${verb}`);
  return call.fail(`Command "${verb}" is unknown, try "ip netns help".`, 255);
}

/** The names under which a process's network namespace is pinned. */
function identify(call: IpCall, pid: string): number {
  const { sys } = call.ctx;
  if (pid !== 'self' && !/^\d+$/.test(pid)) return call.fail(`Specified string '${pid}' is not a pid`, 1);
  const process = pid === 'self' ? sys.self : sys.find(Number(pid));
  if (!process) return call.fail('Could not stat netns: No such file or directory', 1);
  for (const row of call.tx.list(NETNS, 'machine', sys.self.machine))
    if (row.ns === process.ns.net) call.out(`${row.name}\n`);
  return 0;
}

function pids(call: IpCall, name: string | undefined): number {
  const { sys } = call.ctx;
  if (name === undefined) return call.fail('No netns name specified', 1);
  const ns = findNetns(call.tx, sys.self.machine, name);
  if (ns === undefined) return call.fail(`Cannot open network namespace: No such file or directory`, 1);
  for (const process of call.tx.all(PROCESS))
    if (process.ns.net === ns && process.state !== 'Z' && process.pids[0] !== undefined)
      call.out(`${process.pids[0]}\n`);
  return 0;
}

function exec(call: IpCall, name: string | undefined, argv: readonly string[]): Step {
  const { sys } = call.ctx;
  if (name === undefined) return call.fail('No netns name specified', 1);
  const [word] = argv;
  if (word === undefined) return call.fail('No command specified', 1);
  const ns = findNetns(sys.tx, sys.self.machine, name);
  if (ns === undefined) return call.fail(`Cannot open network namespace "${name}": No such file or directory`, 255);
  const path = word.includes('/')
    ? { ok: true as const, value: word }
    : findInPath(sys.tx, sys.self, word, sys.self.env.PATH ?? '');
  if (!path.ok) return call.fail(`exec of "${word}" failed: ${strerror(path.error)}`, 255);
  const ready = setns(sys.tx, sys.self, 'net', ns);
  const done = execve(sys.tx, ready, path.value, argv);
  return done.ok ? { replaced: true } : call.fail(`exec of "${word}" failed: ${strerror(done.error)}`, 255);
}
