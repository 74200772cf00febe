import type { Bytes, Micros } from '../core/units.ts';
import type { Tree } from './inode.ts';

/** A machine as it is given (content/hosts): plain data from which `bootMachine` makes its rows. */
export interface MachineSpec {
  readonly name: string;
  readonly cpus: number;
  readonly memory: Bytes;
  /** `uname -r` and `uname -v`. */
  readonly kernel: string;
  readonly version: string;
  /** One CPU's lines of /proc/cpuinfo. */
  readonly cpuinfo?: string;
  readonly sysctl?: Readonly<Record<string, string>>;
  /** When the system was installed: the time of files that say none. */
  readonly installed: Micros;
  readonly disk: { readonly source: string; readonly type: string; readonly dev: readonly [number, number] };
  /** In the order in which /proc/mounts shows them; `/` is the disk. */
  readonly mounts: readonly MountSpec[];
  readonly cgroups: readonly CgroupSpec[];
  readonly processes: readonly ProcessSpec[];
  /** Pid of the process that starts sessions; the first one without it. */
  readonly login?: number;
  /** The last process number that was used up before the world starts. */
  readonly lastPid: number;
  readonly files: Tree;
  /** Directory → names of commands in it. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
}

interface MountSpec {
  readonly point: string;
  readonly type: string;
  readonly source: string;
  readonly flags: string;
  readonly options?: string;
  /** Minor number of its anonymous device, where it is known. */
  readonly minor?: number;
}

interface CgroupSpec {
  readonly path: string;
  /** What is written in its `cgroup.subtree_control`. */
  readonly controllers?: string;
}

interface ProcessSpec {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  /** Absent for kernel threads. */
  readonly argv?: readonly string[];
  readonly exe?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly cgroup?: string;
  readonly state?: 'S' | 'I';
  readonly nice?: number;
  readonly threads?: number;
  /** Inodes of namespaces of its own. */
  readonly mnt?: number;
  readonly uts?: number;
}
