import {
  createVolume,
  findVolume,
  noSuchVolume,
  removeVolume,
  usersOf,
  VOLUME,
  type Volume,
  volumeDir,
} from '../../../engine/docker/volume.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { printListing } from '../../docker/format.ts';

const pairs = (entries: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s)).map(([key, value]) => [key, value ?? '']));

defineDocker({
  names: ['volume create'],
  summary: 'Create a volume',
  usage: '[OPTIONS] [VOLUME]',
  flags: {
    driver: { short: 'd', type: 'string', help: 'Specify volume driver name', default: '"local"' },
    label: { type: 'list', help: 'Set metadata for a volume' },
    name: { type: 'string', help: 'Specify volume name', hidden: true },
    opt: { short: 'o', type: 'map', help: 'Set driver specific options' },
  },
  args: [0, 1],
  run(docker) {
    const name = docker.args[0] ?? docker.value('name');
    const [labels, options] = [pairs(docker.values('label')), pairs(docker.values('opt'))];
    const made = createVolume(docker.tx, docker.machine, {
      ...(name ? { name } : {}),
      driver: docker.value('driver') ?? 'local',
      ...(Object.keys(labels).length > 0 ? { labels } : name ? {} : { labels: { 'com.docker.volume.anonymous': '' } }),
      ...(Object.keys(options).length > 0 ? { options } : {}),
    });
    if (!made.ok) return docker.refused(made.message);
    docker.out(`${made.value.name}\n`);
    return 0;
  },
});

type Filter = (docker: Docker, volume: Volume, value: string) => boolean;

const FILTERS: Readonly<Record<string, Filter>> = {
  name: (_d, volume, value) => volume.name.includes(value),
  driver: (_d, _volume, value) => value === 'local',
  dangling: (docker, volume, value) => (usersOf(docker.tx, volume).length === 0) === /^(?:1|true)$/i.test(value),
  label: (_d, volume, value) => hasLabel(volume, value),
};

function hasLabel(volume: Volume, spec: string): boolean {
  const [key = '', value] = spec.split(/=(.*)/s) as [string, string?];
  const { labels = {} } = volume;
  return value === undefined ? Object.hasOwn(labels, key) : labels[key] === value;
}

const volumesOf = (docker: Docker): readonly Volume[] =>
  [...docker.tx.list(VOLUME, 'machine', docker.machine)].sort((a, b) => (a.name < b.name ? -1 : 1));

defineDocker({
  names: ['volume ls', 'volume list'],
  summary: 'List volumes',
  usage: '[OPTIONS]',
  flags: {
    filter: { short: 'f', type: 'filter', help: 'Provide filter values (e.g. "dangling=true")' },
    format: { type: 'string', help: 'Format output using a custom template' },
    quiet: { short: 'q', type: 'bool', help: 'Only display volume names' },
  },
  args: [0, 0],
  run(docker) {
    const filters = docker.values('filter').map((entry) => entry.split(/=(.*)/s) as [string, string]);
    for (const [name] of filters) if (!Object.hasOwn(FILTERS, name)) return docker.refused(`invalid filter '${name}'`);
    const rows = volumesOf(docker)
      .filter((volume) => filters.every(([name, value]) => (FILTERS[name] as Filter)(docker, volume, value)))
      .map((volume) => ({
        Name: volume.name,
        Driver: 'local',
        Scope: 'local',
        Mountpoint: volumeDir(volume.name),
        Labels: Object.entries(volume.labels ?? {})
          .map(([key, value]) => `${key}=${value}`)
          .join(','),
        Links: 'N/A',
        Size: 'N/A',
        Availability: 'N/A',
        Group: 'N/A',
        Status: 'N/A',
      }));
    return printListing(
      docker,
      {
        columns: [
          ['DRIVER', 'Driver'],
          ['VOLUME NAME', 'Name'],
        ],
        headers: { Name: 'VOLUME NAME' },
        rows,
        type: '*formatter.volumeContext',
        ...(docker.has('quiet') ? { quiet: 'Name' } : {}),
      },
      docker.value('format') ?? '',
    );
  },
});

defineDocker({
  names: ['volume rm', 'volume remove'],
  summary: 'Remove one or more volumes',
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  flags: { force: { short: 'f', type: 'bool', help: 'Force the removal of one or more volumes' } },
  args: [1, Number.POSITIVE_INFINITY],
  run(docker) {
    let status = 0;
    for (const name of docker.args) {
      const volume = findVolume(docker.tx, docker.machine, name);
      const gone = volume && removeVolume(docker.tx, volume);
      if (gone?.ok || (!volume && docker.has('force'))) docker.out(`${name}\n`);
      else status = docker.refused(gone?.message ?? noSuchVolume(name));
    }
    return status;
  },
});
