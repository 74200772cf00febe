import { findImage, normalRef, referenceProblem } from '../../engine/docker/image.ts';
import type { Step } from '../command.ts';
import type { Docker } from './command.ts';
import { goOnPull, type Pull, type Pulled, startPull } from './pull.ts';

/** A client that waits for an image before it goes on with what it was asked. */
interface Pulling {
  readonly pulling: Pull;
}

export const isPulling = (state: unknown): state is Pulling =>
  typeof state === 'object' && state !== null && 'pulling' in state;

/**
 * Sees to the image of `run` and `create` by `--pull`: `then` follows when it is there. Progress and refusals go to
 * standard error.
 */
export function withImage(docker: Docker, then: (docker: Docker) => Step): Step {
  const ref = docker.args[0] as string;
  const policy = docker.value('pull') ?? 'missing';
  if (!['always', 'missing', 'never'].includes(policy))
    return docker.wrong(`invalid pull option: '${policy}': must be one of "always", "missing" or "never"`);
  const here = findImage(docker.tx, docker.machine, ref) !== undefined;
  if (referenceProblem(ref) !== undefined || policy === 'never' || (here && policy === 'missing')) return then(docker);
  if (!here && policy === 'missing') docker.err(`Unable to find image '${normalRef(ref)}' locally\n`);
  return afterPull(docker, startPull(docker, ref), then);
}

export function goOnWithImage(docker: Docker, state: Pulling, then: (docker: Docker) => Step): Step {
  const print = (line: string): void => {
    if (!docker.has('quiet')) docker.err(line);
  };
  return afterPull(docker, goOnPull(docker, state.pulling, print), then);
}

function afterPull(docker: Docker, pulled: Pulled, then: (docker: Docker) => Step): Step {
  if (pulled.kind === 'refused') return docker.wrong(`Error response from daemon: ${pulled.message}`);
  if (pulled.kind === 'done') return then(docker);
  return { state: { pulling: pulled.pull } satisfies Pulling, wait: pulled.wait };
}
