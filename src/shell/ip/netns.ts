import { strerror } from '../../engine/core/errno.ts';
import { execve, findInPath } from '../../engine/linux/exec.ts';
import { setns, unshareOne } from '../../engine/linux/life.ts';
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
  return call.fail(`Command "${verb}" is unknown, try "ip netns help".`, 255);
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
