import { dockerCommands, GROUPS } from './command.ts';

/** Shown first, in this order (cli, cobra category annotations). */
const COMMON = ['run', 'exec', 'ps', 'pull', 'images', 'version', 'info'];

const GLOBAL = `Global Options:
      --config string      Location of client config files (default
                           "/root/.docker")
  -c, --context string     Name of the context to use to connect to the
                           daemon (overrides DOCKER_HOST env var and
                           default context set with "docker context use")
  -D, --debug              Enable debug mode
  -H, --host string        Daemon socket to connect to
  -l, --log-level string   Set the logging level ("debug", "info",
                           "warn", "error", "fatal") (default "info")
      --tls                Use TLS; implied by --tlsverify
      --tlscacert string   Trust certs signed only by this CA (default
                           "/root/.docker/ca.pem")
      --tlscert string     Path to TLS certificate file (default
                           "/root/.docker/cert.pem")
      --tlskey string      Path to TLS key file (default
                           "/root/.docker/key.pem")
      --tlsverify          Use TLS and verify the remote
  -v, --version            Print version information and quit
`;

/** What the real client has besides and this one has not, so that it can say so. */
export const NOT_HERE: readonly string[] = [
  'build',
  'bake',
  'builder',
  'buildx',
  'commit',
  'compose',
  'config',
  'context',
  'import',
  'load',
  'login',
  'logout',
  'manifest',
  'node',
  'plugin',
  'push',
  'save',
  'network connect',
  'network create',
  'network disconnect',
  'network prune',
  'search',
  'secret',
  'service',
  'stack',
  'swarm',
];

const line = (name: string, summary: string): string => `  ${name.padEnd(12)}${summary}\n`;

/** `docker --help`, of the commands that are here. */
export function topHelp(): string {
  const summaries = new Map(
    dockerCommands().flatMap((command) =>
      command.names.filter((name) => !name.includes(' ')).map((name) => [name, command.summary] as const),
    ),
  );
  const lines = (names: readonly string[]): string =>
    names.map((name) => line(name, summaries.get(name) ?? '')).join('');
  const rest = [...summaries.keys()].filter((name) => !COMMON.includes(name)).sort();
  const groups = Object.entries(GROUPS).map(([name, summary]) => line(name, summary));
  return `Usage:  docker [OPTIONS] COMMAND

A self-sufficient runtime for containers

Common Commands:
${lines(COMMON)}
Management Commands:
${groups.join('')}
Commands:
${lines(rest)}
${GLOBAL}
Run 'docker COMMAND --help' for more information on a command.

For more help on how to use Docker, head to https://docs.docker.com/go/guides/
`;
}
