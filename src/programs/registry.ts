import { IMAGE, type Image } from '../engine/docker/image.ts';
import { defineProgram, type Next } from '../engine/linux/program.ts';
import type { System } from '../engine/linux/system.ts';
import { accept, bind } from '../engine/net/calls.ts';
import { parseIPv4 } from '../engine/net/ipv4.ts';

interface Registry {
  readonly listener: number;
  readonly open: readonly number[];
}

/** `nginx` of `library/nginx`: names of the Hub's own images are kept short. */
const shortName = (path: string): string => path.replace(/^library\//, '');

function answer(sys: System, request: string): string {
  const match = /^(?:GET|HEAD) \/v2\/(.+)\/manifests\/(\S+) /.exec(request);
  const [path = '', reference = ''] = match?.slice(1) ?? [];
  const name = shortName(path);
  const images = sys.tx.list(IMAGE, 'machine', sys.self.machine);
  const repository = images.filter((image) => image.tags.some((tag) => tag.slice(0, tag.lastIndexOf(':')) === name));
  if (!match || repository.length === 0) return 'HTTP/1.1 401 Unauthorized\r\n\r\n';
  const found = repository.find((image) => image.tags.includes(`${name}:${reference}`) || image.digest === reference);
  if (!found) return 'HTTP/1.1 404 Not Found\r\n\r\n';
  return `HTTP/1.1 200 OK\r\nDocker-Content-Digest: ${found.digest}\r\n\r\n${manifest(found)}`;
}

const manifest = (image: Image): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { digest: image.configDigest },
    layers: image.layers.map(({ digest, size }) => ({ digest, size })),
  });

function serve(sys: System, state: Registry): Next<Registry> {
  let open = [...state.open];
  for (let next = accept(sys, state.listener); next.ok; next = accept(sys, state.listener)) open.push(next.value.fd);
  open = open.filter((fd) => {
    const request = sys.read(fd);
    if (!request.ok && request.error === 'EAGAIN') return true;
    if (request.ok && request.value !== '') sys.write(fd, answer(sys, request.value));
    sys.close(fd);
    return false;
  });
  const channels = [state.listener, ...open].map((fd) => sys.channel(fd)).filter((c): c is string => c !== undefined);
  return { state: { listener: state.listener, open }, wait: { channels } };
}

/**
 * `registry ADDRESS PORT`: the distribution API as far as a pull asks for manifests; it offers the images of its machine.
 * @sim simplified: no TLS, no tokens; layers are not sent as packets, their time is.
 */
defineProgram<Registry>({
  name: 'registry',
  start(sys, argv) {
    const [, address = '0.0.0.0', port = '443'] = argv;
    const listener = bind(sys, 'tcp', parseIPv4(address) ?? 0, Number(port));
    return listener.ok ? serve(sys, { listener: listener.value, open: [] }) : { exit: 1 };
  },
  resume: serve,
});
