import { containerFiles } from '../../engine/docker/output.ts';
import { makePipe } from '../../engine/linux/file.ts';
import type { Docker } from './command.ts';

export interface Wiring {
  readonly files: Readonly<Record<number, number>>;
  readonly stdin?: number;
  readonly tty?: number;
}

/**
 * Standard files for a process in a container. With a terminal they are the client's own terminal (a real client copies
 * between two); with `-i` standard input is a pipe whose other end the client holds.
 */
export function wire(
  docker: Docker,
  container: number,
  options: { readonly tty: boolean; readonly stdin: boolean },
): Wiring {
  const { sys, tx } = docker;
  const { tty, fds } = sys.self;
  if (options.tty && tty !== undefined && sys.file(0)?.kind === 'tty') {
    return { files: { 0: fds[0] as number, 1: fds[1] as number, 2: fds[2] as number }, tty };
  }
  if (!options.stdin) return { files: containerFiles(tx, container) };
  const pipe = makePipe(tx);
  return { files: containerFiles(tx, container, pipe.read.id), stdin: sys.install(pipe.write.id, sys.freeFd(3)) };
}

/** Is standard input a terminal? `-t` needs one. */
export function refusesTty(docker: Docker): boolean {
  const wants = docker.has('tty') && docker.has('interactive') && !docker.has('detach');
  return wants && docker.sys.file(0)?.kind !== 'tty';
}

export const NO_TTY = 'cannot attach stdin to a TTY-enabled container because stdin is not a terminal\n';
