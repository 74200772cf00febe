import { strerror } from '../../../engine/core/errno.ts';
import { findNetns, mayAdministerNet } from '../../../engine/net/netns.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { addr } from '../../ip/addr.ts';
import { abbreviates, IpCall } from '../../ip/call.ts';
import { link } from '../../ip/link.ts';
import { neigh } from '../../ip/neigh.ts';
import { netns } from '../../ip/netns.ts';
import { route } from '../../ip/route.ts';
import { busyboxUsageText, isOtherObject, isOtherOption, usageOf } from '../../ip/usage.ts';

/** Objects in iproute2's order: the first that a word abbreviates is meant. */
const OBJECTS: readonly (readonly [name: string, run: (call: IpCall) => Step])[] = [
  ['address', addr],
  ['neighbor', neigh],
  ['neighbour', neigh],
  ['route', route],
  ['link', link],
  ['netns', netns],
  ['rule', rule],
];

function rule(call: IpCall): number {
  const [verb = 'show'] = call.words;
  if (!abbreviates(verb, 'show', 'list', 'lst')) return call.ctx.omit(`ip rule ${verb}`);
  call.out('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n');
  return 0;
}

/** Verbs that ask the kernel to change something; `s`, `l` and the like still mean show and list. */
const CHANGES = ['add', 'append', 'change', 'delete', 'flush', 'replace', 'set'];

function busyboxUsage(ctx: Context): number {
  ctx.err(busyboxUsageText());
  return 1;
}

function start(ctx: Context): Step {
  const words = ctx.argv.slice(1);
  const options = {
    brief: false,
    oneline: false,
    details: false,
    stats: false,
    family: undefined as '4' | '6' | undefined,
  };
  let ns = ctx.sys.self.ns.net;
  while (words[0]?.startsWith('-')) {
    const flag = (words.shift() as string).replace(/^-+/, '');
    if (ctx.busybox && !['4', '6', 'o', 'oneline'].includes(flag)) return busyboxUsage(ctx);
    if (flag === '4' || flag === '6') options.family = flag;
    else if (flag === 'V' || flag === 'Version') {
      ctx.out('ip utility, iproute2-6.15.0, libbpf 1.5.0\n');
      return 0;
    } else if (abbreviates(flag, 'netns')) {
      const name = words.shift() ?? '';
      const found = findNetns(ctx.sys.tx, ctx.sys.self.machine, name);
      if (found === undefined) {
        ctx.err(`Cannot open network namespace "${name}": No such file or directory\n`);
        return 255;
      }
      ns = found;
    } else if (flag === 'o' || flag === 'oneline') options.oneline = true;
    else if (flag === 'br' || flag === 'brief') options.brief = true;
    else if (abbreviates(flag, 'details')) options.details = true;
    else if (abbreviates(flag, 'statistics', 'stats')) options.stats = true;
    else if (flag === 'c' || flag === 'color') continue;
    else if (flag.startsWith('he') && abbreviates(flag, 'help')) words.splice(0, words.length, 'help');
    else if (isOtherOption(flag)) return ctx.omit(`ip -${flag}`);
    else {
      ctx.err(`Option "-${flag}" is unknown, try "ip -help".\n`);
      return 255;
    }
  }
  const [word, ...rest] = words;
  if (ctx.busybox && (word === undefined || abbreviates(word, 'help', 'netns'))) return busyboxUsage(ctx);
  if (word === undefined || word === 'help') {
    ctx.err(usageOf());
    return 255;
  }
  const object = OBJECTS.find(([name]) => abbreviates(word, name));
  if (!object && ctx.busybox) return busyboxUsage(ctx);
  if (!object && isOtherObject(word)) return ctx.omit(`ip ${word}`);
  if (!object) {
    ctx.err(`Object "${word}" is unknown, try "ip help".\n`);
    return 1;
  }
  if (rest[0] === 'help' && !ctx.busybox) {
    ctx.err(usageOf(object[0]));
    return 255;
  }
  if (options.stats) ctx.note('note.counters', { name: 'ip -s' });
  const call = new IpCall(ctx, ns, options, rest);
  // Only those who may administer the network change it; anybody looks at it.
  if (
    object[0] !== 'netns' &&
    CHANGES.some((verb) => (rest[0]?.length ?? 0) > 1 && abbreviates(rest[0] as string, verb)) &&
    !mayAdministerNet(ctx.sys.self)
  )
    return call.kernel(strerror('EPERM'));
  return object[1](call);
}

defineCommand({
  name: 'ip',
  summary: 'Show and change network devices, addresses, routes and namespaces.',
  raw: true,
  start,
});
