import { defineTable, type Row } from '../core/table.ts';
import type { NamespaceKind } from './namespace.ts';

/** One kernel with its hardware: the host of the course, or a machine it can talk to. */
export interface Machine extends Row {
  /** `docker-host`, `outside`. */
  readonly name: string;
  readonly cpus: number;
  /** RAM in bytes. */
  readonly memory: number;
  /** `6.12.117+deb13-amd64` */
  readonly kernel: string;
  /** The line of `uname -v`. */
  readonly version: string;
  /** Its initial namespaces. */
  readonly ns: Readonly<Record<NamespaceKind, number>>;
  /** The root of its cgroup tree. */
  readonly cgroup: number;
  /** Writable kernel parameters that are not per namespace, by path below /proc/sys (`kernel/pid_max`). */
  readonly sysctl: Readonly<Record<string, string>>;
  readonly bootId: string;
  /** Lines of /proc/cpuinfo for one CPU; numbers of the CPU itself are filled in. */
  readonly cpuinfo?: string;
  /** Its root filesystem, for what is kept across mount namespaces (images, volumes). */
  readonly disk?: number;
  /** Key of the process that starts sessions (a login service, an agent). */
  readonly login?: number;
}

export const MACHINE = defineTable<Machine>({ name: 'machine', unique: { name: (m) => m.name } });
