import { SECOND } from '../../../engine/core/units.ts';
import { CONTAINER, type Container, findContainer, isUp, noSuchContainer } from '../../../engine/docker/container.ts';
import { CGROUP } from '../../../engine/linux/cgroup.ts';
import { MACHINE } from '../../../engine/linux/machine.ts';
import { TTY, type Tty } from '../../../engine/linux/tty.ts';
import { readFile } from '../../../engine/linux/vfs.ts';
import type { Step } from '../../command.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { printListing } from '../../docker/format.ts';

/** Bytes in powers of 1024, four digits (go-units, BytesSize). */
function binarySize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [bytes, 0];
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${Number(value.toPrecision(4))}${units[unit]}`;
}

/** CPU time of each container's cgroup at the first look, in microseconds. */
type Looked = Readonly<Record<string, number>>;

function fileOf(docker: Docker, container: Container, name: string): string {
  const cgroup = container.cgroup === undefined ? undefined : docker.tx.get(CGROUP, container.cgroup);
  const text = cgroup && readFile(docker.tx, docker.sys.self, `/sys/fs/cgroup${cgroup.path}/${name}`);
  return text?.ok ? text.value.trim() : '';
}

const cpuTime = (docker: Docker, container: Container): number =>
  Number(/^usage_usec (\d+)/.exec(fileOf(docker, container, 'cpu.stat'))?.[1] ?? 0);

/**
 * A row as the cgroup's files give it, CPU over the second since the last look. @sim simplified: network and disk traffic
 * are not counted.
 */
function rowOf(docker: Docker, container: Container, before: Looked) {
  const up = isUp(container);
  const machine = docker.tx.need(MACHINE, docker.machine).memory;
  const used = Number(fileOf(docker, container, 'memory.current') || 0);
  const limit = container.host.memory || machine;
  const cpu = up ? (cpuTime(docker, container) - (before[container.cid] ?? 0)) / 1e4 : 0;
  return {
    Container: container.cid.slice(0, 12),
    ID: docker.has('no-trunc') ? container.cid : container.cid.slice(0, 12),
    Name: container.name,
    CPUPerc: `${Math.max(0, cpu).toFixed(2)}%`,
    MemUsage: up ? `${binarySize(used)} / ${binarySize(limit)}` : '0B / 0B',
    MemPerc: `${(up ? (used / limit) * 100 : 0).toFixed(2)}%`,
    NetIO: '0B / 0B',
    BlockIO: '0B / 0B',
    PIDs: fileOf(docker, container, 'pids.current') || '0',
  };
}

function chosen(docker: Docker): readonly Container[] | string {
  if (docker.args.length === 0)
    return docker.tx.list(CONTAINER, 'machine', docker.machine).filter((one) => docker.has('all') || isUp(one));
  const found = docker.args.map((ref) => findContainer(docker.tx, docker.machine, ref));
  const missing = found.findIndex((container) => !container);
  return missing < 0 ? (found as readonly Container[]) : noSuchContainer(docker.args[missing] as string);
}

interface Watching {
  readonly looked: Looked;
  /** Lines of the table that stands on the terminal and is written over. */
  readonly lines: number;
}

function look(docker: Docker, lines = 0): Step {
  const containers = chosen(docker);
  if (typeof containers === 'string') return docker.refused(containers);
  const looked: Looked = Object.fromEntries(containers.map((one) => [one.cid, cpuTime(docker, one)]));
  const state: Watching = { looked, lines };
  return { state, wait: { channels: [], until: docker.tx.now + SECOND } };
}

/** What the real client does by moving the cursor up: the last lines of the screen are written anew. */
function goUp(docker: Docker, lines: number): void {
  const tty = docker.sys.file(1)?.kind === 'tty' ? docker.sys.self.tty : undefined;
  const row = tty === undefined ? undefined : docker.tx.get(TTY, tty);
  if (row && lines > 0) docker.tx.put<Tty>(TTY, { ...row, rows: row.rows.slice(0, -lines) });
}

function show(docker: Docker, { looked: before, lines }: Watching): Step {
  const containers = chosen(docker);
  if (typeof containers === 'string') return docker.refused(containers);
  goUp(docker, lines);
  const status = printListing(
    docker,
    {
      columns: [
        ['CONTAINER ID', 'ID'],
        ['NAME', 'Name'],
        ['CPU %', 'CPUPerc'],
        ['MEM USAGE / LIMIT', 'MemUsage'],
        ['MEM %', 'MemPerc'],
        ['NET I/O', 'NetIO'],
        ['BLOCK I/O', 'BlockIO'],
        ['PIDS', 'PIDs'],
      ],
      headers: { ID: 'CONTAINER ID', CPUPerc: 'CPU %', MemUsage: 'MEM USAGE / LIMIT', MemPerc: 'MEM %' },
      rows: [...containers].reverse().map((one) => rowOf(docker, one, before)),
      type: '*formatter.statsContext',
    },
    docker.value('format') ?? '',
  );
  return docker.has('no-stream') || status !== 0 ? status : look(docker, containers.length + 1);
}

defineDocker({
  names: ['container stats', 'stats'],
  summary: 'Display a live stream of container(s) resource usage statistics',
  usage: '[OPTIONS] [CONTAINER...]',
  flags: {
    all: { short: 'a', type: 'bool', help: 'Show all containers (default shows just running)' },
    format: { type: 'string', help: 'Format output using a custom template' },
    'no-stream': { type: 'bool', help: 'Disable streaming stats and only pull the first result' },
    'no-trunc': { type: 'bool', help: 'Do not truncate output' },
  },
  args: [0, Number.POSITIVE_INFINITY],
  run: (docker) => look(docker),
  resume: (docker, state) => show(docker, state as Watching),
});
