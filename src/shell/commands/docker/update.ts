import { findContainer, noSuchContainer } from '../../../engine/docker/container.ts';
import { type LimitChange, updateContainer } from '../../../engine/docker/update.ts';
import { parseBytes } from '../../docker/bytes.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { CREATE_FLAGS, restartOf } from '../../docker/create.ts';

const NAMES = [
  'cpu-period',
  'cpu-quota',
  'cpu-shares',
  'cpus',
  'cpuset-cpus',
  'memory',
  'memory-reservation',
  'memory-swap',
  'pids-limit',
  'restart',
] as const;

/** The settings that the flags name. */
function changeOf(docker: Docker): LimitChange | undefined {
  const number = (name: string): number => Number(docker.value(name));
  const bytes = (name: string): number => parseBytes(docker.value(name) ?? '0');
  const restart = docker.value('restart');
  const policy = restart === undefined ? undefined : restartOf(restart);
  if (restart !== undefined && !policy) return undefined;
  const has = (name: string): boolean => docker.value(name) !== undefined;
  return {
    ...(has('cpu-period') ? { cpuPeriod: number('cpu-period') } : {}),
    ...(has('cpu-quota') ? { cpuQuota: number('cpu-quota') } : {}),
    ...(has('cpu-shares') ? { cpuShares: number('cpu-shares') } : {}),
    ...(has('cpus') ? { nanoCpus: Math.round(number('cpus') * 1e9) } : {}),
    ...(has('cpuset-cpus') ? { cpusetCpus: docker.value('cpuset-cpus') ?? '' } : {}),
    ...(has('memory') ? { memory: bytes('memory') } : {}),
    ...(has('memory-reservation') ? { memoryReservation: bytes('memory-reservation') } : {}),
    ...(has('memory-swap') ? { memorySwap: bytes('memory-swap') } : {}),
    ...(has('pids-limit') ? { pidsLimit: number('pids-limit') } : {}),
    ...(policy ? { restart: policy } : {}),
  };
}

defineDocker({
  names: ['container update', 'update'],
  summary: 'Update configuration of one or more containers',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  flags: {
    ...Object.fromEntries(Object.entries(CREATE_FLAGS).filter(([name]) => (NAMES as readonly string[]).includes(name))),
    restart: { type: 'string', help: 'Restart policy to apply when a container exits' },
  },
  args: [1, Number.POSITIVE_INFINITY],
  run(docker) {
    if (NAMES.every((name) => docker.value(name) === undefined)) {
      docker.err('you must provide one or more flags when using this command\n');
      return 1;
    }
    const change = changeOf(docker);
    if (!change) {
      docker.err(`invalid restart policy format: ${docker.value('restart')}\n`);
      return 1;
    }
    let status = 0;
    for (const ref of docker.args) {
      const container = findContainer(docker.tx, docker.machine, ref);
      const done = container && updateContainer(docker.tx, container, change);
      if (done?.ok) docker.out(`${ref}\n`);
      else status = docker.refused(done?.message ?? noSuchContainer(ref));
    }
    return status;
  },
});
