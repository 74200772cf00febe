import {
  type Container,
  containerEvent,
  findContainer,
  isUp,
  LOG,
  noSuchContainer,
} from '../../../engine/docker/container.ts';
import { startContainer } from '../../../engine/docker/runtime.ts';
import type { Step } from '../../command.ts';
import { type Attached, follow, goOn } from '../../docker/attach.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { wire } from '../../docker/wiring.ts';

function startOne(docker: Docker, container: Container): string | undefined {
  if (isUp(container))
    return container.state === 'paused' ? `cannot start a paused container, try unpause instead` : undefined;
  const { files, tty } = wire(docker, container.id, { tty: false, stdin: false });
  const started = startContainer(docker.tx, container.id, files, tty);
  return started.ok ? undefined : started.message;
}

function start(docker: Docker): Step {
  if (docker.has('attach') || docker.has('interactive')) return attached(docker);
  const failures: string[] = [];
  for (const ref of docker.args) {
    const container = findContainer(docker.tx, docker.machine, ref);
    const problem = container ? startOne(docker, container) : noSuchContainer(ref);
    if (problem === undefined) docker.out(`${ref}\n`);
    else {
      docker.refused(problem);
      failures.push(ref);
    }
  }
  if (failures.length === 0) return 0;
  docker.err(`failed to start containers: ${failures.join(', ')}\n`);
  return 1;
}

function attached(docker: Docker): Step {
  if (docker.args.length > 1) {
    docker.err('you cannot start and attach multiple containers at once\n');
    return 1;
  }
  const ref = docker.args[0] as string;
  const container = findContainer(docker.tx, docker.machine, ref);
  if (!container) return docker.refused(noSuchContainer(ref));
  const seen = docker.tx.ids(LOG, 'container', container.id).at(-1) ?? 0;
  const wiring = wire(docker, container.id, {
    tty: container.config.tty,
    stdin: docker.has('interactive') && container.config.openStdin,
  });
  containerEvent(docker.tx, container, 'attach');
  if (isUp(container)) return follow(docker, container, wiring, seen);
  const started = startContainer(docker.tx, container.id, wiring.files, wiring.tty);
  if (!started.ok) {
    docker.refused(started.message);
    return started.code ?? 1;
  }
  return follow(docker, started.value, wiring, seen);
}

defineDocker({
  names: ['container start', 'start'],
  summary: 'Start one or more stopped containers',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  flags: {
    attach: { short: 'a', type: 'bool', help: 'Attach STDOUT/STDERR and forward signals' },
    interactive: { short: 'i', type: 'bool', help: "Attach container's STDIN" },
  },
  args: [1, Number.POSITIVE_INFINITY],
  takes: 120,
  run: start,
  resume: (docker, state) => goOn(docker, state as Attached),
});
