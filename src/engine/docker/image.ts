import { defineTable, type Row } from '../core/table.ts';
import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';

/** The part of an OCI image config that decides how a container starts. */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  readonly Volumes?: Readonly<Record<string, object>>;
}

export interface ImageLayer {
  readonly digest: string;
  readonly diffId: string;
  /** Bytes, compressed and unpacked. */
  readonly size: number;
  readonly unpacked: number;
  /** Root inode of its unpacked tree. */
  readonly root: number;
}

/** An image in a host's store. */
export interface Image extends Row {
  readonly machine: number;
  /** `sha256:…` of its manifest: what the containerd image store calls its id. */
  readonly digest: string;
  readonly configDigest: string;
  readonly manifestSize: number;
  /** `nginx:alpine` and other names that point to it. */
  readonly tags: readonly string[];
  readonly config: ImageConfig;
  readonly layers: readonly ImageLayer[];
  /** Bytes of manifest, config and compressed layers together. */
  readonly size: number;
  /** What was done to make it, oldest first, with the unpacked bytes of the layer that it made. */
  readonly history: readonly { readonly by: string; readonly size: number }[];
  readonly createdAt: Micros;
}

export const IMAGE = defineTable<Image>({
  name: 'image',
  unique: { digest: (i) => `${i.machine} ${i.digest}` },
  multi: { machine: (i) => i.machine },
});

/** `nginx` → `nginx:latest`; a digest reference stays. */
export function normalRef(ref: string): string {
  const short = ref.replace(/^docker\.io\//, '').replace(/^library\//, '');
  return short.includes('@') || /:[^/]+$/.test(short) ? short : `${short}:latest`;
}

/** `docker.io/library/nginx:alpine`, as containerd names it. */
export function fullRef(ref: string): string {
  const normal = normalRef(ref);
  const first = normal.split('/')[0] as string;
  if (normal.includes('/') && (/[.:]/.test(first) || first === 'localhost')) return normal;
  return normal.includes('/') ? `docker.io/${normal}` : `docker.io/library/${normal}`;
}

/** By name, by id (`sha256:` or bare), or by a prefix of an id that only one image has. */
export function findImage(read: Reader, machine: number, ref: string): Image | undefined {
  const images = read.list(IMAGE, 'machine', machine);
  const name = normalRef(ref);
  const named = images.find((image) => image.tags.includes(name));
  if (named) return named;
  const pinned = /@(sha256:[0-9a-f]{64})$/.exec(ref)?.[1];
  if (pinned !== undefined) return images.find((image) => image.digest === pinned);
  const hex = ref.replace(/^sha256:/, '');
  if (!/^[0-9a-f]{1,64}$/.test(hex)) return undefined;
  const hits = images.filter((image) => image.digest.slice(7).startsWith(hex));
  return hits.length === 1 ? hits[0] : undefined;
}

/** A valid reference: lower-case path, optional tag (distribution reference grammar, short form). */
export const isReference = (ref: string): boolean =>
  /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/.test(
    ref,
  );

/** Registry, path and tag (or digest) of a name: the Hub unless its first part is a host. */
export function partsOf(ref: string): { readonly host: string; readonly path: string; readonly reference: string } {
  const full = fullRef(ref);
  const host = full.slice(0, full.indexOf('/'));
  const rest = full.slice(host.length + 1);
  const at = rest.includes('@') ? rest.indexOf('@') : rest.lastIndexOf(':');
  return { host, path: rest.slice(0, at), reference: rest.slice(at + 1) };
}

/** What is wrong with a name as an image reference (distribution/reference); undefined when nothing is. */
export function referenceProblem(ref: string): string | undefined {
  if (isReference(ref)) return undefined;
  const first = ref.split('/')[0] as string;
  const hasHost = ref.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const rest = hasHost ? ref.slice(first.length + 1) : ref.includes('/') ? ref : `library/${ref}`;
  const name = rest.split(/[:@]/)[0] as string;
  return /[A-Z]/.test(name)
    ? `invalid reference format: repository name (${name}) must be lowercase`
    : 'invalid reference format';
}
