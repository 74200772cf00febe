import { changeContainer, findContainer, isUp, noSuchContainer } from '../../../engine/docker/container.ts';
import { signalContainer } from '../../../engine/docker/stop.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';

function killOne(docker: Docker, ref: string): string | undefined {
  const container = findContainer(docker.tx, docker.machine, ref);
  if (!container) return noSuchContainer(ref);
  if (!isUp(container)) return `container ${container.cid} is not running`;
  const name = docker.value('signal') ?? 'KILL';
  const sent = signalContainer(docker.tx, container, name);
  if (!sent.ok) return sent.message;
  if (/^(?:SIG)?KILL$|^9$/i.test(name)) changeContainer(docker.tx, container.id, { manuallyStopped: true });
  return undefined;
}

defineDocker({
  names: ['container kill', 'kill'],
  summary: 'Kill one or more running containers',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  flags: { signal: { short: 's', type: 'string', help: 'Signal to send to the container' } },
  args: [1, Number.POSITIVE_INFINITY],
  run(docker) {
    let status = 0;
    for (const ref of docker.args) {
      const problem = killOne(docker, ref);
      if (problem === undefined) docker.out(`${ref}\n`);
      else status = docker.refused(`cannot kill container: ${ref}: ${problem}`);
    }
    return status;
  },
});
