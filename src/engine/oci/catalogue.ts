import { drawHex } from '../core/random.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Bytes, Micros } from '../core/units.ts';
import { makeInode, plantTree, type Tree } from '../linux/inode.ts';

/** The simulated registry's catalogue as it is given (content/images.yaml). */
export interface Catalogue {
  readonly layers: Readonly<Record<string, LayerSpec>>;
  readonly images: readonly ImageSpec[];
}

interface LayerSpec {
  /** As recorded; drawn from the name where it is not known. */
  readonly diffId?: string;
  /** Compressed as it is pulled, and unpacked as `docker history` counts it. */
  readonly size: Bytes;
  readonly unpacked: Bytes;
  readonly created: Micros;
  /** Names in a directory that all link to one file. */
  readonly links?: { readonly target: string; readonly dir: string; readonly names: readonly string[] };
  readonly files: Tree;
}

/** An image under its names. `config` is the part of the OCI image config that a container starts from. */
export interface ImageSpec {
  readonly names: readonly string[];
  readonly digest?: string;
  readonly configDigest?: string;
  readonly created: Micros;
  /** Manifest, config and compressed layers together. */
  readonly size: Bytes;
  readonly manifestSize: Bytes;
  readonly config: {
    readonly Env?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly WorkingDir?: string;
    readonly User?: string;
    readonly ExposedPorts?: Readonly<Record<string, object>>;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly StopSignal?: string;
    readonly Volumes?: Readonly<Record<string, object>>;
  };
  /** Oldest first; a step without a layer changed the config only. */
  readonly history: readonly { readonly by: string; readonly layer?: string }[];
}

/** A sha256 digest drawn from a name: the same in every world. @sim simplified: nothing is hashed. */
export const digestOf = (name: string): string => `sha256:${drawHex(0, `digest ${name}`, 0, 64)}`;

/** Unpacks a layer into an inode tree of its own, read-only by use and shared by all who stack it; gives its root. */
export function plantLayer(tx: Transaction, layer: LayerSpec): number {
  const root = makeInode(tx, { kind: 'dir', mtime: layer.created }).id;
  plantTree(tx, root, layer.files, layer.created);
  if (layer.links) {
    const { dir, target, names } = layer.links;
    const tree = Object.fromEntries(names.map((name) => [name, { link: target }]));
    plantTree(tx, root, { [dir]: { dir: tree } }, layer.created);
  }
  return root;
}
