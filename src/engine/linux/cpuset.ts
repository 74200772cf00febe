import type { Reader } from '../core/world.ts';
import { CGROUP, type Cgroup } from './cgroup.ts';
import { MACHINE } from './machine.ts';

/** `0-2,5` → [0, 1, 2, 5]; undefined where it is no list (bitmap_parselist). */
export function parseCpus(text: string): readonly number[] | undefined {
  const cpus = new Set<number>();
  for (const range of text.split(',')) {
    const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(range.trim());
    if (!match) return undefined;
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (to < from) return undefined;
    for (let cpu = from; cpu <= to; cpu++) cpus.add(cpu);
  }
  return [...cpus].sort((a, b) => a - b);
}

/** The shortest list of ranges: [0, 1, 3] → `0-1,3`. */
export function formatCpus(cpus: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const cpu of cpus) {
    const last = ranges.at(-1);
    if (last && last[1] === cpu - 1) last[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

export const listOfCpus = (text: string): readonly number[] => parseCpus(text) ?? [];

/**
 * `cpuset.cpus.effective`: what a cgroup asks for, as far as its parent has it; with nothing left or nothing asked, all that
 * the parent has (cgroup-v2 §cpuset). @sim exact for members; partitions omitted.
 */
export function effectiveCpus(read: Reader, cgroup: Cgroup): string {
  const parent = read.get(CGROUP, cgroup.parent);
  if (!parent) {
    const cpus = read.get(MACHINE, cgroup.machine)?.cpus ?? 1;
    return cpus === 1 ? '0' : `0-${cpus - 1}`;
  }
  const above = effectiveCpus(read, parent);
  const asked = cgroup.files['cpuset.cpus'];
  if (!asked) return above;
  const has = new Set(listOfCpus(above));
  const both = listOfCpus(asked).filter((cpu) => has.has(cpu));
  return both.length > 0 ? formatCpus(both) : above;
}
