import { SECOND } from '../../../engine/core/units.ts';
import {
  changeContainer,
  containerChannel,
  containerEvent,
  findContainer,
  isUp,
  noSuchContainer,
  stopSignalOf,
} from '../../../engine/docker/container.ts';
import { startContainer } from '../../../engine/docker/runtime.ts';
import { signalContainer } from '../../../engine/docker/stop.ts';
import type { Step } from '../../command.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { wire } from '../../docker/wiring.ts';

/** Which container is being stopped, until when it may take, and what is left to do. */
interface Stopping {
  readonly at: number;
  readonly deadline: number;
  readonly killed: boolean;
  readonly status: number;
}

const DEFAULT_TIMEOUT = 10;

function begin(docker: Docker, at: number, status: number): Step {
  for (let i = at; i < docker.args.length; i++) {
    const ref = docker.args[i] as string;
    const container = findContainer(docker.tx, docker.machine, ref);
    if (!container) {
      status = docker.refused(noSuchContainer(ref));
      continue;
    }
    if (!isUp(container)) {
      finish(docker, ref);
      continue;
    }
    const asked = docker.value('timeout') ?? docker.value('time');
    const seconds = asked === undefined ? (container.config.stopTimeout ?? DEFAULT_TIMEOUT) : Number(asked);
    changeContainer(docker.tx, container.id, { manuallyStopped: true, stopping: true });
    signalContainer(docker.tx, container, docker.value('signal') ?? stopSignalOf(container));
    if (seconds === 0) signalContainer(docker.tx, container, 'SIGKILL');
    const deadline = seconds < 0 ? Number.POSITIVE_INFINITY : docker.tx.now + seconds * SECOND;
    return wait(docker, { at: i, deadline, killed: seconds === 0, status });
  }
  return status;
}

function wait(docker: Docker, state: Stopping): Step {
  const container = findContainer(docker.tx, docker.machine, docker.args[state.at] as string);
  if (!container || !isUp(container)) {
    finish(docker, docker.args[state.at] as string);
    return begin(docker, state.at + 1, state.status);
  }
  if (docker.tx.now >= state.deadline && !state.killed) {
    signalContainer(docker.tx, container, 'SIGKILL');
    return wait(docker, { ...state, killed: true });
  }
  const until = state.killed || state.deadline === Number.POSITIVE_INFINITY ? {} : { until: state.deadline };
  return { state, wait: { channels: [containerChannel(container.id)], ...until } };
}

function finish(docker: Docker, ref: string): void {
  if (docker.command.names.includes('restart')) {
    const container = findContainer(docker.tx, docker.machine, ref);
    const wiring = container && wire(docker, container.id, { tty: false, stdin: false });
    const started = container && wiring && startContainer(docker.tx, container.id, wiring.files);
    if (started && !started.ok) {
      docker.refused(`cannot restart container ${ref}: ${started.message}`);
      return;
    }
    if (started?.ok) containerEvent(docker.tx, started.value, 'restart');
  }
  docker.out(`${ref}\n`);
}

const flags = {
  signal: { short: 's', type: 'string', help: 'Signal to send to the container' },
  timeout: { short: 't', type: 'int', help: 'Seconds to wait before killing the container' },
  time: { type: 'int', help: 'Seconds to wait before killing the container', hidden: true },
} as const;

const resume = (docker: Docker, state: unknown): Step => wait(docker, state as Stopping);
const shared = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  flags,
  args: [1, Number.POSITIVE_INFINITY] as const,
  takes: 60,
  run: (docker: Docker) => begin(docker, 0, 0),
  resume,
};

defineDocker({ ...shared, names: ['container stop', 'stop'], summary: 'Stop one or more running containers' });
defineDocker({ ...shared, names: ['container restart', 'restart'], summary: 'Restart one or more containers' });
