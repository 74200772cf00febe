import type { MachineSpec } from '../engine/linux/spec.ts';
import type { NetworkSpec } from '../engine/net/spec.ts';

/** A machine with all that stands on it before the first input. */
export interface HostMachine extends MachineSpec {
  readonly network: NetworkSpec;
  /** Names in the image store. */
  readonly images: readonly string[];
  /** dockerd has been started. */
  readonly docker: boolean;
}

/** One setting (content/hosts/<id>.yaml): the first machine is the one that sessions open on. */
export interface Host {
  readonly machines: readonly HostMachine[];
}
