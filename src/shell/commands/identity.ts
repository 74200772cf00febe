import { MACHINE } from '../../engine/linux/machine.ts';
import { NAMESPACE } from '../../engine/linux/namespace.ts';
import type { System } from '../../engine/linux/system.ts';
import { TTY } from '../../engine/linux/tty.ts';
import { addressesOf } from '../../engine/net/address.ts';
import { formatIPv4 } from '../../engine/net/ipv4.ts';
import { netdevsOf } from '../../engine/net/netdev.ts';
import { type Context, defineCommand } from '../command.ts';
import { groups, idOf, nameOf, users } from '../users.ts';

type K = 'user' | 'group' | 'groups' | 'name' | 'real';

function allGroups(sys: System): readonly number[] {
  const { gid, groups: more } = sys.self;
  return [...new Set([gid, ...more])];
}

function idOfUser(
  ctx: Context<K>,
  name: string | undefined,
): { uid: number; gid: number; groups: readonly number[] } | undefined {
  const { sys } = ctx;
  if (name === undefined) return { uid: sys.self.uid, gid: sys.self.gid, groups: allGroups(sys) };
  const user = users(sys).find((one) => one.name === name || String(one.id) === name);
  if (!user) return undefined;
  const gid = Number(user.fields[3]);
  const member = groups(sys).filter((one) => (one.fields[3] ?? '').split(',').includes(user.name));
  return { uid: user.id, gid, groups: [...new Set([gid, ...member.map((one) => one.id)])] };
}

defineCommand<K>({
  name: 'id',
  summary: 'Print user and group information for each specified USER.',
  usage: '[OPTION]... [USER]...',
  flags: {
    group: { short: 'g', long: 'group', help: 'print only the effective group ID' },
    groups: { short: 'G', long: 'groups', help: 'print all group IDs' },
    name: { short: 'n', long: 'name', help: 'print a name instead of a number, for -ugG' },
    real: { short: 'r', long: 'real', help: 'print the real ID instead of the effective ID' },
    user: { short: 'u', long: 'user', help: 'print only the effective user ID' },
  },
  start(ctx) {
    const { flags, sys } = ctx;
    const found = idOfUser(ctx, ctx.operands[0]);
    if (!found) return ctx.fail(ctx.busybox ? `unknown user ${ctx.operands[0]}` : `‘${ctx.operands[0]}’: no such user`);
    const [people, circles] = [users(sys), groups(sys)];
    const show = (list: typeof people, id: number): string => (flags.has('name') ? nameOf(list, id) : String(id));
    if (flags.has('user')) ctx.out(`${show(people, found.uid)}\n`);
    else if (flags.has('group')) ctx.out(`${show(circles, found.gid)}\n`);
    else if (flags.has('groups')) ctx.out(`${found.groups.map((id) => show(circles, id)).join(' ')}\n`);
    else {
      const both = (list: typeof people, id: number): string => {
        const name = nameOf(list, id);
        return name === String(id) ? name : `${id}(${name})`;
      };
      const all = found.groups.map((id) => both(circles, id)).join(',');
      ctx.out(`uid=${both(people, found.uid)} gid=${both(circles, found.gid)}${all ? ` groups=${all}` : ''}\n`);
    }
    return 0;
  },
});

defineCommand({
  name: 'whoami',
  summary: 'Print the user name associated with the current effective user ID.',
  flags: {},
  start(ctx) {
    const { uid } = ctx.sys.self;
    const name = nameOf(users(ctx.sys), uid);
    if (name === String(uid))
      return ctx.fail(ctx.busybox ? `unknown uid ${uid}` : `cannot find name for user ID ${uid}`);
    ctx.out(`${name}\n`);
    return 0;
  },
});

defineCommand({
  name: 'groups',
  summary: 'Print group memberships.',
  flags: {},
  start(ctx) {
    ctx.out(
      `${allGroups(ctx.sys)
        .map((id) => nameOf(groups(ctx.sys), id))
        .join(' ')}\n`,
    );
    return idOf(groups(ctx.sys), '0') === undefined ? 1 : 0;
  },
});

const hostnameOf = (sys: System): string => sys.tx.get(NAMESPACE, sys.self.ns.uts)?.hostname ?? '';

/** All addresses but those of the loopback, in the order of the interfaces. @sim simplified: IPv4 only. */
const ownAddresses = (sys: System): readonly string[] =>
  netdevsOf(sys.tx, sys.self.ns.net)
    .filter((dev) => dev.kind !== 'loopback')
    .flatMap((dev) => addressesOf(sys.tx, dev.id).map(({ address }) => formatIPv4(address)));

/** CAP_SYS_ADMIN is bit 21. */
export const mayAdminister = (sys: System): boolean => (BigInt(`0x${sys.self.caps}`) & (1n << 21n)) !== 0n;

defineCommand<'short' | 'fqdn' | 'ip' | 'addresses' | 'domain' | 'all'>({
  name: 'hostname',
  summary: 'Show or set the system host name.',
  usage: '[OPTION]... [NAME]',
  flags: {
    all: { short: 'a', long: 'alias', help: 'alias names' },
    domain: { short: 'd', long: 'domain', help: 'DNS domain name' },
    fqdn: { short: 'f', long: 'fqdn', help: 'long host name (FQDN)' },
    ip: { short: 'i', long: 'ip-address', help: 'addresses for the host name' },
    addresses: { short: 'I', long: 'all-ip-addresses', help: 'all addresses for the host' },
    short: { short: 's', long: 'short', help: 'short host name' },
  },
  start(ctx) {
    const { sys } = ctx;
    const [name] = ctx.operands;
    if (name === undefined) {
      if (ctx.flags.has('addresses')) {
        ctx.out(`${ownAddresses(sys).join(' ')} \n`);
        return 0;
      }
      const host = hostnameOf(sys);
      ctx.out(
        `${ctx.flags.has('short') ? host.split('.')[0] : ctx.flags.has('domain') ? host.split('.').slice(1).join('.') : host}\n`,
      );
      return 0;
    }
    if (!mayAdminister(sys))
      return ctx.fail(
        ctx.busybox ? 'sethostname: Operation not permitted' : 'you must be root to change the host name',
      );
    if (name.length > 64) return ctx.fail('name too long');
    const ns = sys.tx.need(NAMESPACE, sys.self.ns.uts);
    sys.tx.put(NAMESPACE, { ...ns, hostname: name });
    sys.tx.emit('namespace.hostname', { table: 'namespace', id: ns.id }, { hostname: name });
    return 0;
  },
});

type U = 'all' | 'kernel' | 'node' | 'release' | 'version' | 'machine' | 'processor' | 'platform' | 'system';

defineCommand<U>({
  name: 'uname',
  summary: 'Print certain system information. With no OPTION, same as -s.',
  usage: '[OPTION]...',
  flags: {
    all: { short: 'a', long: 'all', help: 'print all information' },
    kernel: { short: 's', long: 'kernel-name', help: 'print the kernel name' },
    node: { short: 'n', long: 'nodename', help: 'print the network node hostname' },
    release: { short: 'r', long: 'kernel-release', help: 'print the kernel release' },
    version: { short: 'v', long: 'kernel-version', help: 'print the kernel version' },
    machine: { short: 'm', long: 'machine', help: 'print the machine hardware name' },
    processor: { short: 'p', long: 'processor', help: 'print the processor type (non-portable)' },
    platform: { short: 'i', long: 'hardware-platform', help: 'print the hardware platform (non-portable)' },
    system: { short: 'o', long: 'operating-system', help: 'print the operating system' },
  },
  start(ctx) {
    const { flags, sys } = ctx;
    if (ctx.operands.length > 0) return ctx.misuse(`extra operand ‘${ctx.operands[0]}’`);
    const machine = sys.tx.need(MACHINE, sys.self.machine);
    const parts: readonly (readonly [U, string])[] = [
      ['kernel', 'Linux'],
      ['node', hostnameOf(sys)],
      ['release', machine.kernel],
      ['version', machine.version],
      ['machine', 'x86_64'],
      ['processor', 'unknown'],
      ['platform', 'unknown'],
      ['system', 'GNU/Linux'],
    ];
    const wanted = parts.filter(([key, text]) => (flags.has('all') ? text !== 'unknown' : flags.has(key)));
    ctx.out(`${(wanted.length > 0 ? wanted : parts.slice(0, 1)).map(([, text]) => text).join(' ')}\n`);
    return 0;
  },
});

defineCommand({
  name: 'tty',
  summary: 'Print the file name of the terminal connected to standard input.',
  flags: {},
  start(ctx) {
    const file = ctx.sys.file(0);
    ctx.out(file?.kind === 'tty' ? `${file.path}\n` : 'not a tty\n');
    return file?.kind === 'tty' ? 0 : 1;
  },
});

defineCommand({
  name: 'clear',
  summary: 'Clear the terminal screen.',
  flags: {},
  start(ctx) {
    const { tty } = ctx.sys.self;
    if (tty !== undefined && ctx.sys.file(1)?.kind === 'tty') clearScreen(ctx.sys, tty);
    else ctx.out('\x1b[H\x1b[2J');
    return 0;
  },
});

function clearScreen(sys: System, tty: number): void {
  const row = sys.tx.get(TTY, tty);
  if (row) sys.tx.put(TTY, { ...row, rows: [], partial: '' });
}
