import type { Step } from '../command.ts';
import type { Docker } from './command.ts';

/** What was typed so far in answer. */
interface Asking {
  readonly typed: string;
}

/** Asks before it acts, unless `--force` was given. Any answer but `y` ends it without a word, status 0. */
export function confirmed(docker: Docker, warning: string, act: (docker: Docker) => number): Step {
  if (docker.has('force')) return act(docker);
  docker.out(`${warning}\nAre you sure you want to continue? [y/N] `);
  return listen(docker, { typed: '' }, act);
}

export const goOnAsking = (docker: Docker, state: unknown, act: (docker: Docker) => number): Step =>
  listen(docker, state as Asking, act);

function listen(docker: Docker, state: Asking, act: (docker: Docker) => number): Step {
  let { typed } = state;
  for (;;) {
    const read = docker.sys.read(0);
    const channel = docker.sys.channel(0);
    if (!read.ok && read.error === 'EAGAIN' && channel !== undefined)
      return { state: { typed } satisfies Asking, wait: { channels: [channel] } };
    if (read.ok) typed += read.value;
    if (!read.ok || read.value === '' || typed.includes('\n'))
      return /^\s*y\s*$/i.test(typed.split('\n')[0] ?? '') ? act(docker) : 0;
  }
}
