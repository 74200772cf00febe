import {
  findImage,
  fullRef,
  IMAGE,
  type Image,
  normalRef,
  partsOf,
  referenceProblem,
} from '../../engine/docker/image.ts';
import { takeImage } from '../../engine/docker/store.ts';
import type { Wait } from '../../engine/linux/wait.ts';
import { formatIPv4 } from '../../engine/net/ipv4.ts';
import { type Fetched, type Fetching, goOn, startFetch } from '../net/fetch.ts';
import { nameservers } from '../net/resolve.ts';
import type { Docker } from './command.ts';

/** A pull on its way: asking the registry, or the lines that are still to come, each with its time. */
export interface Pull {
  readonly ref: string;
  readonly fetching?: Fetching;
  /** The image's digest, once it is known. */
  readonly digest?: string;
  readonly lines: readonly (readonly [at: number, line: string])[];
}

export type Pulled =
  | { readonly kind: 'going'; readonly pull: Pull; readonly wait: Wait }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'done'; readonly image: Image };

const HUB = 'registry-1.docker.io';

/** Bytes that arrive, and that are unpacked, in a microsecond. */
const ARRIVES = 12;
const UNPACKS = 100;

const serverOf = (ref: string): { readonly host: string; readonly port: number; readonly shown: string } => {
  const { host } = partsOf(ref);
  const shown = host === 'docker.io' ? HUB : host;
  const [name = '', port] = shown.split(':');
  return { host: name, port: Number(port ?? 443), shown };
};

/** Asks the registry for the manifest of a name. */
export function startPull(docker: Docker, ref: string): Pulled {
  const { path, reference } = partsOf(ref);
  const { host, port } = serverOf(ref);
  const url = { scheme: 'https', host, port, path: `/v2/${path}/manifests/${reference}` };
  return fetched(
    docker,
    { ref, lines: [] },
    startFetch(docker.sys, url, `GET ${url.path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 15),
  );
}

/** Looks how far it has come. `print` gets the lines that are due. */
export function goOnPull(docker: Docker, pull: Pull, print: (line: string) => void): Pulled {
  if (pull.digest === undefined) return fetched(docker, pull, goOn(docker.sys, pull.fetching as Fetching));
  const due = pull.lines.filter(([at]) => at <= docker.sys.now);
  for (const [, line] of due) print(`${line}\n`);
  const lines = pull.lines.slice(due.length);
  const [next] = lines;
  if (next) return { kind: 'going', pull: { ...pull, lines }, wait: { channels: [], until: next[0] } };
  return finish(docker, pull, print);
}

function finish(docker: Docker, { ref, digest }: Pull, print: (line: string) => void): Pulled {
  const from = docker.tx.all(IMAGE).find((image) => image.digest === digest);
  if (!from)
    return { kind: 'refused', message: `failed to resolve reference "${fullRef(ref)}": ${fullRef(ref)}: not found` };
  const before = findImage(docker.tx, docker.machine, normalRef(ref));
  const image = takeImage(docker.tx, docker.machine, from, normalRef(ref));
  const how = before?.digest === digest ? 'Image is up to date' : 'Downloaded newer image';
  print(`Digest: ${digest}\nStatus: ${how} for ${normalRef(ref)}\n`);
  return { kind: 'done', image };
}

function fetched(docker: Docker, pull: Pull, answer: Fetched): Pulled {
  if (answer.kind === 'going') return { kind: 'going', pull: { ...pull, fetching: answer.state }, wait: answer.wait };
  const name = fullRef(pull.ref);
  const refused = (why: string): Pulled => ({
    kind: 'refused',
    message: `failed to resolve reference "${name}": ${why}`,
  });
  if (answer.kind === 'failed') return refused(unreachable(docker, pull.ref, answer));
  if (answer.status === 401)
    return refused(
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    );
  const digest = /Docker-Content-Digest: (\S+)/i.exec(answer.head)?.[1];
  if (answer.status !== 200 || digest === undefined) return refused(`${name}: not found`);
  return schedule(docker, pull.ref, digest, answer.body);
}

function unreachable(docker: Docker, ref: string, failure: Extract<Fetched, { kind: 'failed' }>): string {
  const { path, reference } = partsOf(ref);
  const { host, port, shown } = serverOf(ref);
  const asked = `failed to do request: Head "https://${shown}/v2/${path}/manifests/${reference}": `;
  if (failure.why === 'name')
    return `${asked}dial tcp: lookup ${host} on ${nameservers(docker.sys)[0] ?? '[::1]'}:53: no such host`;
  const address = failure.address === undefined ? host : formatIPv4(failure.address);
  if (failure.why === 'timeout') return `${asked}dial tcp ${address}:${port}: i/o timeout`;
  return failure.why === 'empty'
    ? `${asked}EOF`
    : `${asked}dial tcp ${address}:${port}: connect: ${failure.error.toLowerCase()}`;
}

/**
 * When which line of progress comes: layers that are here already are passed over, the others arrive side by side and are
 * unpacked one after the other. @sim simplified: one line of 100 Mbit/s, no progress bars.
 */
function schedule(docker: Docker, ref: string, digest: string, manifest: string): Pulled {
  const { layers } = JSON.parse(manifest) as {
    readonly layers: readonly { readonly digest: string; readonly size: number }[];
  };
  const here = new Set(
    docker.tx.list(IMAGE, 'machine', docker.machine).flatMap((image) => image.layers.map((layer) => layer.digest)),
  );
  const { path, reference } = partsOf(ref);
  const { now } = docker.sys;
  const lines: (readonly [number, string])[] = [[now, `${reference}: Pulling from ${path}`]];
  const id = (layer: { readonly digest: string }): string => layer.digest.slice(7, 19);
  const missing = layers.filter((layer) => !here.has(layer.digest));
  for (const layer of missing) lines.push([now, `${id(layer)}: Pulling fs layer`]);
  let arrived = now;
  for (const layer of [...missing].sort((a, b) => a.size - b.size)) {
    arrived += Math.ceil(layer.size / ARRIVES);
    lines.push([arrived, `${id(layer)}: Download complete`]);
  }
  for (const layer of missing) {
    arrived += Math.ceil(layer.size / UNPACKS);
    lines.push([arrived, `${id(layer)}: Pull complete`]);
  }
  return { kind: 'going', pull: { ref, digest, lines }, wait: { channels: [], until: now } };
}

/** What is wrong with a name, as commands print it that take one. */
export const wrongName = (docker: Docker, ref: string): number | undefined => {
  const problem = referenceProblem(ref);
  if (problem === undefined) return undefined;
  docker.err(`${problem}\n`);
  return 1;
};
