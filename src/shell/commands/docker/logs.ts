import {
  CONTAINER,
  containerChannel,
  findContainer,
  isUp,
  LOG,
  type LogEntry,
  noSuchContainer,
} from '../../../engine/docker/container.ts';
import type { Step } from '../../command.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { isoTime } from '../../docker/format.ts';

interface Following {
  readonly container: number;
  readonly seen: number;
}

/** Entries cut at line ends, so that `--tail` and `-t` count lines as the json-file driver does. */
function linesOf(entries: readonly LogEntry[]): readonly LogEntry[] {
  return entries.flatMap((entry) => (entry.text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((text) => ({ ...entry, text })));
}

function print(docker: Docker, entries: readonly LogEntry[]): void {
  for (const { stream, text, at } of entries) {
    const line = docker.has('timestamps') ? `${isoTime(at)} ${text}` : text;
    if (stream === 'stdout') docker.out(line);
    else docker.err(line);
  }
}

function logs(docker: Docker): Step {
  const ref = docker.args[0] as string;
  const container = findContainer(docker.tx, docker.machine, ref);
  if (!container) return docker.refused(noSuchContainer(ref));
  const lines = linesOf(docker.tx.list(LOG, 'container', container.id));
  const tail = docker.value('tail') ?? 'all';
  print(docker, /^\d+$/.test(tail) ? lines.slice(Math.max(0, lines.length - Number(tail))) : lines);
  if (!docker.has('follow')) return 0;
  return wait(docker, { container: container.id, seen: docker.tx.ids(LOG, 'container', container.id).at(-1) ?? 0 });
}

function wait(docker: Docker, state: Following): Step {
  const fresh = docker.tx.list(LOG, 'container', state.container).filter((entry) => entry.id > state.seen);
  print(docker, linesOf(fresh));
  const container = docker.tx.get(CONTAINER, state.container);
  if (!container || !isUp(container)) return 0;
  return {
    state: { ...state, seen: fresh.at(-1)?.id ?? state.seen },
    wait: { channels: [containerChannel(state.container)] },
  };
}

defineDocker({
  names: ['container logs', 'logs'],
  summary: 'Fetch the logs of a container',
  usage: '[OPTIONS] CONTAINER',
  flags: {
    details: { type: 'bool', help: 'Show extra details provided to logs' },
    follow: { short: 'f', type: 'bool', help: 'Follow log output' },
    since: {
      type: 'string',
      help: 'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    },
    tail: { short: 'n', type: 'string', help: 'Number of lines to show from the end of the logs', default: '"all"' },
    timestamps: { short: 't', type: 'bool', help: 'Show timestamps' },
  },
  args: [1, 1],
  run: logs,
  resume: (docker, state) => wait(docker, state as Following),
});
