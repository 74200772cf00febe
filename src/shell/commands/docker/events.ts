import { SECOND } from '../../../engine/core/units.ts';
import { type DaemonEvent, daemonEvents, eventsChannel } from '../../../engine/docker/events.ts';
import { parseTemplate, runTemplate } from '../../../engine/docker/template.ts';
import { epochSeconds } from '../../clock.ts';
import type { Step } from '../../command.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { isoTime, parseMoment } from '../../docker/format.ts';

interface Watching {
  /** Events up to this one have been printed. */
  readonly seen: number;
  readonly since: number;
  readonly until?: number;
}

const named = (event: DaemonEvent, value: string): boolean =>
  event.actor.startsWith(value) || event.attributes.name === value;

const FILTERS: Readonly<Record<string, (event: DaemonEvent, value: string) => boolean>> = {
  type: (event, value) => event.type === value,
  event: (event, value) => event.action.split(':')[0] === value,
  container: (event, value) => event.type === 'container' && named(event, value),
  image: (event, value) => event.attributes.image === value || (event.type === 'image' && named(event, value)),
  network: (event, value) => event.type === 'network' && named(event, value),
  volume: (event, value) => event.type === 'volume' && named(event, value),
  label: (event, value) => {
    const [key = '', wanted] = value.split(/=(.*)/s) as [string, string?];
    return wanted === undefined ? Object.hasOwn(event.attributes, key) : event.attributes[key] === wanted;
  },
  scope: (_event, value) => value === 'local',
  daemon: () => false,
};

function wanted(docker: Docker, event: DaemonEvent): boolean {
  const filters = docker.values('filter').map((entry) => entry.split(/=(.*)/s) as [string, string]);
  return [...new Set(filters.map(([name]) => name))].every((name) =>
    filters.some(([key, value]) => key === name && FILTERS[name]?.(event, value)),
  );
}

const viewOf = (event: DaemonEvent) => ({
  Type: event.type,
  Action: event.action,
  Actor: { ID: event.actor, Attributes: event.attributes },
  scope: 'local',
  time: epochSeconds(event.at),
  timeNano: epochSeconds(event.at) * 1e9 + (event.at % SECOND) * 1000,
});

function line(event: DaemonEvent): string {
  const attributes = Object.keys(event.attributes)
    .sort()
    .map((key) => `${key}=${event.attributes[key]}`)
    .join(', ');
  return `${isoTime(event.at)} ${event.type} ${event.action} ${event.actor}${attributes ? ` (${attributes})` : ''}`;
}

function print(docker: Docker, event: DaemonEvent): number {
  const format = docker.value('format') ?? '';
  if (format === '') docker.out(`${line(event)}\n`);
  else if (format === 'json') docker.out(`${JSON.stringify(viewOf(event))}\n`);
  else {
    const parsed = parseTemplate(format);
    if ('error' in parsed) return 64;
    const view = {
      ...viewOf(event),
      Scope: 'local',
      Status: event.action,
      ID: event.actor,
      From: event.attributes.image,
    };
    const made = runTemplate(parsed.nodes, { ...view, Time: view.time, TimeNano: view.timeNano }, { lenient: true });
    docker.out(`${made.text}\n`);
  }
  return 0;
}

function watch(docker: Docker, state: Watching): Step {
  const { tx } = docker;
  let { seen } = state;
  for (const event of daemonEvents(tx, docker.machine)) {
    if (event.seq <= seen || event.at < state.since || (state.until !== undefined && event.at > state.until)) continue;
    seen = event.seq;
    if (wanted(docker, event)) print(docker, event);
  }
  if (state.until !== undefined && tx.now >= state.until) return 0;
  const until = state.until === undefined ? {} : { until: state.until };
  return { state: { ...state, seen }, wait: { channels: [eventsChannel(docker.machine)], ...until } };
}

function events(docker: Docker): Step {
  for (const entry of docker.values('filter')) {
    const [name = ''] = entry.split('=');
    if (!Object.hasOwn(FILTERS, name)) return docker.refused(`invalid filter '${name}'`);
  }
  const parsed = parseTemplate(docker.value('format') ?? '');
  if ('error' in parsed) {
    docker.err(`template parsing error: ${parsed.error}\n`);
    return 64;
  }
  const { now } = docker.tx;
  const [since, until] = ['since', 'until'].map((name) => docker.value(name));
  const from = since === undefined ? now : parseMoment(since, now);
  const to = until === undefined ? undefined : parseMoment(until, now);
  if (from === undefined || (until !== undefined && to === undefined))
    return docker.refused(
      `failed to parse value as time or duration: ${JSON.stringify(from === undefined ? since : until)}`,
    );
  return watch(docker, { seen: 0, since: from, ...(to === undefined ? {} : { until: to }) });
}

defineDocker({
  names: ['system events', 'events'],
  summary: 'Get real time events from the server',
  usage: '[OPTIONS]',
  flags: {
    filter: { short: 'f', type: 'filter', help: 'Filter output based on conditions provided' },
    format: {
      type: 'string',
      help: "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    },
    since: { type: 'string', help: 'Show all events created since timestamp' },
    until: { type: 'string', help: 'Stream events until this timestamp' },
  },
  args: [0, 0],
  run: events,
  resume: (docker, state) => watch(docker, state as Watching),
});
