import { readHosts, readImages } from '../../src/build/hosts.ts';
import { Transaction } from '../../src/engine/core/transaction.ts';
import { emptyWorld } from '../../src/engine/core/world.ts';
import { bootMachine } from '../../src/engine/linux/boot.ts';
import { clone } from '../../src/engine/linux/life.ts';
import type { Machine } from '../../src/engine/linux/machine.ts';
import { PROCESS, type Process } from '../../src/engine/linux/process.ts';

const hosts = readHosts('.');
export const catalogue = readImages('.');

/** The course's host, freshly booted, and a root shell's process on it that runs nothing. */
export function bootHost(seed = 1): {
  readonly tx: Transaction;
  readonly machine: Machine;
  readonly self: () => Process;
} {
  const tx = new Transaction(emptyWorld(seed));
  const spec = hosts['docker-host']?.machines[0];
  if (!spec) throw new Error('no docker-host');
  const machine = bootMachine(tx, spec);
  const child = clone(tx, tx.need(PROCESS, machine.login as number), {
    fields: { cwd: '/root', comm: 'bash', argv: ['bash'], inert: true },
  });
  if (!child.ok) throw new Error(child.error);
  return { tx, machine, self: () => tx.need(PROCESS, child.value.id) };
}
