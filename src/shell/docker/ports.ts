import type { PortBinding } from '../../engine/docker/container.ts';

export interface Ports {
  readonly bindings: readonly PortBinding[];
  readonly exposed: readonly string[];
}

/** `-p [IP:][HOST:]CONTAINER[/proto]` with ranges, and `--expose` (go-connections, nat.ParsePortSpecs). */
export function parsePorts(publish: readonly string[], expose: readonly string[]): Ports | { readonly error: string } {
  const bindings: PortBinding[] = [];
  for (const spec of publish) {
    const match = /^(?:(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\]):)?(?:(\d*(?:-\d+)?):)?(\d+(?:-\d+)?)(?:\/(\w+))?$/i.exec(
      spec,
    );
    if (!match) return { error: `invalid containerPort: ${spec.split(':').at(-1)}` };
    const [, hostIp = '', host = '', container = '', proto = 'tcp'] = match;
    if (!/^(?:tcp|udp|sctp)$/i.test(proto)) return { error: `invalid proto: ${proto}` };
    const [inside, outside] = [rangeOf(container), host === '' ? undefined : rangeOf(host)];
    if (!inside) return { error: `invalid containerPort: ${container}` };
    if (host !== '' && !outside) return { error: `invalid hostPort: ${host}` };
    if (outside && inside.length !== outside.length && inside.length > 1)
      return { error: `invalid ranges specified for container and host Ports: ${container} and ${host}` };
    for (const [i, port] of inside.entries()) {
      bindings.push({
        port: `${port}/${proto.toLowerCase()}`,
        hostIp: hostIp.replace(/^\[|\]$/g, ''),
        hostPort: outside ? String(outside[i] ?? host) : '',
      });
    }
  }
  const exposed: string[] = bindings.map((binding) => binding.port);
  for (const spec of expose) {
    const [range, proto = 'tcp'] = spec.split('/') as [string, string?];
    const ports = rangeOf(range);
    if (!ports) return { error: `invalid range format for --expose: ${spec}` };
    exposed.push(...ports.map((port) => `${port}/${proto}`));
  }
  return { bindings, exposed };
}

function rangeOf(text: string): readonly number[] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) return undefined;
  const [low, high] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (low < 1 || high > 65535 || high < low) return undefined;
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}
