import { OPEN_FILE } from '../../../engine/linux/file.ts';
import { PROCESS } from '../../../engine/linux/process.ts';
import { TTY } from '../../../engine/linux/tty.ts';
import { formatIPv4 } from '../../../engine/net/ipv4.ts';
import { SOCKET, type Socket } from '../../../engine/net/socket.ts';
import { type Context, defineCommand } from '../../command.ts';

type K = 'tcp' | 'udp' | 'listening' | 'all' | 'numeric' | 'processes' | 'bare' | 'four' | 'six' | 'unix' | 'extended';

/** A cell's column as ss(8) lays it out. */
interface Column {
  readonly title: string;
  /** What stands before it when it is not the first. */
  readonly glue: string;
  readonly right?: boolean;
  readonly cells: readonly string[];
}

const WORDS: Readonly<Record<Socket['state'], string>> = {
  unconnected: 'UNCONN',
  listen: 'LISTEN',
  'syn-sent': 'SYN-SENT',
  established: 'ESTAB',
  'close-wait': 'CLOSE-WAIT',
  'fin-wait': 'FIN-WAIT-2',
  closed: 'CLOSE',
};

/** Connections that a listener lets wait (net.core.somaxconn). @sim simplified: what the program asked for is not kept. */
const BACKLOG = 4096;

function wanted(ctx: Context<K>, socket: Socket): boolean {
  const { flags } = ctx;
  if (socket.proto === 'icmp' || socket.state === 'closed' || socket.embryo) return false;
  const either = flags.has('tcp') || flags.has('udp');
  if (either && !flags.has(socket.proto)) return false;
  if (flags.has('six') && !flags.has('four')) return false;
  const listens = socket.state === 'listen' || (socket.proto === 'udp' && !socket.peer);
  return flags.has('all') || listens === flags.has('listening');
}

/** `users:(("nginx",pid=1,fd=6))`: who holds the socket. */
function users(ctx: Context<K>, socket: Socket): string {
  const { tx } = ctx.sys;
  const held: string[] = [];
  for (const process of tx.all(PROCESS)) {
    for (const [fd, file] of Object.entries(process.fds)) {
      const open = tx.get(OPEN_FILE, file);
      const pid = open?.kind === 'socket' && open.target === socket.id ? ctx.sys.numberOf(process.id) : 0;
      if (pid > 0) held.push(`("${process.comm}",pid=${pid},fd=${fd})`);
    }
  }
  return held.length > 0 ? `users:(${held.join(',')})` : '';
}

function columnsOf(ctx: Context<K>, sockets: readonly Socket[]): readonly Column[] {
  const { flags } = ctx;
  const both = flags.has('tcp') === flags.has('udp');
  const address = (at: number | undefined): string => `${at === undefined ? '0.0.0.0' : formatIPv4(at)}:`;
  const column = (title: string, glue: string, cell: (socket: Socket) => string, right = false): Column => ({
    title,
    glue,
    right,
    cells: sockets.map(cell),
  });
  return [
    ...(both ? [column('Netid', '', (s) => s.proto)] : []),
    column('State', both ? ' ' : '', (s) => WORDS[s.state]),
    column('Recv-Q', ' ', (s) => String(s.state === 'listen' ? s.backlog.length : s.text.length)),
    column('Send-Q', ' ', (s) => String(s.state === 'listen' ? BACKLOG : 0)),
    column('Local Address:', ' ', (s) => address(s.address), true),
    column('Port', '', (s) => String(s.port)),
    column('Peer Address:', ' ', (s) => address(s.peer?.address), true),
    column('Port', '', (s) => String(s.peer?.port ?? '*')),
    ...(flags.has('processes') ? [column('Process', '', (s) => users(ctx, s))] : []),
  ];
}

/** The width that the columns share out: of the terminal, or COLUMNS; undefined into a pipe. */
function screenWidth(ctx: Context<K>): number | undefined {
  const given = Number(ctx.sys.self.env.COLUMNS);
  if (given > 0) return given;
  const out = ctx.sys.file(1);
  return out?.kind === 'tty' ? ctx.sys.tx.get(TTY, out.target)?.columns : undefined;
}

/** ss.c, render_calc_width: what is left of the line goes to all columns alike, the last ones get the remainder. */
function widthsOf(columns: readonly Column[], heads: boolean, screen: number | undefined): readonly number[] {
  const least = columns.map(
    ({ title, glue, cells }) =>
      glue.length + [heads ? title : '', ...cells].reduce((n, cell) => Math.max(n, cell.length), 0),
  );
  const left = (screen ?? 0) - least.reduce((sum, width) => sum + width, 0);
  if (left <= 0) return least;
  const each = Math.floor(left / least.length);
  const more = left % least.length;
  return least.map((width, i) => width + each + (i >= least.length - more ? 1 : 0));
}

defineCommand<K>({
  name: 'ss',
  summary: 'Dump socket statistics.',
  usage: '[ OPTIONS ]',
  usageStatus: 255,
  flags: {
    numeric: { short: 'n', long: 'numeric', help: "don't resolve service names" },
    all: { short: 'a', long: 'all', help: 'display all sockets' },
    listening: { short: 'l', long: 'listening', help: 'display listening sockets' },
    processes: { short: 'p', long: 'processes', help: 'show process using socket' },
    extended: { short: 'eoi', long: 'extended', help: '(no more is known here)' },
    bare: { short: 'H', long: 'no-header', help: 'suppress header line' },
    four: { short: '4', long: 'ipv4', help: 'display only IP version 4 sockets' },
    six: { short: '6', long: 'ipv6', help: 'display only IP version 6 sockets' },
    tcp: { short: 't', long: 'tcp', help: 'display only TCP sockets' },
    udp: { short: 'u', long: 'udp', help: 'display only UDP sockets' },
    unix: { short: 'x', long: 'unix', help: 'display only Unix domain sockets' },
  },
  start(ctx) {
    const { flags, sys } = ctx;
    const onlyUnix = flags.has('unix') && !flags.has('tcp') && !flags.has('udp');
    const here = onlyUnix ? [] : sys.tx.list(SOCKET, 'ns', sys.self.ns.net).filter((socket) => wanted(ctx, socket));
    const sockets = [...here].sort((a, b) => (a.proto === b.proto ? 0 : a.proto === 'udp' ? -1 : 1));
    const columns = columnsOf(ctx, sockets);
    const heads = !flags.has('bare');
    const widths = widthsOf(columns, heads, screenWidth(ctx));
    const line = (cellOf: (column: Column) => string): string =>
      `${columns
        .map((column, i) => {
          const width = (widths[i] as number) - column.glue.length;
          const cell = cellOf(column);
          return column.glue + (column.right ? cell.padStart(width) : cell.padEnd(width));
        })
        .join('')}\n`;
    if (heads) ctx.out(line(({ title }) => title));
    for (let row = 0; row < sockets.length; row++) ctx.out(line(({ cells }) => cells[row] as string));
    return 0;
  },
});
