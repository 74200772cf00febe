import { defaultAction, parseSignal, SIGNALS, type Signal } from '../../engine/linux/signal.ts';
import { setForeground } from '../../engine/linux/terminal.ts';
import { type Call, defineBuiltin } from '../builtin.ts';
import { hasJobControl, reapChildren } from '../fork.ts';
import { currentJobs, describeJob, type ForegroundFrame } from '../jobs.ts';
import { runText } from '../script.ts';
import { type Doing, defineFrame, type Shell } from '../shell.ts';
import type { Frame, Job } from '../state.ts';

/** The job that `%1`, `%+`, `%name` means. */
function findJob(shell: Shell, spec: string): Job | undefined {
  const name = spec.replace(/^%/, '');
  const [current, previous] = currentJobs(shell);
  if (name === '' || name === '+' || name === '%') return current;
  if (name === '-') return previous ?? current;
  if (/^\d+$/.test(name)) return shell.jobs.find((job) => job.number === Number(name));
  return shell.jobs.findLast((job) =>
    name.startsWith('?') ? job.text.includes(name.slice(1)) : job.text.startsWith(name),
  );
}

defineBuiltin({
  name: 'jobs',
  summary: 'Display status of jobs.',
  run(shell, call) {
    reapChildren(shell);
    const flags = call.args.filter((arg) => arg.startsWith('-')).join('');
    for (const job of shell.jobs) {
      if (flags.includes('r') && job.state !== 'running') continue;
      if (flags.includes('s') && job.state !== 'stopped') continue;
      call.out(
        flags.includes('p') ? `${job.processes[0]?.pid}\n` : `${describeJob(shell, job, flags.includes('l'))}\n`,
      );
    }
    shell.jobs = shell.jobs.filter((job) => job.state !== 'done');
    return 0;
  },
});

for (const name of ['fg', 'bg'] as const) {
  defineBuiltin({
    name,
    summary: name === 'fg' ? 'Move job to the foreground.' : 'Move jobs to the background.',
    run(shell, call) {
      if (!hasJobControl(shell)) return call.fail('no job control');
      reapChildren(shell);
      const spec = call.args[0] ?? '%+';
      const job = findJob(shell, spec);
      if (!job) return call.fail(`${call.args[0] ?? 'current'}: no such job`);
      if (job.state === 'done') return call.fail('job has terminated');
      const group = job.processes[0]?.key ?? 0;
      shell.jobs = shell.jobs.map((one) => (one === job ? { ...job, state: 'running' } : one));
      if (name === 'fg') {
        shell.err(`${job.text}\n`);
        if (shell.base.terminal !== undefined) setForeground(shell.sys.tx, shell.base.terminal, group);
        shell.sys.kill(-(job.processes[0]?.pid ?? 0), 'CONT');
        const { processes, text, number } = job;
        return shell.push<ForegroundFrame>({ kind: 'foreground', processes, text, job: number });
      }
      shell.err(`[${job.number}]+ ${job.text} &\n`);
      shell.sys.kill(-(job.processes[0]?.pid ?? 0), 'CONT');
      return 0;
    },
  });
}

interface WaitFrame extends Frame {
  readonly kind: 'wait';
  /** Keys of processes still waited for; with `any`, the first that ends counts. */
  readonly keys: readonly number[];
  readonly any: boolean;
  /** Was it called for certain processes? Then the last one's status counts. */
  readonly named: boolean;
}

defineFrame<WaitFrame>({
  kind: 'wait',
  step(shell, frame): Doing {
    reapChildren(shell);
    const processes = shell.jobs.flatMap((job) => job.processes).filter((one) => frame.keys.includes(one.key));
    const done = processes.filter((one) => one.status !== undefined);
    if (frame.any ? done.length > 0 : done.length === processes.length) {
      const last = frame.any ? done[0] : processes.at(-1);
      const forgotten = frame.any ? done.slice(0, 1) : done;
      const isForgotten = (key: number): boolean => forgotten.some((one) => one.key === key);
      shell.jobs = shell.jobs.filter((job) => !job.processes.every((one) => isForgotten(one.key)));
      return shell.finish(frame.named || frame.any ? (last?.status ?? 127) : 0);
    }
    return { wait: { channels: [shell.sys.childChannel] } };
  },
});

defineBuiltin({
  name: 'wait',
  summary: 'Wait for job completion and return exit status.',
  run(shell, call) {
    const any = call.args.includes('-n');
    const specs = call.args.filter((arg) => !/^-[nfp]$/.test(arg));
    reapChildren(shell);
    if (specs.length === 0) {
      const keys = shell.jobs.filter((job) => !job.disowned).flatMap((job) => job.processes.map((one) => one.key));
      if (any && keys.length === 0) return 127;
      return shell.push<WaitFrame>({ kind: 'wait', keys, any, named: false });
    }
    const keys: number[] = [];
    let status: number | undefined;
    for (const spec of specs) {
      const found = waited(shell, call, spec);
      if (typeof found === 'number') status = found;
      else {
        keys.push(...found);
        status = undefined;
      }
    }
    return status ?? shell.push<WaitFrame>({ kind: 'wait', keys, any, named: true });
  },
});

function waited(shell: Shell, call: Call, spec: string): readonly number[] | number {
  if (spec.startsWith('%')) {
    const job = findJob(shell, spec);
    return job ? job.processes.slice(-1).map((one) => one.key) : call.fail(`${spec}: no such job`, 127);
  }
  if (!/^\d+$/.test(spec)) return call.fail(`\`${spec}': not a pid or valid job spec`);
  const one = shell.jobs.flatMap((job) => job.processes).find(({ pid }) => pid === Number(spec));
  if (one) return [one.key];
  return shell.base.dialect === 'bash' ? call.fail(`pid ${spec} is not a child of this shell`, 127) : 127;
}

defineBuiltin({
  name: 'disown',
  bashOnly: true,
  summary: 'Remove jobs from current shell.',
  run(shell, call) {
    const specs = call.args.filter((arg) => !arg.startsWith('-'));
    const job = findJob(shell, specs[0] ?? '%+');
    if (!job) return call.fail(`${specs[0] ?? 'current'}: no such job`);
    shell.jobs = shell.jobs.filter((one) => one !== job);
    return 0;
  },
});

const KILL_USAGE = 'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n';

defineBuiltin({
  name: 'kill',
  summary: 'Send a signal to a job.',
  run(shell, call) {
    const words = [...call.args];
    let signal: Signal | 'none' = 'TERM';
    const [first] = words;
    if (first === '-l' || first === '-L') return listSignals(call, words.slice(1));
    if (first === '-s' || first === '-n') {
      words.shift();
      const given = parseKillSignal(words.shift() ?? '');
      if (!given) return call.fail(`${call.args[1] ?? ''}: invalid signal specification`);
      signal = given;
    } else if (first?.startsWith('-') && first !== '--') {
      const given = parseKillSignal(first.slice(1));
      if (!given) return badSignal(shell, call, first.slice(1));
      signal = given;
      words.shift();
    }
    if (words[0] === '--') words.shift();
    if (words.length === 0) return killUsage(shell, call);
    let status = 0;
    for (const word of words) status = killOne(shell, call, word, signal) || status;
    return status;
  },
});

const parseKillSignal = (text: string): Signal | 'none' | undefined => (text === '0' ? 'none' : parseSignal(text));

function badSignal(shell: Shell, call: Call, text: string): number {
  return shell.base.dialect === 'bash'
    ? call.fail(`${text}: invalid signal specification`)
    : call.fail(shell.base.dialect === 'ash' ? `bad signal name '${text}'` : `invalid signal number or name: ${text}`);
}

function killUsage(shell: Shell, call: Call): number {
  if (shell.base.dialect === 'bash') shell.err(KILL_USAGE);
  else if (shell.base.dialect === 'ash') return call.fail('you need to specify whom to kill');
  else call.fail('Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]');
  return 2;
}

function killOne(shell: Shell, call: Call, word: string, signal: Signal | 'none'): number {
  const bash = shell.base.dialect === 'bash';
  const sent = signal === 'none' ? undefined : signal;
  if (word.startsWith('%')) {
    reapChildren(shell);
    const job = findJob(shell, word);
    if (!job || job.state === 'done') return call.fail(bash ? `${word}: no such job` : `${word}: no such job`);
    let status = 0;
    for (const { pid, status: ended } of job.processes)
      if (ended === undefined && !shell.sys.kill(pid, sent).ok) status = 1;
    if (job.state === 'stopped' && sent && defaultAction(sent) === 'term')
      for (const { pid } of job.processes) shell.sys.kill(pid, 'CONT');
    return status;
  }
  if (!/^-?\d+$/.test(word))
    return call.fail(
      bash
        ? `${word}: arguments must be process or job IDs`
        : shell.base.dialect === 'ash'
          ? `bad pid '${word}'`
          : `Illegal number: ${word}`,
    );
  const done = shell.sys.kill(Number(word), sent);
  if (done.ok) return 0;
  const text = done.error === 'ESRCH' ? 'No such process' : 'Operation not permitted';
  if (bash) return call.fail(`(${word}) - ${text}`);
  return call.fail(shell.base.dialect === 'ash' ? `can't kill pid ${word}: ${text}` : `${text}`);
}

function listSignals(call: Call, words: readonly string[]): number {
  if (words.length > 0) {
    for (const word of words) {
      const number = /^\d+$/.test(word) ? Number(word) % 128 : undefined;
      const signal = parseSignal(number === undefined ? word : String(number));
      if (!signal) return call.fail(`${word}: invalid signal specification`);
      call.out(`${number === undefined ? SIGNALS[signal] : signal}\n`);
    }
    return 0;
  }
  const all = (Object.keys(SIGNALS) as Signal[]).map((name) => `${String(SIGNALS[name]).padStart(2)}) SIG${name}`);
  for (let i = 0; i < all.length; i += 5) call.out(`${all.slice(i, i + 5).join('\t')}\n`);
  return 0;
}

interface TrapFrame extends Frame {
  readonly kind: 'trap';
  readonly action: string;
  /** What it answers: a signal, or bash's ERR and RETURN. */
  readonly signal?: string;
  /** The status before it, given back after it. */
  status?: number;
}

defineFrame<TrapFrame>({
  kind: 'trap',
  step(shell, frame) {
    if (frame.status !== undefined) return shell.finish(frame.status);
    frame.status = shell.status;
    return runText(shell, frame.action);
  },
});

defineBuiltin({
  name: 'trap',
  special: true,
  summary: 'Trap signals and other events.',
  run(shell, call) {
    const words = call.args[0] === '--' ? call.args.slice(1) : call.args;
    if (words.length === 0 || words[0] === '-p') {
      for (const [name, action] of shell.traps)
        call.out(
          `trap -- '${action.replaceAll("'", "'\\''")}' ${name === 'EXIT' || shell.base.dialect !== 'bash' ? name : `SIG${name}`}\n`,
        );
      return 0;
    }
    if (words[0] === '-l') return listSignals(call, []);
    const reset = words.length === 1 || words[0] === '-' || /^\d+$/.test(words[0] as string);
    const names = words.length === 1 || /^\d+$/.test(words[0] as string) ? words : words.slice(1);
    let status = 0;
    for (const word of names) {
      const name =
        word === '0' || word === 'EXIT' ? 'EXIT' : /^(ERR|DEBUG|RETURN)$/.test(word) ? word : parseSignal(word);
      if (!name) {
        status =
          shell.base.dialect === 'bash'
            ? call.fail(`${word}: invalid signal specification`)
            : call.fail(shell.base.dialect === 'dash' ? `${word}: bad trap` : `${word}: invalid signal specification`);
      } else if (reset) shell.traps.delete(name);
      else shell.traps.set(name, words[0] as string);
    }
    shell.setSignals();
    return status;
  },
});
