import { CONTAINER, type Container, containerChannel, isUp, LOG } from '../../engine/docker/container.ts';
import { signalProcess } from '../../engine/linux/life.ts';
import { MACHINE } from '../../engine/linux/machine.ts';
import { PROCESS } from '../../engine/linux/process.ts';
import type { Signal } from '../../engine/linux/signal.ts';
import { setForeground } from '../../engine/linux/terminal.ts';
import type { Step } from '../command.ts';
import type { Docker } from './command.ts';
import type { Wiring } from './wiring.ts';

/** Signals that an attached client hands on to the container. */
const PROXIED: readonly Signal[] = ['HUP', 'INT', 'QUIT', 'TERM', 'USR1', 'USR2'];

/** The client's own: the third of them ends it, whatever it waits for. */
const COUNTED: readonly Signal[] = ['INT', 'TERM'];

/** An attached client's state between its wakes. */
export interface Attached {
  readonly container: number;
  /** Log entries up to this one have been printed. */
  readonly seen: number;
  /** Descriptor of the write end of the container's standard input. */
  readonly stdin?: number;
  readonly interrupts: number;
  /** False: signals are not handed on. */
  readonly proxy?: boolean;
  /** `--rm`: it ended with this status, and the client waits for its removal. */
  readonly ended?: number;
}

/** Starts to follow a container that was just started. */
export function follow(docker: Docker, container: Container, wiring: Wiring, seen = 0, proxy = true): Step {
  docker.sys.sigaction(proxy ? PROXIED : COUNTED);
  if (wiring.tty !== undefined && container.process !== undefined)
    setForeground(docker.tx, wiring.tty, container.process);
  return goOn(docker, {
    container: container.id,
    seen,
    interrupts: 0,
    ...(proxy ? {} : { proxy }),
    ...(wiring.stdin === undefined ? {} : { stdin: wiring.stdin }),
  });
}

/** Copies what came since the last wake, hands signals on, and ends with the container's own status. */
export function goOn(docker: Docker, state: Attached): Step {
  const { tx, sys } = docker;
  const container = tx.get(CONTAINER, state.container);
  if (state.ended !== undefined) return container ? waitFor(docker, state) : state.ended;
  const interrupts = state.interrupts + passSignals(docker, state.proxy === false ? undefined : container);
  if (interrupts >= 3) {
    docker.err('\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n');
    return 1;
  }
  const next = { ...state, interrupts, seen: print(docker, state) };
  if (container && isUp(container)) return waitFor(docker, feed(docker, next));
  if (sys.self.tty !== undefined) setForeground(tx, sys.self.tty, sys.self.pgrp);
  const status = container?.exitCode ?? 0;
  return container?.host.autoRemove ? waitFor(docker, { ...next, ended: status }) : status;
}

function print(docker: Docker, state: Attached): number {
  let { seen } = state;
  for (const entry of docker.tx.list(LOG, 'container', state.container)) {
    if (entry.id <= seen) continue;
    seen = entry.id;
    if (entry.stream === 'stdout') docker.out(entry.text);
    else docker.err(entry.text);
  }
  return seen;
}

function passSignals(docker: Docker, container: Container | undefined): number {
  let interrupts = 0;
  for (let signal = docker.sys.takeSignal(); signal; signal = docker.sys.takeSignal()) {
    if (signal === 'INT' || signal === 'TERM') interrupts++;
    const target = container?.process === undefined ? undefined : docker.tx.get(PROCESS, container.process);
    if (target) signalProcess(docker.tx, target, signal, docker.tx.need(MACHINE, docker.machine).ns.pid);
  }
  return interrupts;
}

/** Hands the client's standard input on; at its end the container reads one too. */
function feed(docker: Docker, state: Attached): Attached {
  const { sys } = docker;
  const { stdin, ...rest } = state;
  if (stdin === undefined) return state;
  for (;;) {
    const text = sys.read(0);
    if (!text.ok && text.error === 'EAGAIN') return state;
    if (!text.ok || text.value === '') {
      sys.close(stdin);
      return rest;
    }
    sys.write(stdin, text.value);
  }
}

function waitFor(docker: Docker, state: Attached): Step {
  const input = state.stdin === undefined ? undefined : docker.sys.channel(0);
  return { state, wait: { channels: [containerChannel(state.container), ...(input === undefined ? [] : [input])] } };
}
