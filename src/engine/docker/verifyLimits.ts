import { parseCpus } from '../linux/cpuset.ts';
import type { HostConfig } from './container.ts';

const LEAST_MEMORY = 6 * 1024 * 1024;

/** What the daemon says of limits that it cannot set (moby, daemon_unix.go: verifyPlatformContainerResources). */
export function limitProblem(host: HostConfig, cpus: number): string | undefined {
  return memoryProblem(host) ?? cpuProblem(host, cpus) ?? cpusetProblem(host.cpusetCpus, cpus);
}

function memoryProblem({ memory, memorySwap, memoryReservation, oomScoreAdj }: HostConfig): string | undefined {
  if (oomScoreAdj < -1000 || oomScoreAdj > 1000)
    return `Invalid value ${oomScoreAdj}, range for oom score adj is [-1000, 1000]`;
  if (memory > 0 && memory < LEAST_MEMORY) return 'Minimum memory limit allowed is 6MB';
  if (memory > 0 && memorySwap > 0 && memorySwap < memory)
    return 'Minimum memoryswap limit should be larger than memory limit, see usage';
  if (memory === 0 && memorySwap > 0)
    return 'You should always set the Memory limit when using Memoryswap limit, see usage';
  if (memoryReservation > 0 && memoryReservation < LEAST_MEMORY) return 'Minimum memory reservation allowed is 6MB';
  if (memory > 0 && memoryReservation > memory)
    return 'Minimum memory limit can not be less than memory reservation limit, see usage';
  return undefined;
}

function cpuProblem({ nanoCpus, cpuPeriod, cpuQuota }: HostConfig, cpus: number): string | undefined {
  if (nanoCpus > 0 && cpuPeriod > 0) return 'Conflicting options: Nano CPUs and CPU Period cannot both be set';
  if (nanoCpus > 0 && cpuQuota > 0) return 'Conflicting options: Nano CPUs and CPU Quota cannot both be set';
  if (nanoCpus < 0 || nanoCpus > cpus * 1e9)
    return `range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`;
  if (cpuPeriod !== 0 && (cpuPeriod < 1000 || cpuPeriod > 1_000_000))
    return 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)';
  return cpuQuota > 0 && cpuQuota < 1000 ? 'CPU cfs quota can not be less than 1ms (i.e. 1000)' : undefined;
}

function cpusetProblem(text: string, cpus: number): string | undefined {
  if (text === '') return undefined;
  const wanted = parseCpus(text);
  if (!wanted) return `Invalid value ${text} for cpuset cpus: invalid format: ${text}`;
  if (wanted.every((cpu) => cpu < cpus)) return undefined;
  return `Requested CPUs are not available - requested ${text}, available: ${cpus > 1 ? `0-${cpus - 1}` : '0'}`;
}
