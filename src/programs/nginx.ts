import { civil } from '../engine/core/calendar.ts';
import { strerror } from '../engine/core/errno.ts';
import { passwdEntry } from '../engine/linux/accounts.ts';
import { mkdir, writeFile } from '../engine/linux/change.ts';
import { MACHINE } from '../engine/linux/machine.ts';
import { defineProgram, type Next } from '../engine/linux/program.ts';
import type { System } from '../engine/linux/system.ts';
import { accept, bind } from '../engine/net/calls.ts';
import { formatIPv4 } from '../engine/net/ipv4.ts';
import { answer } from './nginx/answer.ts';
import { type Config, configOf, two, VERSION } from './nginx/config.ts';

/** `2026/11/25 04:15:33 [emerg] 1#1: …` */
function complain(sys: System, level: string, text: string): void {
  const t = civil(sys.now);
  sys.write(
    2,
    `${t.year}/${two(t.month)}/${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} [${level}] ${sys.pid}#${sys.pid}: ${text}\n`,
  );
}

interface Master {
  readonly workers: readonly number[];
}

/** The user that workers run as, by the container's passwd. */
function workerIds(sys: System): { readonly uid: number; readonly gid: number } {
  return (
    passwdEntry(sys.tx, sys.self, 'nginx') ?? passwdEntry(sys.tx, sys.self, 'nobody') ?? { uid: 65534, gid: 65534 }
  );
}

function startMaster(sys: System, argv: readonly string[]): Next<Master> {
  const config = configOf(sys);
  for (const name of ['body', 'fastcgi', 'proxy', 'scgi', 'uwsgi']) {
    const made = mkdir(sys.tx, sys.self, `/var/lib/nginx/${name}`, 0o700);
    if (made.ok || made.error === 'EEXIST') continue;
    const why = made.error === 'EROFS' ? '30: Read-only file system' : `2: ${strerror(made.error)}`;
    complain(sys, 'emerg', `mkdir() "/var/lib/nginx/${name}" failed (${why})`);
    return { exit: 1 };
  }
  const listener = bind(sys, 'tcp', 0, config.port);
  if (!listener.ok) {
    const text = listener.error === 'EADDRINUSE' ? '(98: Address already in use)' : '(13: Permission denied)';
    for (let tries = 0; tries < 5; tries++) complain(sys, 'emerg', `bind() to 0.0.0.0:${config.port} failed ${text}`);
    complain(sys, 'emerg', 'still could not bind()');
    return { exit: 1 };
  }
  writeFile(sys.tx, sys.self, '/run/nginx.pid', `${sys.pid}\n`);
  sys.change({ argv: [`nginx: master process ${argv.join(' ')}`] });
  sys.sigaction(['QUIT', 'TERM', 'INT', 'HUP', 'USR1', 'CHLD']);
  const cpus = sys.tx.get(MACHINE, sys.self.machine)?.cpus ?? 1;
  const workers: number[] = [];
  const { uid, gid } = workerIds(sys);
  for (let i = 0; i < cpus; i++) {
    // The entry script and the master's own helpers have used up a few numbers by now (recorded: workers are 7 and 8).
    const worker = sys.fork({ listener: listener.value, config, open: [] } satisfies Worker, {
      innerGap: i === 0 ? 5 : 0,
      fields: {
        program: 'nginx-worker',
        argv: ['nginx: worker process'],
        uid,
        gid,
        groups: [gid],
        caught: ['QUIT', 'TERM', 'INT'],
      },
    });
    if (worker.ok) workers.push(worker.value.id);
  }
  complain(sys, 'notice', `using the "epoll" event method`);
  complain(sys, 'notice', `nginx/${VERSION}`);
  complain(sys, 'notice', 'start worker processes');
  return rule(sys, { workers });
}

function rule(sys: System, state: Master): Next<Master> {
  for (let signal = sys.takeSignal(); signal; signal = sys.takeSignal()) {
    if (signal === 'QUIT' || signal === 'TERM' || signal === 'INT') {
      complain(
        sys,
        'notice',
        `signal ${signal === 'QUIT' ? 3 : signal === 'TERM' ? 15 : 2} (SIG${signal}) received, ${signal === 'QUIT' ? 'shutting down' : 'exiting'}`,
      );
      for (const worker of state.workers) {
        const pid = sys.numberOf(worker);
        if (pid > 0) sys.kill(pid, 'TERM');
      }
      complain(sys, 'notice', 'exit');
      return { exit: 0 };
    }
  }
  while (sys.wait().ok) {
    const children = state.workers.filter((worker) => sys.numberOf(worker) > 0);
    if (children.length === state.workers.length) break;
    return rule(sys, { workers: children });
  }
  return { state, wait: { channels: [sys.childChannel] } };
}

defineProgram<Master>({
  name: 'nginx',
  start(sys, argv) {
    if (argv.includes('-v')) {
      sys.write(2, `nginx version: nginx/${VERSION}\n`);
      return { exit: 0 };
    }
    if (argv.includes('-t')) {
      sys.write(
        2,
        'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
      );
      return { exit: 0 };
    }
    return startMaster(sys, argv);
  },
  resume: rule,
});

interface Worker {
  readonly listener: number;
  readonly config: Config;
  /** Connections that have not sent a whole request: descriptor, client, what came so far. */
  readonly open: readonly (readonly [fd: number, from: string, text: string])[];
}

function work(sys: System, state: Worker): Next<Worker> {
  if (sys.takeSignal()) return { exit: 0 };
  const open = [...state.open];
  for (let next = accept(sys, state.listener); next.ok; next = accept(sys, state.listener)) {
    open.push([next.value.fd, formatIPv4(next.value.from), '']);
  }
  const left = open.flatMap(([fd, from, before]) => {
    const read = sys.read(fd);
    if (!read.ok && read.error === 'EAGAIN') return [[fd, from, before] as const];
    const text = before + (read.ok ? read.value : '');
    if (read.ok && read.value !== '' && !/\r?\n\r?\n/.test(text)) return [[fd, from, text] as const];
    if (text !== '') answer(sys, state.config, fd, from, text);
    sys.close(fd);
    return [];
  });
  const channels = [state.listener, ...left.map(([fd]) => fd)]
    .map((fd) => sys.channel(fd))
    .filter((c): c is string => c !== undefined);
  return { state: { ...state, open: left }, wait: { channels } };
}

defineProgram<Worker>({ name: 'nginx-worker', start: (sys) => ({ exit: sys.pid > 0 ? 0 : 1 }), resume: work });
