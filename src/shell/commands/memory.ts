import { MACHINE } from '../../engine/linux/machine.ts';
import { uptimeOf } from '../../engine/linux/proc-system.ts';
import type { System } from '../../engine/linux/system.ts';
import { TTY } from '../../engine/linux/tty.ts';
import { readFile } from '../../engine/linux/vfs.ts';
import { epochSeconds, strftime } from '../clock.ts';
import { defineCommand } from '../command.ts';
import { humanSize } from '../number.ts';
import { cpusOf } from '../processTable.ts';

/** /proc/meminfo, in kB. */
function memory(sys: System): ReadonlyMap<string, number> {
  const text = readFile(sys.tx, sys.self, '/proc/meminfo');
  return new Map(
    (text.ok ? text.value : '').split('\n').flatMap((line): [string, number][] => {
      const match = /^(\S+):\s+(\d+)/.exec(line);
      return match ? [[match[1] as string, Number(match[2])]] : [];
    }),
  );
}

type K = 'bytes' | 'kilo' | 'mega' | 'giga' | 'human' | 'total' | 'wide' | 'si' | 'seconds' | 'count';

defineCommand<K>({
  name: 'free',
  summary: 'Display amount of free and used memory in the system.',
  usage: '[options]',
  flags: {
    bytes: { short: 'b', long: 'bytes', help: 'show output in bytes' },
    kilo: { short: 'k', long: 'kibi', help: 'show output in kibibytes' },
    mega: { short: 'm', long: 'mebi', help: 'show output in mebibytes' },
    giga: { short: 'g', long: 'gibi', help: 'show output in gibibytes' },
    human: { short: 'h', long: 'human', help: 'show human-readable output' },
    si: { long: 'si', help: 'use powers of 1000 not 1024' },
    wide: { short: 'w', long: 'wide', help: 'wide output' },
    seconds: { short: 's', long: 'seconds', value: 'N', help: 'repeat printing every N seconds (once here)' },
    count: { short: 'c', long: 'count', value: 'N', help: 'repeat printing N times, then exit (once here)' },
    total: { short: 't', long: 'total', help: 'show total for RAM + swap' },
  },
  start(ctx) {
    const info = memory(ctx.sys);
    const kb = (name: string): number => info.get(name) ?? 0;
    if (info.size === 0) {
      ctx.err('free: /proc/meminfo: No such file or directory\n');
      return 1;
    }
    const { flags } = ctx;
    const show = (value: number): string => {
      if (flags.has('bytes')) return String(value * 1024);
      if (flags.has('mega')) return String(Math.floor(value / 1024));
      if (flags.has('giga')) return String(Math.floor(value / 1024 / 1024));
      return flags.has('human') ? `${humanSize(value * 1024)}i`.replace(/^0i$/, '0B') : String(value);
    };
    const buffers = kb('Buffers') + kb('Cached') + kb('SReclaimable');
    const used = kb('MemTotal') - kb('MemAvailable');
    const width = ctx.busybox ? 11 : 11;
    const row = (name: string, values: readonly number[]): string =>
      `${name.padEnd(ctx.busybox ? 7 : 8)}${values.map((value) => show(value).padStart(width)).join(' ')}\n`;
    const head = ['total', 'used', 'free', 'shared', 'buff/cache', 'available']
      .map((name) => name.padStart(width))
      .join(' ');
    ctx.out(`${' '.repeat(ctx.busybox ? 7 : 8)}${head}\n`);
    ctx.out(row('Mem:', [kb('MemTotal'), used, kb('MemFree'), kb('Shmem'), buffers, kb('MemAvailable')]));
    const swap = [kb('SwapTotal'), kb('SwapTotal') - kb('SwapFree'), kb('SwapFree')];
    ctx.out(row('Swap:', swap));
    if (flags.has('total'))
      ctx.out(
        row('Total:', [
          kb('MemTotal') + (swap[0] as number),
          used + (swap[1] as number),
          kb('MemFree') + (swap[2] as number),
        ]),
      );
    return 0;
  },
});

function pretty(seconds: number): string {
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600) % 24;
  const days = Math.floor(seconds / 86400);
  const part = (n: number, word: string): string[] => (n > 0 ? [`${n} ${word}${n === 1 ? '' : 's'}`] : []);
  const parts = [...part(days, 'day'), ...part(hours, 'hour'), ...part(minutes, 'minute')];
  return `up ${parts.length > 0 ? parts.join(', ') : '0 minutes'}`;
}

function upText(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const day = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '';
  return `up ${day}${hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`}`;
}

defineCommand<'pretty' | 'since'>({
  name: 'uptime',
  summary: 'Tell how long the system has been running.',
  usage: '[options]',
  flags: {
    pretty: { short: 'p', long: 'pretty', help: 'show uptime in pretty format' },
    since: { short: 's', long: 'since', help: 'system up since' },
  },
  start(ctx) {
    const { sys } = ctx;
    const seconds = Math.floor(uptimeOf(sys.tx, sys.self.ns.time));
    const now = epochSeconds(sys.now);
    if (ctx.flags.has('pretty')) ctx.out(`${pretty(seconds)}\n`);
    else if (ctx.flags.has('since')) ctx.out(`${strftime('%Y-%m-%d %H:%M:%S', now - seconds)}\n`);
    else {
      const text = readFile(sys.tx, sys.self, '/proc/loadavg');
      const load = text.ok ? text.value.split(' ').slice(0, 3).join(', ') : '0.00, 0.00, 0.00';
      const people = sys.tx.all(TTY).filter((tty) => !tty.piped && tty.machine === sys.self.machine).length;
      const shown = ctx.busybox ? '' : `,  ${people} user${people === 1 ? '' : 's'}`;
      ctx.out(` ${strftime('%H:%M:%S', now)} ${upText(seconds)}${shown},  load average: ${load}\n`);
    }
    return 0;
  },
});

defineCommand<'all' | 'ignore'>({
  name: 'nproc',
  summary: 'Print the number of processing units available to the current process.',
  usage: '[OPTION]...',
  flags: {
    all: { long: 'all', help: 'print the number of installed processors' },
    ignore: { long: 'ignore', value: 'N', help: 'if possible, exclude N processing units' },
  },
  start(ctx) {
    const allowed = readFile(ctx.sys.tx, ctx.sys.self, '/proc/self/status');
    const list = allowed.ok ? /^Cpus_allowed_list:\s*(\S+)/m.exec(allowed.value)?.[1] : undefined;
    const count = (list ?? '').split(',').reduce((sum, part) => {
      const [from, to] = part.split('-').map(Number) as [number, number | undefined];
      return sum + (part === '' ? 0 : (to ?? from) - from + 1);
    }, 0);
    const all = ctx.flags.has('all') || count === 0 ? cpusOf(ctx.sys) : count;
    ctx.out(`${Math.max(1, all - Number(ctx.flags.value('ignore') ?? 0))}\n`);
    return 0;
  },
});

defineCommand<'human' | 'level' | 'raw' | 'time' | 'nopager' | 'clear'>({
  name: 'dmesg',
  summary: 'Display the kernel ring buffer.',
  usage: '[options]',
  flags: {
    clear: { short: 'C', long: 'clear', help: 'clear the kernel ring buffer' },
    human: { short: 'H', long: 'human', help: 'human readable output' },
    level: { short: 'l', long: 'level', value: 'list', help: 'restrict output to defined levels' },
    nopager: { short: 'P', long: 'nopager', help: 'do not pipe output into a pager' },
    raw: { short: 'r', long: 'raw', help: 'print the raw message buffer' },
    time: { short: 'tTex', help: 'formats of time' },
  },
  start(ctx) {
    const { sys } = ctx;
    // CAP_SYSLOG is bit 34.
    if ((BigInt(`0x${sys.self.caps}`) & (1n << 34n)) === 0n)
      return ctx.fail(
        ctx.busybox ? 'klogctl: Operation not permitted' : 'read kernel buffer failed: Operation not permitted',
      );
    const machine = sys.tx.need(MACHINE, sys.self.machine);
    ctx.out(`[    0.000000] Linux version ${machine.kernel} ${machine.version}\n`);
    ctx.out(`[    0.000000] Command line: BOOT_IMAGE=/vmlinuz root=/dev/vda rw console=ttyS0\n`);
    return 0;
  },
});
