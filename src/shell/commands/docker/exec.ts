import { containerEvent, findContainer, isUp, noSuchContainer } from '../../../engine/docker/container.ts';
import { execInContainer } from '../../../engine/docker/exec.ts';
import { EXEC, type Exec, execChannel } from '../../../engine/docker/shim.ts';
import { makePipe, openFile } from '../../../engine/linux/file.ts';
import { signalProcess } from '../../../engine/linux/life.ts';
import { PROCESS } from '../../../engine/linux/process.ts';
import { setForeground } from '../../../engine/linux/terminal.ts';
import type { Step } from '../../command.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { environmentOf } from '../../docker/create.ts';
import { NO_TTY } from '../../docker/wiring.ts';

interface Running {
  readonly process: number;
  /** Read ends of its output, write end of its input. */
  readonly out?: number;
  readonly err?: number;
  readonly stdin?: number;
}

function exec(docker: Docker): Step {
  const { tx, sys } = docker;
  const tty = docker.has('tty') && sys.self.tty !== undefined && sys.file(0)?.kind === 'tty';
  if (docker.has('tty') && docker.has('interactive') && !docker.has('detach') && !tty) {
    docker.err(NO_TTY);
    return 1;
  }
  const [ref, ...argv] = docker.args as [string, ...string[]];
  const container = findContainer(tx, docker.machine, ref);
  if (!container) return docker.refused(noSuchContainer(ref));
  if (container.state === 'paused')
    return docker.refused(`Container ${container.name} is paused, unpause the container before exec`);
  if (!isUp(container)) return docker.refused(`container ${container.cid} is not running`);
  const env = environmentOf(docker);
  if ('error' in env) return docker.refused(env.error);
  const user = docker.value('user');
  const workingDir = docker.value('workdir');
  const spec = {
    argv,
    env: env.env,
    privileged: docker.has('privileged'),
    ...(user === undefined ? {} : { user }),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...(tty && sys.self.tty !== undefined ? { tty: sys.self.tty } : {}),
  };
  const pipes = tty ? undefined : outputPipes(docker);
  const { fds } = sys.self;
  const files = pipes?.files ?? { 0: fds[0] as number, 1: fds[1] as number, 2: fds[2] as number };
  const started = execInContainer(tx, container, spec, files);
  if (!started.ok) {
    if (started.daemon) return docker.refused(started.message);
    docker.out(`${started.message}\n`);
    return started.code ?? 126;
  }
  const process = started.value.id;
  const execID = tx.hex('exec', 64);
  tx.put<Exec>(EXEC, { id: process, container: container.id, eid: execID });
  containerEvent(tx, container, `exec_create: ${argv.join(' ')} `, { execID });
  containerEvent(tx, container, `exec_start: ${argv.join(' ')} `, { execID });
  if (docker.has('detach')) return 0;
  sys.sigaction(['INT', 'TERM', 'HUP', 'QUIT']);
  if (tty && sys.self.tty !== undefined) setForeground(tx, sys.self.tty, process);
  return goOn(docker, { process, ...(pipes?.ends ?? {}) });
}

function outputPipes(docker: Docker): {
  readonly files: Readonly<Record<number, number>>;
  readonly ends: Omit<Running, 'process'>;
} {
  const { tx, sys } = docker;
  const [out, err] = [makePipe(tx), makePipe(tx)];
  const keep = (file: number): number => sys.install(file, sys.freeFd(3));
  const ends = { out: keep(out.read.id), err: keep(err.read.id) };
  if (!docker.has('interactive')) return { files: { 0: nullFile(docker), 1: out.write.id, 2: err.write.id }, ends };
  const input = makePipe(tx);
  return {
    files: { 0: input.read.id, 1: out.write.id, 2: err.write.id },
    ends: { ...ends, stdin: keep(input.write.id) },
  };
}

const nullFile = (docker: Docker): number =>
  openFile(docker.tx, { kind: 'null', target: 0, read: true, write: false, path: '/dev/null' }).id;

function goOn(docker: Docker, state: Running): Step {
  const { tx, sys } = docker;
  for (let signal = sys.takeSignal(); signal; signal = sys.takeSignal()) {
    const target = tx.get(PROCESS, state.process);
    if (target) signalProcess(tx, target, signal);
  }
  const fed = feed(docker, state);
  copy(docker, fed.out, (text) => docker.out(text));
  copy(docker, fed.err, (text) => docker.err(text));
  const row = tx.get(EXEC, state.process);
  if (!row || row.exitCode !== undefined) {
    tx.delete(EXEC, state.process);
    if (sys.self.tty !== undefined && state.out === undefined) setForeground(tx, sys.self.tty, sys.self.pgrp);
    return row?.exitCode ?? 137;
  }
  const channels = [fed.out, fed.err]
    .flatMap((fd) => (fd === undefined ? [] : [sys.channel(fd)]))
    .filter((c): c is string => c !== undefined);
  const input = fed.stdin === undefined ? undefined : sys.channel(0);
  return {
    state: fed,
    wait: { channels: [execChannel(state.process), ...channels, ...(input === undefined ? [] : [input])] },
  };
}

function copy(docker: Docker, fd: number | undefined, to: (text: string) => void): void {
  if (fd === undefined) return;
  for (let text = docker.sys.read(fd); text.ok && text.value !== ''; text = docker.sys.read(fd)) to(text.value);
}

function feed(docker: Docker, state: Running): Running {
  const { stdin, ...rest } = state;
  if (stdin === undefined) return state;
  for (;;) {
    const text = docker.sys.read(0);
    if (!text.ok && text.error === 'EAGAIN') return state;
    if (!text.ok || text.value === '') {
      docker.sys.close(stdin);
      return rest;
    }
    docker.sys.write(stdin, text.value);
  }
}

defineDocker({
  names: ['container exec', 'exec'],
  summary: 'Execute a command in a running container',
  usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  flags: {
    detach: { short: 'd', type: 'bool', help: 'Detached mode: run command in the background' },
    'detach-keys': { type: 'string', help: 'Override the key sequence for detaching a container' },
    env: { short: 'e', type: 'list', help: 'Set environment variables' },
    'env-file': { type: 'list', help: 'Read in a file of environment variables' },
    interactive: { short: 'i', type: 'bool', help: 'Keep STDIN open even if not attached' },
    privileged: { type: 'bool', help: 'Give extended privileges to the command' },
    tty: { short: 't', type: 'bool', help: 'Allocate a pseudo-TTY' },
    user: { short: 'u', type: 'string', help: 'Username or UID (format: "<name|uid>[:<group|gid>]")' },
    workdir: { short: 'w', type: 'string', help: 'Working directory inside the container' },
  },
  args: [2, Number.POSITIVE_INFINITY],
  interspersed: false,
  takes: 70,
  run: exec,
  resume: (docker, state) => goOn(docker, state as Running),
});
