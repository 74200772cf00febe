import type { HostConfig } from './container.ts';
import { weightOf } from './cpuShares.ts';

/** The limits that a container's scope gets as files. */
export function limitFiles(host: HostConfig): Readonly<Record<string, string>> {
  const { memory, memorySwap, nanoCpus, pidsLimit } = host;
  const period = host.cpuPeriod || 100_000;
  const quota = nanoCpus ? Math.round(nanoCpus / 10_000) : host.cpuQuota;
  return {
    'memory.max': memory ? String(memory) : 'max',
    'memory.swap.max': memory && memorySwap >= 0 ? String(memorySwap > 0 ? memorySwap - memory : memory) : 'max',
    ...(host.memoryReservation ? { 'memory.low': String(host.memoryReservation) } : {}),
    'cpu.max': quota > 0 ? `${quota} ${period}` : `max ${period}`,
    'cpu.weight': host.cpuShares === 0 ? '100' : String(weightOf(host.cpuShares)),
    ...(host.cpusetCpus === '' ? {} : { 'cpuset.cpus': host.cpusetCpus }),
    'pids.max': pidsLimit && pidsLimit > 0 ? String(pidsLimit) : '3552',
  };
}

/** Whether any limit was asked for: only then is there anything to verify. */
export const isLimited = (host: HostConfig): boolean =>
  host.cpusetCpus !== '' ||
  [
    host.memory,
    host.memorySwap,
    host.memoryReservation,
    host.oomScoreAdj,
    host.nanoCpus,
    host.cpuPeriod,
    host.cpuQuota,
  ].some((limit) => limit !== 0);
