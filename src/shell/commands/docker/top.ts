import { findContainer, isUp, noSuchContainer } from '../../../engine/docker/container.ts';
import { MACHINE } from '../../../engine/linux/machine.ts';
import { type Process, processesIn } from '../../../engine/linux/process.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { table } from '../../docker/format.ts';
import { COLUMNS, type Column, type Looking } from '../../processTable.ts';
import { groups, nameOf, users } from '../../users.ts';

const FULL = 'user=UID,pid,ppid,c,stime,tname,time,cmd';
const BSD = 'user,pid,%cpu,%mem,vsz,rss,tty=TTY,stat,bsdstart,bsdtime=TIME,command';
const PLAIN = 'pid,tname,time,ucmd';

/** The columns of a `ps` call, as far as `docker top` is used with it: -ef, aux, -o LIST. */
function columnsOf(words: readonly string[]): readonly Column[] | string {
  const list = /(?:^|\s)-\w*o\s*(\S+)/.exec(words.join(' '))?.[1];
  const source =
    list ?? (words.length === 0 || words.includes('-ef') ? FULL : /^-?aux/.test(words[0] as string) ? BSD : PLAIN);
  const columns: Column[] = [];
  for (const entry of source.split(',')) {
    const [name = '', header] = entry.split('=') as [string, string?];
    const column = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
    if (!column) return `ps: exit status 1: error: unknown user-defined format specifier "${name}"`;
    columns.push(header === undefined ? column : { ...column, header });
  }
  return columns.some((column) => column.header === 'PID') ? columns : "Couldn't find PID field in ps output";
}

/** `ps` on the host, of which only the container's processes are kept. */
function top(docker: Docker): number {
  const [ref = '', ...words] = docker.args;
  const container = findContainer(docker.tx, docker.machine, ref);
  if (!container) return docker.refused(noSuchContainer(ref));
  if (!isUp(container)) return docker.refused(`container ${container.cid} is not running`);
  const columns = columnsOf(words);
  if (typeof columns === 'string') return docker.refused(columns);
  const ns = docker.tx.need(MACHINE, docker.machine).ns.pid;
  const names = { users: users(docker.sys), groups: groups(docker.sys) };
  const looking: Looking = {
    read: docker.tx,
    ns,
    user: (id) => nameOf(names.users, id),
    group: (id) => nameOf(names.groups, id),
  };
  const own = (process: Process): boolean => process.cgroup === container.cgroup;
  const rows = processesIn(docker.tx, ns)
    .filter(({ process }) => own(process))
    .map((seen) => columns.map((column) => column.value(seen, looking)));
  docker.out(table([columns.map((column) => column.header), ...rows], 20));
  return 0;
}

defineDocker({
  names: ['container top', 'top'],
  summary: 'Display the running processes of a container',
  usage: 'CONTAINER [ps OPTIONS]',
  flags: {},
  args: [1, Number.POSITIVE_INFINITY],
  interspersed: false,
  run: top,
});
