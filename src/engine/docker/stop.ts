import type { Transaction } from '../core/transaction.ts';
import { signalProcess } from '../linux/life.ts';
import { MACHINE } from '../linux/machine.ts';
import { PROCESS } from '../linux/process.ts';
import { parseSignal, SIGNALS } from '../linux/signal.ts';
import { type Answer, answer, type Container, changeContainer, containerEvent, refuse } from './container.ts';

/** Sends a signal to a container's first process, from the machine's PID namespace. The daemon's words for no such signal. */
export function signalContainer(tx: Transaction, container: Container, name: string): Answer<undefined> {
  const signal = parseSignal(name);
  if (!signal) {
    const number = /^\d+$/.test(name);
    return refuse(number ? `the linux daemon does not support signal ${name}` : `invalid signal: ${name}`);
  }
  const target = container.process === undefined ? undefined : tx.get(PROCESS, container.process);
  tx.emit('container.kill', { table: 'container', id: container.id }, { signal, number: SIGNALS[signal] }, true);
  containerEvent(tx, container, 'kill', { signal: String(SIGNALS[signal]) });
  if (!target) return answer(undefined);
  // A paused container is thawed so that it can die (moby, daemon/kill.go).
  if (container.state === 'paused' && signal === 'KILL') changeContainer(tx, container.id, { state: 'running' });
  signalProcess(tx, target, signal, tx.need(MACHINE, container.machine).ns.pid);
  return answer(undefined);
}
