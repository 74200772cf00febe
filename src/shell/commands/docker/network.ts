import { findNetwork, NETWORK } from '../../../engine/docker/network.ts';
import { defineDocker } from '../../docker/command.ts';
import { goTime, printListing } from '../../docker/format.ts';

defineDocker({
  names: ['network ls', 'network list'],
  summary: 'List networks',
  usage: '[OPTIONS]',
  flags: {
    filter: { short: 'f', type: 'filter', help: 'Provide filter values (e.g. "driver=bridge")' },
    format: { type: 'string', help: 'Format output using a custom template' },
    'no-trunc': { type: 'bool', help: 'Do not truncate the output' },
    quiet: { short: 'q', type: 'bool', help: 'Only display network IDs' },
  },
  args: [0, 0],
  run(docker) {
    const filters = docker.values('filter').map((entry) => entry.split(/=(.*)/s) as [string, string]);
    for (const [name] of filters)
      if (!['driver', 'name', 'id', 'type', 'scope', 'label', 'dangling'].includes(name))
        return docker.refused(`invalid filter '${name}'`);
    const rows = docker.tx
      .list(NETWORK, 'machine', docker.machine)
      .filter((network) =>
        filters.every(([name, value]) => {
          if (name === 'driver') return network.driver === value;
          if (name === 'name') return network.name.includes(value);
          if (name === 'type') return (value === 'builtin') === ['bridge', 'host', 'none'].includes(network.name);
          return name === 'id' ? network.nid.startsWith(value) : name === 'scope' ? value === 'local' : false;
        }),
      )
      .map((network) => ({
        ID: docker.has('no-trunc') ? network.nid : network.nid.slice(0, 12),
        Name: network.name,
        Driver: network.driver,
        Scope: 'local',
        IPv4: 'true',
        IPv6: 'false',
        Internal: 'false',
        Labels: '',
        CreatedAt: goTime(network.createdAt),
      }))
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
    return printListing(
      docker,
      {
        columns: [
          ['NETWORK ID', 'ID'],
          ['NAME', 'Name'],
          ['DRIVER', 'Driver'],
          ['SCOPE', 'Scope'],
        ],
        headers: { ID: 'NETWORK ID', CreatedAt: 'CREATED AT' },
        rows,
        type: '*network.networkContext',
        ...(docker.has('quiet') ? { quiet: 'ID' } : {}),
      },
      docker.value('format') ?? '',
    );
  },
});

/** Networks that are there for good. @sim omitted: networks of one's own come with a later part of the course. */
defineDocker({
  names: ['network rm', 'network remove'],
  summary: 'Remove one or more networks',
  usage: 'NETWORK [NETWORK...]',
  flags: { force: { short: 'f', type: 'bool', help: 'Do not error if the network does not exist' } },
  args: [1, Number.POSITIVE_INFINITY],
  run(docker) {
    let status = 0;
    for (const ref of docker.args) {
      const network = findNetwork(docker.tx, docker.machine, ref);
      if (network) status = docker.refused(`${network.name} is a pre-defined network and cannot be removed`);
      else if (!docker.has('force')) status = docker.refused(`network ${ref} not found`);
    }
    // The client ends by an error of its own, which it prints (recorded, network/network-create-errors).
    if (status !== 0) docker.err(`exit status ${status}\n`);
    return status;
  },
});
