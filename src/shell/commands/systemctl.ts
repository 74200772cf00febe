import { startDaemon } from '../../engine/docker/daemon.ts';
import { findCgroup } from '../../engine/linux/cgroup.ts';
import { clone, exitProcess } from '../../engine/linux/life.ts';
import { MACHINE } from '../../engine/linux/machine.ts';
import { findPid, PROCESS, type Process } from '../../engine/linux/process.ts';
import { type Context, defineCommand } from '../command.ts';

type K = 'nopager' | 'quiet' | 'full' | 'all' | 'type' | 'lines' | 'now';

const unitName = (name: string): string =>
  /\.(service|scope|slice|socket|target|mount)$/.test(name) ? name : `${name}.service`;

/** The processes of a unit: those in its cgroup. */
function unitProcesses(ctx: Context<K>, unit: string): readonly Process[] | undefined {
  const { tx, self } = ctx.sys;
  const cgroup = findCgroup(tx, self.machine, `/system.slice/${unit}`);
  return cgroup && tx.list(PROCESS, 'cgroup', cgroup.id);
}

const DOCKERD = ['/usr/sbin/dockerd', '-H', 'fd://', '--containerd=/run/containerd/containerd.sock'];

/** Starts dockerd where it does not run: the process, and what it sets up in the network. */
function startDocker(ctx: Context<K>): void {
  const { tx, self } = ctx.sys;
  const machine = tx.need(MACHINE, self.machine);
  const init = findPid(tx, machine.ns.pid, 1);
  const cgroup = findCgroup(tx, machine.id, '/system.slice/docker.service');
  if (!init || unitProcesses(ctx, 'docker.service')?.length) return;
  clone(tx, init, {
    fields: {
      comm: 'dockerd',
      argv: DOCKERD,
      exe: DOCKERD[0] as string,
      inert: true,
      fds: {},
      threads: 9,
      ...(cgroup ? { cgroup: cgroup.id } : {}),
    },
  });
  startDaemon(tx, machine.id);
}

function missing(ctx: Context<K>, verb: string, unit: string): number {
  ctx.err(`Failed to ${verb} ${unit}: Unit ${unit} not found.\n`);
  return 5;
}

function change(ctx: Context<K>, verb: string, name: string): number {
  const unit = unitName(name);
  const running = unitProcesses(ctx, unit);
  const docker = unit === 'docker.service';
  if (!running && !docker) return missing(ctx, verb, unit);
  if (verb === 'reload') return 0;
  if (!docker) {
    ctx.note('note.service', { name });
    return 0;
  }
  if (verb === 'stop' || verb === 'restart')
    for (const process of running ?? []) if (process.comm === 'dockerd') exitProcess(ctx.sys.tx, process, { code: 0 });
  if (verb !== 'stop') startDocker(ctx);
  return 0;
}

function status(ctx: Context<K>, name: string): number {
  const unit = unitName(name);
  const running = unitProcesses(ctx, unit);
  if (!running) {
    ctx.err(`Unit ${unit} could not be found.\n`);
    return 4;
  }
  const [main] = running;
  const active = main !== undefined;
  const dot = active ? '●' : '○';
  ctx.out(`${dot} ${unit} - ${DESCRIPTIONS[unit] ?? unit.replace(/\.\w+$/, '')}\n`);
  if (unit.endsWith('.service'))
    ctx.out(`     Loaded: loaded (/usr/lib/systemd/system/${unit}; enabled; preset: enabled)\n`);
  ctx.out(`     Active: ${active ? 'active (running)' : 'inactive (dead)'}\n`);
  if (main)
    ctx.out(
      `   Main PID: ${main.pids[0]} (${main.comm})\n      Tasks: ${running.reduce((sum, one) => sum + (one.threads ?? 1), 0)}\n     CGroup: /system.slice/${unit}\n`,
    );
  for (const [i, process] of running.entries())
    ctx.out(`             ${i === running.length - 1 ? '└─' : '├─'}${process.pids[0]} ${process.argv.join(' ')}\n`);
  return active ? 0 : 3;
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'docker.service': 'Docker Application Container Engine',
  'containerd.service': 'containerd container runtime',
  'dbus.service': 'D-Bus System Message Bus',
  'systemd-journald.service': 'Journal Service',
  'systemd-logind.service': 'User Login Management',
  'systemd-udevd.service': 'Rule-based Manager for Device Events and Files',
};

defineCommand<K>({
  name: 'systemctl',
  summary: 'Query or send control commands to the system manager.',
  usage: '[OPTIONS...] COMMAND ...',
  flags: {
    all: { short: 'a', long: 'all', help: 'show all properties/all units' },
    full: { short: 'l', long: 'full', help: "don't ellipsize unit names on output" },
    lines: { short: 'n', long: 'lines', value: 'INTEGER', help: 'number of journal entries to show' },
    nopager: { long: 'no-pager', help: 'do not pipe output into a pager' },
    now: { long: 'now', help: 'start or stop unit after enabling or disabling it' },
    quiet: { short: 'q', long: 'quiet', help: 'suppress output' },
    type: { short: 't', long: 'type', value: 'TYPE', help: 'list units of a particular type' },
  },
  start(ctx) {
    const [verb, ...names] = ctx.operands;
    const each = (act: (name: string) => number): number =>
      names.reduce((worst, name) => Math.max(worst, act(name)), 0);
    switch (verb) {
      case 'start':
      case 'stop':
      case 'restart':
      case 'reload':
        if (names.length === 0) {
          ctx.err('Too few arguments.\n');
          return 1;
        }
        return each((name) => change(ctx, verb, name));
      case 'status':
        return each((name) => status(ctx, name));
      case 'is-active':
        return each((name) => {
          const active = (unitProcesses(ctx, unitName(name))?.length ?? 0) > 0;
          if (!ctx.flags.has('quiet')) ctx.out(active ? 'active\n' : 'inactive\n');
          return active ? 0 : 3;
        });
      case 'is-enabled':
        return each((name) => {
          const known = unitProcesses(ctx, unitName(name)) !== undefined || unitName(name) === 'docker.service';
          if (known) ctx.out('enabled\n');
          else ctx.err(`Failed to get unit file state for ${unitName(name)}: No such file or directory\n`);
          return known ? 0 : 1;
        });
      case 'enable':
      case 'disable':
      case 'daemon-reload':
      case 'reset-failed':
        return 0;
      default:
        ctx.err(
          verb === undefined
            ? 'systemctl here knows: start stop restart reload status is-active is-enabled.\n'
            : `Unknown command verb '${verb}'.\n`,
        );
        return 1;
    }
  },
});
