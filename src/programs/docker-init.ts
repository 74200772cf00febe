import { execve, findInPath } from '../engine/linux/exec.ts';
import { defineProgram, type Next } from '../engine/linux/program.ts';
import { SIGNALS, type Signal } from '../engine/linux/signal.ts';
import type { System } from '../engine/linux/system.ts';

/** Signals that an init hands on to its child. */
const FORWARDED: readonly Signal[] = ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'TERM', 'CONT', 'TSTP', 'WINCH'];

interface Init {
  /** Key of the child that counts. */
  readonly child: number;
}

function goOn(sys: System, state: Init): Next<Init> {
  for (let signal = sys.takeSignal(); signal; signal = sys.takeSignal()) {
    const pid = sys.numberOf(state.child);
    if (pid > 0) sys.kill(pid, signal);
  }
  for (let child = sys.wait(); child.ok && child.value?.exit; child = sys.wait()) {
    const { exit, process } = child.value;
    if (process === state.child) return { exit: 'code' in exit ? exit.code : 128 + SIGNALS[exit.signal] };
  }
  return { state, wait: { channels: [sys.childChannel] } };
}

/** tini as Docker ships it (`--init`): starts the program, hands signals on, reaps orphans, ends as the program ends. */
defineProgram<Init>({
  name: 'docker-init',
  start(sys, argv) {
    const words = argv.slice(argv.indexOf('--') + 1);
    const [name = ''] = words;
    sys.sigaction(FORWARDED);
    const child = sys.fork(null, { fields: { caught: [] } });
    if (!child.ok) return { exit: 1 };
    const path = name.includes('/')
      ? { ok: true as const, value: name }
      : findInPath(sys.tx, child.value, name, child.value.env.PATH ?? '');
    const made = path.ok ? execve(sys.tx, child.value, path.value, words) : path;
    if (!made.ok) {
      sys.write(2, `[WARN  tini (1)] exec ${name} failed: No such file or directory\n`);
      return { exit: 127 };
    }
    return goOn(sys, { child: child.value.id });
  },
  resume: goOn,
});
